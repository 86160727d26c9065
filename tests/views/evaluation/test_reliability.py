"""Confidence and its calibration."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.runs.answers import Answers
from desktop_app.runs.measures import measure
from desktop_app.tasks.reliability import BINS, reliability
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.evaluation.reliability_view import ReliabilityView
from tests.views.evaluation.evaluation_panels import REJECTED, SOME, evaluation_of, text_of


@pytest.fixture
def diagram(qtbot: QtBot) -> ReliabilityView:
    view = ReliabilityView()
    qtbot.addWidget(view)
    confidence = np.repeat([0.5, 0.95], [200, 400])
    right = np.concatenate([np.arange(200) < 50, np.arange(400) < 300])
    view.set_bins(reliability(confidence, right))
    view.resize(640, 400)
    view.show()
    return view


def test_heights_of_bars_are_accuracies(diagram: ReliabilityView) -> None:
    image = diagram.grab().toImage()
    area = diagram.area_of(0)

    def height(number: int) -> float:
        """Share of the column that is not the ground, measured beside the whisker."""
        x = round(diagram.area_of(number).left() + 6)
        accent = diagram.palette().accent().color()
        tops = [y for y in range(round(area.top()), round(area.bottom())) if image.pixelColor(x, y) == accent]
        return (area.bottom() - (tops[0] + 1)) / area.height() if tops else 0.0

    assert height(7) == pytest.approx(0.25, abs=0.01)
    assert height(14) == pytest.approx(0.75, abs=0.01)
    assert height(3) == 0


def test_bin_under_mouse_or_focus_is_described(qtbot: QtBot, diagram: ReliabilityView) -> None:
    descriptions: list[str] = []
    diagram.description_changed.connect(descriptions.append)
    QTest.mouseMove(diagram, QPoint(0, 5))
    QTest.mouseMove(diagram, diagram.area_of(7).center().toPoint())
    assert descriptions[-1] == ("confidence 47 to 53 % (mean 50.0 %): 200 answers, accuracy 25.0 %")
    QTest.mouseMove(diagram, diagram.area_of(3).center().toPoint())
    assert descriptions[-1] == "confidence 20 to 27 %: no answers"
    QTest.mouseMove(diagram, QPoint(0, 5))
    assert descriptions[-1] == ""
    diagram.setFocus()
    QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert descriptions[-1].startswith("confidence 93 to 100 %")
    QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert diagram.accessibleDescription() == "confidence 87 to 93 %: no answers"
    for _ in range(2 * BINS):
        QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert descriptions[-1].startswith("confidence 0 to 7 %")


@pytest.mark.parametrize(
    ("sure", "right", "kind"),
    [
        (0.9, 18, "well calibrated"),
        (0.915, 18, "slightly overconfident"),
        (0.885, 18, "slightly underconfident"),
        (0.9, 10, "overconfident"),
        (0.6, 20, "underconfident"),
    ],
)
def test_calibration_text(panel: EvaluationPanel, sure: float, right: int, kind: str) -> None:
    rows = np.tile(np.array([sure, 1 - sure], dtype=np.float32), (20, 1))
    truth = (np.arange(20) >= right).astype(np.int64)
    answers = Answers(rows, truth, np.zeros((20, 28, 28, 1), dtype=np.uint8))
    panel.set_evaluation(measure(answers, ("a", "b")), "")
    error = abs(sure - right / 20)
    assert text_of(panel, "calibration") == (
        f"Confidence differs from accuracy by {100 * error:.1f} points on average (ECE {error:.4f}). "
        f"The model is {kind}."
    )


def test_threshold_text(panel: EvaluationPanel) -> None:
    panel.set_evaluation(evaluation_of(SOME, threshold=0.88), "", REJECTED)
    at = evaluation_of(SOME, threshold=0.88).at_threshold
    assert at is not None
    assert at.accuracy_of_read is not None
    assert text_of(panel, "calibration").endswith(
        f"At the threshold of 88.0 %, {100 * at.read:.1f} % of the samples are read, "
        f"{100 * at.accuracy_of_read:.1f} % of them correctly."
    )
    panel.set_evaluation(evaluation_of(SOME, threshold=1.0), "", REJECTED)
    assert text_of(panel, "calibration").endswith("At the threshold of 100.0 %, 0 % of the samples are read.")
