"""The confusion matrix with the samples of one of its cells beside it, or below where it is narrow."""

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
"""How much higher than wide the place is where the matrix comes out larger above its samples."""


class ConfusionSection(QWidget):
    """Choose a cell, and see its samples."""

    sample_chosen = Signal(object)
    """See Gallery."""
    told = Signal(str)
    """What there is to say about the cell or the sample that is pointed at; empty for none."""

    def __init__(self) -> None:
        """Start without answers."""
        super().__init__()
        self._evaluation: Evaluation | None = None
        self._names = ClassNames((), "")
        self.view = ConfusionView()
        self._legend = Legend()
        self.gallery = Gallery(self.tr("Samples of the chosen cell"), mixed=False)
        self.gallery.set_hint(self.tr("Choose a cell to see its samples."))
        self.gallery.sample_chosen.connect(self.sample_chosen)
        self.gallery.told.connect(self.told)
        self.view.cell_chosen.connect(self._open)
        self.view.pointed_at.connect(self._tell)
        self.view.scale_changed.connect(lambda: self._legend.set_scale(self.view.scale))
        self._lay_out()

    def set_evaluation(self, evaluation: Evaluation, names: ClassNames) -> None:
        """Show the matrix, and the samples of the error that is made most often."""
        self._evaluation, self._names = evaluation, names
        self.view.set_counts(evaluation.confusion, names)
        worst = self.view.worst()
        self.view.set_chosen(worst)
        self._open(*(worst or (0, 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, samples stand below the matrix."""
        super().resizeEvent(event)
        beside = self.height() <= self.width() + _TALL
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(direction)
        # The matrix is square: what it leaves belongs to the samples.
        side = min(max(100 * self.height() // max(self.width(), 1), 35), 60) if beside else 60
        self._row.setStretch(0, side)
        self._row.setStretch(1, 100 - side)

    def _lay_out(self) -> None:
        words = QLabel(self.tr("errors"))
        words.setFont(caption_font(words.font()))
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        legend = QHBoxLayout()
        legend.setSpacing(STEP)
        legend.addWidget(words, 0, Qt.AlignmentFlag.AlignTop)
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
        words = self.view.words_of((true, answer))
        if len(rows) > 1 and true == answer:
            words = self.tr("{cell}, the least sure first").format(cell=words)
        elif len(rows) > 1:
            words = self.tr("{cell}, the surest first").format(cell=words)
        if len(rows) > MOST_SHOWN:
            words = self.tr("{cell}: {most} of them").format(cell=words, most=MOST_SHOWN)
        self.gallery.set_samples(self._evaluation, self._names, rows, words)
        self.gallery.set_hint(self.tr("No sample is {cell}.").format(cell=self._cell_name(true, answer)))

    def _cell_name(self, true: int, answer: int) -> str:
        words = self.tr("{true} answered as {answer}")
        return words.format(true=self._names[true], answer=self._names[answer])

    def _tell(self, cell: object) -> None:
        self.told.emit(self.view.words_of(cell) if isinstance(cell, tuple) else "")
