"""Panel with the evaluation of a run on its test samples, or of any model on any data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop_app.runs.image_measures import ImageEvaluation
from desktop_app.runs.measures import Evaluation, ThresholdFigures
from desktop_app.views.evaluation.class_table import ClassTable
from desktop_app.views.evaluation.confusion_section import ConfusionSection
from desktop_app.views.evaluation.evaluation_bar import EvaluationBar
from desktop_app.views.evaluation.gallery import MOST_SHOWN, Gallery
from desktop_app.views.evaluation.headline import Headline
from desktop_app.views.evaluation.image_section import ImageSection
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.evaluation.reliability_view import ReliabilityView
from desktop_app.views.evaluation.shares import percent
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.theme import STEP

_WELL_CALIBRATED, _SLIGHT = 0.002, 0.02
"""Limits of the mean difference of confidence and accuracy for "well calibrated" and "slightly"."""


class EvaluationPanel(Panel):
    """Accuracy, confusion matrix, classes, errors and confidence; or quality of output images."""

    sample_chosen = Signal(object)
    """Test sample that the user wants on the canvas, uint8 (height, width, channels)."""

    def __init__(self) -> None:
        """Create a panel without a run."""
        super().__init__()
        self._evaluation: Evaluation | ImageEvaluation | None = None
        self._title = self._rejected = ""
        self._hint_text = ""
        self.bar = EvaluationBar()
        self._build()
        self.clear()

    def set_evaluation(
        self, evaluation: Evaluation | ImageEvaluation, title: str, rejected: str = ""
    ) -> None:
        """Show an evaluation.

        Args:
            evaluation: of a run, or of a model on some data.
            title: of the run, or of the model and the data.
            rejected: name of the class after the labels; empty if there is none.
        """
        self._evaluation, self._title, self._rejected = evaluation, title, rejected
        self._show()

    def clear(self, hint: str = "") -> None:
        """Show no evaluation but a hint; empty: the usual one."""
        default_hint = self.tr(
            "Train a model or select a finished run to see its results on the test samples. "
            "Or choose a model and data above and evaluate it."
        )
        self._evaluation, self._title, self._hint_text = None, "", hint or default_hint
        self._show()

    @property
    def is_plot(self) -> bool:
        """Whether the confusion matrix or the reliability diagram is shown."""
        return self.exported_widget() in (self._confusion.view, self._diagram)

    def exported_widget(self) -> QWidget:
        """Return the matrix, table, gallery or diagram that is shown."""
        if self._evaluation is None:
            return self
        if isinstance(self._evaluation, ImageEvaluation):
            return self._images
        widgets = (self._confusion.view, self._table, self._errors.grid, self._diagram)
        return widgets[self._tabs.currentIndex()]

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return figures, confusion matrix, figures of classes and bins, and errors."""
        evaluation = self._evaluation
        if evaluation is None:
            return {}
        if isinstance(evaluation, ImageEvaluation):
            return self._images.numbers()
        names, classes = self._names(evaluation), evaluation.classes
        return {
            "accuracy": np.array([evaluation.accuracy, *evaluation.interval]),
            "loss": np.array(evaluation.loss),
            "confusion": evaluation.confusion,
            "classes": np.array([names[number] for number in range(len(names))]),
            "precision": _with_gaps([each.precision for each in classes]),
            "recall": _with_gaps([each.recall for each in classes]),
            "f1": _with_gaps([each.f1 for each in classes]),
            "support": np.array([each.support for each in classes]),
            "bin_counts": evaluation.bins.counts,
            "bin_right": evaluation.bins.right,
            "bin_confidence_sums": evaluation.bins.confidence,
            "errors": evaluation.errors,
        }

    # --- building ---

    def _build(self) -> None:
        self._hint, self._headline, self._tabs = QLabel(), Headline(), QTabBar()
        self._confusion, self._table, self._images = ConfusionSection(), ClassTable(), ImageSection()
        self._errors = Gallery(self.tr("Errors"), mixed=True)
        self._errors.set_hint(self.tr("All samples are answered correctly."))
        self._calibration, self._diagram = QLabel(), ReliabilityView()
        self._sections, self._description, self._image_description = QStackedWidget(), Caption(), Caption()
        self._errors.setObjectName("errors")
        self._description.setObjectName("evaluation_description")
        self._hint.setObjectName("evaluation_hint")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._calibration.setObjectName("calibration")
        self._calibration.setWordWrap(True)
        self._calibration.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self._tabs.setAccessibleName(self.tr("Section of the evaluation"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        confidence = QWidget()
        column = QVBoxLayout(confidence)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._calibration)
        column.addWidget(self._diagram, 1)
        for text, section in (
            (self.tr("Confusions"), self._confusion),
            (self.tr("Classes"), self._table),
            (self.tr("Errors"), self._errors),
            (self.tr("Confidence"), confidence),
        ):
            self._tabs.addTab(text)
            self._sections.addWidget(section)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        column.setSpacing(STEP)
        column.addWidget(self._headline)
        column.addWidget(self._tabs)
        column.addWidget(self._sections, 1)
        column.addWidget(self._description)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(4 * STEP, 2 * STEP, 4 * STEP, 2 * STEP)
        column.addWidget(self._hint)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(filled)
        self._lay_out_images()
        head = QVBoxLayout()
        head.setContentsMargins(2 * STEP, STEP // 2, 2 * STEP, 0)
        head.addWidget(self.bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)

    def _lay_out_images(self) -> None:
        images = QWidget()
        column = QVBoxLayout(images)
        column.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        column.setSpacing(STEP)
        column.addWidget(self._images, 1)
        column.addWidget(self._image_description)
        self._pages.addWidget(ColumnView(images))

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._sections.setCurrentIndex)
        self._tabs.currentChanged.connect(lambda _: self._description.set_text(""))
        self._confusion.sample_chosen.connect(self.sample_chosen)
        self._errors.sample_chosen.connect(self.sample_chosen)
        self._images.sample_chosen.connect(self.sample_chosen)
        self._images.description_changed.connect(self._image_description.set_text)
        for each in (
            self._confusion.description_changed,
            self._errors.description_changed,
            self._diagram.description_changed,
        ):
            each.connect(self._description.set_text)

    # --- showing ---

    def _show(self) -> None:
        self._hint.setText(self._hint_text)
        evaluation = self._evaluation
        shows_images = isinstance(evaluation, ImageEvaluation)
        self._pages.setCurrentIndex(0 if evaluation is None else 1 + shows_images)
        self._description.set_text("")
        self._image_description.set_text("")
        if isinstance(evaluation, ImageEvaluation):
            self._images.set_evaluation(evaluation, self._title)
        elif evaluation is not None:
            self._show_labels(evaluation)

    def _show_labels(self, evaluation: Evaluation) -> None:
        names = self._names(evaluation)
        self._headline.set_evaluation(evaluation, self._title)
        self._confusion.set_evaluation(evaluation, names)
        self._table.set_figures(evaluation.classes, names)
        self._errors.set_samples(
            evaluation, names, evaluation.errors, self._errors_title(len(evaluation.errors))
        )
        self._calibration.setText(self._calibration_text(evaluation))
        self._diagram.set_bins(evaluation.bins)

    def _names(self, evaluation: Evaluation) -> ClassNames:
        return ClassNames(evaluation.labels, self._rejected)

    # --- texts ---

    def _errors_title(self, count: int) -> str:
        if count > MOST_SHOWN:
            text = self.tr("{most} of {count} errors, most confident first")
            return text.format(most=MOST_SHOWN, count=f"{count:,}")
        return self.tr("%n error(s), most confident first", "", count)

    def _calibration_text(self, evaluation: Evaluation) -> str:
        """Return how well confidence matches accuracy, and the effect of the threshold."""
        bins, count = evaluation.bins, len(evaluation.answers)
        error = bins.error or 0.0
        excess = float(bins.confidence.sum() - bins.right.sum()) / count
        text = self.tr("Confidence differs from accuracy by {points} points on average (ECE {error}).")
        sentences = [
            text.format(points=f"{100 * error:.1f}", error=f"{error:.4f}"),
            self._confidence_text(excess),
        ]
        if evaluation.at_threshold is not None:
            sentences.append(self._threshold_text(evaluation.at_threshold, count))
        return " ".join(sentences)

    def _confidence_text(self, excess: float) -> str:
        if abs(excess) < _WELL_CALIBRATED:
            return self.tr("The model is well calibrated.")
        if abs(excess) < _SLIGHT:
            if excess > 0:
                return self.tr("The model is slightly overconfident.")
            return self.tr("The model is slightly underconfident.")
        return (
            self.tr("The model is overconfident.") if excess > 0 else self.tr("The model is underconfident.")
        )

    def _threshold_text(self, figures: ThresholdFigures, count: int) -> str:
        threshold, read = f"{100 * figures.threshold:.1f}", percent(figures.read, count)
        if figures.accuracy_of_read is None:
            text = self.tr("At the threshold of {threshold} %, {read} % of the samples are read.")
            return text.format(threshold=threshold, read=read)
        text = self.tr(
            "At the threshold of {threshold} %, {read} % of the samples are read, "
            "{accuracy} % of them correctly."
        )
        accuracy = percent(figures.accuracy_of_read, count)
        return text.format(threshold=threshold, read=read, accuracy=accuracy)


def _with_gaps(shares: list[float | None]) -> NDArray[np.float64]:
    """Return fractions as an array with NaN for None."""
    return np.array([np.nan if share is None else share for share in shares])
