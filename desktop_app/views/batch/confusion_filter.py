"""Confusion matrix of a batch, whose cells filter the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.views.batch.entry import Cell
from desktop_app.views.evaluation.confusion_view import ConfusionView
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.parts.theme import STEP


class ConfusionFilter(QWidget):
    """Shows a confusion matrix. A click or Enter chooses a cell, once more none."""

    cell_changed = Signal(object)
    """The chosen Cell; None: none."""

    def __init__(self) -> None:
        """Start without counts."""
        super().__init__()
        self._cell: Cell | None = None
        self.view, self._text = ConfusionView(), QLabel()
        self._clear = QPushButton(self.tr("Show &all"))
        self._clear.setToolTip(self.tr("Show the rows of all cells again"))
        self._clear.clicked.connect(lambda: self._choose(None))
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.view.setToolTip(self.tr("Choose a cell to see its rows; choose it again to see all"))
        self.view.cell_chosen.connect(self._cell_pressed)
        self.view.pointed_at.connect(self._describe)
        line = QHBoxLayout()
        line.addWidget(self._text, 1)
        line.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addLayout(line)
        layout.addWidget(self.view, 1)
        self._describe(None)

    @property
    def cell(self) -> Cell | None:
        """The chosen cell; None: none."""
        return self._cell

    def clear(self, labels: tuple[str, ...]) -> None:
        """Start again without counts and choice; labels: of the classes before that of any other text."""
        self._cell = None
        count = len(labels) + 1
        names = ClassNames(labels, self.tr("another text"))
        self.view.set_counts(np.zeros((count, count), dtype=np.int64), names)
        self._describe(None)

    def set_counts(self, counts: NDArray[np.int64]) -> None:
        """Show counts, int64 (classes, classes); the choice stays."""
        self.view.update_counts(counts)
        self._describe(None)

    def _cell_pressed(self, true: int, answer: int) -> None:
        self._choose(None if self._cell == (true, answer) else (true, answer))

    def _choose(self, cell: Cell | None) -> None:
        self._cell = cell
        self.view.set_chosen(cell)
        self._describe(None)
        self.cell_changed.emit(cell)

    def _describe(self, cell: object) -> None:
        """Describe the cell that is pointed at, else the chosen one."""
        described = cell if isinstance(cell, tuple) else self._cell
        hint = self.tr("Choose a cell to filter the rows.")
        self._text.setText(hint if described is None else self.view.description(described))
        self._clear.setVisible(self._cell is not None)
