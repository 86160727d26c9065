"""Confusion matrix with the samples of a cell beside or below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.runs.measures import Evaluation
from desktop_app.views.evaluation.confusion_view import ConfusionView
from desktop_app.views.evaluation.gallery import MOST_SHOWN, Gallery
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP, caption_font

_TALL = 16 * STEP
"""If the section is higher than wide by this, the samples are below the matrix."""


class ConfusionSection(QWidget):
    """Confusion matrix, and the samples of the selected cell."""

    sample_chosen = Signal(object)
    """See Gallery.sample_chosen."""
    description_changed = Signal(str)
    """Description of the cell or sample under the mouse or keyboard focus; empty: none."""

    def __init__(self) -> None:
        """Create an empty section."""
        super().__init__()
        self._evaluation: Evaluation | None = None
        self._names = ClassNames((), "")
        self.view = ConfusionView()
        self._legend = Legend()
        self.gallery = Gallery(self.tr("Samples of the selected cell"), mixed=False)
        self.gallery.set_hint(self.tr("Select a cell to see its samples."))
        self.gallery.sample_chosen.connect(self.sample_chosen)
        self.gallery.description_changed.connect(self.description_changed)
        self.view.cell_chosen.connect(self._open)
        self.view.pointed_at.connect(self._describe)
        self.view.scale_changed.connect(lambda: self._legend.set_scale(self.view.scale))
        self._lay_out()

    def set_evaluation(self, evaluation: Evaluation, names: ClassNames) -> None:
        """Show the matrix and the samples of the most frequent error."""
        self._evaluation, self._names = evaluation, names
        self.view.set_counts(evaluation.confusion, names)
        most_frequent_error = self.view.most_frequent_error()
        self.view.set_chosen(most_frequent_error)
        self._open(*(most_frequent_error or (0, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the samples beside or below the matrix."""
        super().resizeEvent(event)
        beside = self.height() <= self.width() + _TALL
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(direction)
        # The matrix is square; the samples fill the rest.
        share = min(max(100 * self.height() // max(self.width(), 1), 35), 60) if beside else 60
        self._row.setStretch(0, share)
        self._row.setStretch(1, 100 - share)

    def _lay_out(self) -> None:
        text = QLabel(self.tr("errors"))
        text.setFont(caption_font(text.font()))
        text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        legend = QHBoxLayout()
        legend.setSpacing(STEP)
        legend.addWidget(text, 0, Qt.AlignmentFlag.AlignTop)
        legend.addWidget(self._legend)
        legend.addStretch()
        matrix = QVBoxLayout()
        matrix.setSpacing(STEP // 2)
        matrix.addLayout(legend)
        matrix.addWidget(self.view, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2 * STEP)
        self._row.addLayout(matrix)
        self._row.addWidget(self.gallery)

    def _open(self, true: int, answer: int) -> None:
        if self._evaluation is None:
            return
        rows = self._evaluation.rows_of(true, answer)
        text = self.view.description((true, answer))
        if len(rows) > 1 and true == answer:
            text = self.tr("{cell}, least confident first").format(cell=text)
        elif len(rows) > 1:
            text = self.tr("{cell}, most confident first").format(cell=text)
        if len(rows) > MOST_SHOWN:
            text = self.tr("{cell} ({most} shown)").format(cell=text, most=MOST_SHOWN)
        self.gallery.set_samples(self._evaluation, self._names, rows, text)
        self.gallery.set_hint(self.tr("No samples: {cell}.").format(cell=self._cell_name(true, answer)))

    def _cell_name(self, true: int, answer: int) -> str:
        text = self.tr("{true} answered as {answer}")
        return text.format(true=self._names[true], answer=self._names[answer])

    def _describe(self, cell: object) -> None:
        self.description_changed.emit(self.view.description(cell) if isinstance(cell, tuple) else "")
