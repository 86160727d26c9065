"""Evaluation panels, and what they show."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QLabel, QTabBar, QWidget

from desktop_app.runs.answers import Answers
from desktop_app.runs.measures import Evaluation, measure
from desktop_app.views.evaluation.class_table import ClassTable
from desktop_app.views.evaluation.confusion_section import ConfusionSection
from desktop_app.views.evaluation.confusion_view import Cell, ConfusionView
from desktop_app.views.evaluation.gallery import Gallery
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.parts.caption import Caption
from tests.finding import child

LABELS = ("4", "7", "9")


def evaluation_of(
    cells: dict[Cell, int], classes: int = 4, labels: tuple[str, ...] = LABELS, threshold: float | None = 0.8
) -> Evaluation:
    """Return an evaluation with samples per cell; confidences fall from 0.9, all images differ."""
    rows, truth = [], []
    for (true, answer), count in cells.items():
        for number in range(count):
            sure = 0.9 - 0.4 * number / max(count, 2)
            row = np.full(classes, (1 - sure) / (classes - 1))
            row[answer] = sure
            rows.append(row)
            truth.append(true)
    inputs = np.zeros((len(rows), 28, 28, 1), dtype=np.uint8)
    inputs[:, 3, 3, 0], inputs[:, 4, 4, 0] = np.arange(len(rows)) % 251, np.arange(len(rows)) // 251
    answers = Answers(np.array(rows, dtype=np.float32), np.array(truth, dtype=np.int64), inputs)
    return measure(answers, labels, threshold)


REJECTED = "not a character"


SOME = {(0, 0): 20, (1, 1): 16, (2, 2): 17, (3, 3): 9, (0, 2): 5, (2, 0): 2, (1, 3): 1}


def text_of(panel: QWidget, name: str) -> str:
    label = child(panel, QLabel, name)
    return label.text()


def matrix_of(panel: EvaluationPanel) -> ConfusionView:
    return child(panel, ConfusionView)


CONFUSIONS, CLASSES, ERRORS, CONFIDENCE = range(4)


def description_of(panel: EvaluationPanel) -> str:
    return child(panel, Caption, "evaluation_description").text()


def show_section(panel: EvaluationPanel, section: int) -> None:
    bar = child(panel, QTabBar)
    bar.setCurrentIndex(section)


def cell_gallery(panel: EvaluationPanel) -> Gallery:
    """Return the gallery of the selected cell."""
    return child(panel, ConfusionSection).gallery


def error_gallery(panel: EvaluationPanel) -> Gallery:
    return child(panel, Gallery, "errors")


def table_of(panel: EvaluationPanel) -> ClassTable:
    return child(panel, ClassTable)
