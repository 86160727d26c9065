"""How a finished run answers to samples that it never saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop_app.runs.measures import Evaluation, ThresholdFigures
from desktop_app.views.evaluation.class_table import ClassTable
from desktop_app.views.evaluation.confusion_section import ConfusionSection
from desktop_app.views.evaluation.gallery import MOST_SHOWN, Gallery
from desktop_app.views.evaluation.headline import Headline
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.evaluation.reliability_view import ReliabilityView
from desktop_app.views.evaluation.shares import percent
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.theme import STEP

_FAIR, _LITTLE = 0.002, 0.02
"""Mean excess of confidence over accuracy that is no fault, and that is a small one."""


class EvaluationPanel(Panel):
    """Accuracy and what it means in use; then confusions, classes, errors and confidence."""

    sample_chosen = Signal(object)
    """A test sample that the user wants on the paper, uint8 (height, width, channels)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a run."""
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._run_title = ""
        self._hint_text = ""
        self._build()
        self.clear()

    def set_evaluation(self, evaluation: Evaluation, title: str) -> None:
        """Show what was measured of a run; title is the run's."""
        self._evaluation, self._run_title = evaluation, title
        self._show()

    def clear(self, hint: str = "") -> None:
        """Show no run, and say why, or what would fill the place."""
        usual = self.tr(
            "Train a network, or choose a finished run, to see how it answers to samples that it never saw."
        )
        self._evaluation, self._run_title, self._hint_text = None, "", hint or usual
        self._show()

    @property
    def is_plot(self) -> bool:
        """Of the confusion matrix and the reliability diagram."""
        return self.exported_widget() in (self._confusion.view, self._diagram) if self._is_filled else False

    def exported_widget(self) -> QWidget:
        """The matrix, the table, the pictures or the diagram: what is chosen."""
        if not self._is_filled:
            return self
        subjects = (self._confusion.view, self._table, self._errors.grid, self._diagram)
        return subjects[self._tabs.currentIndex()]

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Everything that is shown: figures, confusion matrix, figures of classes and bins, errors."""
        of = self._evaluation
        if of is None:
            return {}
        names, classes = self._names(of), of.classes
        return {
            "accuracy": np.array([of.accuracy, *of.interval]),
            "loss": np.array(of.loss),
            "confusion": of.confusion,
            "classes": np.array([names[number] for number in range(len(names))]),
            "precision": _with_gaps([each.precision for each in classes]),
            "recall": _with_gaps([each.recall for each in classes]),
            "f1": _with_gaps([each.f1 for each in classes]),
            "support": np.array([each.support for each in classes]),
            "bin_counts": of.bins.counts,
            "bin_right": of.bins.right,
            "bin_confidence_sums": of.bins.confidence,
            "errors": of.errors,
        }

    # --- building ---

    def _build(self) -> None:
        self._hint, self._headline, self._tabs = QLabel(), Headline(), QTabBar()
        self._confusion, self._table = ConfusionSection(), ClassTable()
        self._errors = Gallery(self.tr("Errors"), mixed=True)
        self._errors.set_hint(self.tr("Every sample is answered rightly."))
        self._calibration, self._diagram = QLabel(), ReliabilityView()
        self._sections, self._told = QStackedWidget(), Caption()
        self._errors.setObjectName("errors")
        self._told.setObjectName("evaluation_told")
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
        self._tabs.setAccessibleName(self.tr("What to see of the evaluation"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        confidence = QWidget()
        column = QVBoxLayout(confidence)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._calibration)
        column.addWidget(self._diagram, 1)
        for words, section in (
            (self.tr("Confusions"), self._confusion),
            (self.tr("Classes"), self._table),
            (self.tr("Errors"), self._errors),
            (self.tr("Confidence"), confidence),
        ):
            self._tabs.addTab(words)
            self._sections.addWidget(section)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        column.setSpacing(STEP)
        column.addWidget(self._headline)
        column.addWidget(self._tabs)
        column.addWidget(self._sections, 1)
        column.addWidget(self._told)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(4 * STEP, 2 * STEP, 4 * STEP, 2 * STEP)
        column.addWidget(self._hint)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(filled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._sections.setCurrentIndex)
        self._tabs.currentChanged.connect(lambda _: self._told.set_text(""))
        self._confusion.sample_chosen.connect(self.sample_chosen)
        self._errors.sample_chosen.connect(self.sample_chosen)
        for each in (self._confusion.told, self._errors.told, self._diagram.told):
            each.connect(self._told.set_text)

    # --- showing ---

    @property
    def _is_filled(self) -> bool:
        return self._evaluation is not None

    def _show(self) -> None:
        self._hint.setText(self._hint_text)
        self._pages.setCurrentIndex(int(self._evaluation is not None))
        self._told.set_text("")
        if (of := self._evaluation) is None:
            return
        names = self._names(of)
        self._headline.set_evaluation(of, self._run_title)
        self._confusion.set_evaluation(of, names)
        self._table.set_figures(of.classes, names)
        self._errors.set_samples(of, names, of.errors, self._error_words(len(of.errors)))
        self._calibration.setText(self._calibration_words(of))
        self._diagram.set_bins(of.bins)

    def _names(self, of: Evaluation) -> ClassNames:
        negative = self.tr("not a character") if len(of.classes) > len(of.labels) else ""
        return ClassNames(of.labels, negative)

    # --- words ---

    def _error_words(self, count: int) -> str:
        if count > MOST_SHOWN:
            words = self.tr("The {most} of {count} errors that it is surest of")
            return words.format(most=MOST_SHOWN, count=f"{count:,}")
        return self.tr("Errors, the surest first: {count}").format(count=count)

    def _calibration_words(self, of: Evaluation) -> str:
        """How far confidence can be trusted, and what the threshold makes of it."""
        error = of.bins.error or 0.0
        excess = float(of.bins.confidence.sum() - of.bins.right.sum()) / len(of.answers)
        words = self.tr(
            "Confidence misses accuracy by {points} points on average (ECE {error}); the network is {kind}."
        )
        kind = self._kind_of_excess(excess)
        sentence = words.format(points=f"{100 * error:.1f}", error=f"{error:.4f}", kind=kind)
        if of.at_threshold is None:
            return sentence
        return f"{sentence} {self._threshold_words(of.at_threshold, len(of.answers))}"

    def _kind_of_excess(self, excess: float) -> str:
        if abs(excess) < _FAIR:
            return self.tr("neither too sure nor too cautious")
        if abs(excess) < _LITTLE:
            return self.tr("a little too sure") if excess > 0 else self.tr("a little too cautious")
        return self.tr("too sure") if excess > 0 else self.tr("too cautious")

    def _threshold_words(self, at: ThresholdFigures, count: int) -> str:
        words = self.tr("From {threshold} % on, an answer is read: {read} % of all characters")
        sentence = words.format(threshold=f"{100 * at.threshold:.1f}", read=percent(at.read, count))
        if at.accuracy_of_read is None:
            return f"{sentence}."
        right = percent(at.accuracy_of_read, count)
        return self.tr("{sentence}, of which {right} % are right.").format(sentence=sentence, right=right)


def _with_gaps(shares: list[float | None]) -> NDArray[np.float64]:
    """Shares as an array, NaN where there is none."""
    return np.array([np.nan if share is None else share for share in shares])
