"""Table of a batch: sorted and filtered, texts are corrected in place."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop_app.views.batch.batch_cells import BatchCells
from desktop_app.views.batch.batch_rows import (
    ALTERNATIVES,
    CONFIDENCE,
    FILE,
    PAGE,
    SEEN,
    TEXT,
    TRUTH,
    VERDICT,
    BatchRows,
)
from desktop_app.views.batch.pictures import SIDE
from desktop_app.views.parts.arrow_keys import typed_label
from desktop_app.views.parts.history_keys import is_redo, is_undo
from desktop_app.views.parts.theme import STEP

_WIDTHS = {
    PAGE: "000000",
    SEEN: "000000",
    FILE: "scan-2026-0001.png",
    TEXT: "0171 2026 000",
    CONFIDENCE: "Confidence",
    VERDICT: "not recognized",
    ALTERNATIVES: "0171 2020 99.9 %",
    TRUTH: "Name says 00",
}
"""Sample texts that set the column widths."""

_LEAST_WIDTHS = {
    PAGE: "",
    SEEN: "",
    FILE: "scan-01.png",
    TEXT: "0171 20",
    VERDICT: "unreadable",
    ALTERNATIVES: "",
    TRUTH: "",
}
"""Columns that are narrower where there is no room for all, down to their titles and these texts."""


class BatchTable(QTableView):
    """Rows of a batch. Typing on a row edits its text."""

    row_chosen = Signal(object)
    """The Entry of the current row."""

    def __init__(self, rows: BatchRows) -> None:
        """Show the rows of a model."""
        super().__init__()
        self.rows = rows
        self._fitted: dict[int, int] = {}
        self.setModel(rows)
        self.setItemDelegate(BatchCells(self, rows))
        self._set_up()
        self.selectionModel().currentRowChanged.connect(self._row_changed)

    def event(self, event: QEvent) -> bool:
        """Take typed characters, and the keys of undo and redo, before the shortcuts for the canvas."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_typed = self.currentIndex().isValid() and bool(typed_label(event))
            if is_typed or is_undo(event) or is_redo(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit the current text with F2, Return or a typed character; undo and redo corrections."""
        if (backwards := is_undo(event)) or is_redo(event):
            changed = self.rows.undo() if backwards else self.rows.redo()
            if changed.isValid():
                self.setCurrentIndex(changed)
            return
        if self.state() == QAbstractItemView.State.EditingState:
            # A key that the editor does not use.
            super().keyPressEvent(event)
            return
        current = self.currentIndex().siblingAtColumn(TEXT)
        is_typed = bool(event.text().strip()) and event.text().isprintable()
        if current.isValid() and (is_typed or event.key() == Qt.Key.Key_F2):
            self.setCurrentIndex(current)
        elif current.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setCurrentIndex(current)
            if current.flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(current)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns."""
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Make elastic columns narrower where there is no room for all, and wider if there is again."""
        least = self._least_widths()
        wanted = {column: max(self._widths[column], width) for column, width in least.items()}
        spare = {column: wanted[column] - least[column] for column in _LEAST_WIDTHS if column in least}
        missing = max(0, sum(wanted.values()) - self.viewport().width())
        share = min(1.0, missing / max(1, sum(spare.values())))
        fitted = wanted | {column: wanted[column] - math.ceil(share * spare[column]) for column in spare}
        if fitted != self._fitted:
            self._fitted = fitted
            for column, width in fitted.items():
                self.setColumnWidth(column, width)
        self._fill()

    def _least_widths(self) -> dict[int, int]:
        """Return the least widths of the columns; hide *Input* if they do not all fit."""
        self.setColumnHidden(SEEN, False)
        header = self.horizontalHeader()
        least = {
            column: max(header.sectionSizeHint(column), self._least[column])
            for column in _WIDTHS
            if not self.isColumnHidden(column)
        }
        if sum(least.values()) > self.viewport().width():
            self.setColumnHidden(SEEN, True)
            del least[SEEN]
        return least

    def _fill(self) -> None:
        """Give the alternatives, which may be many, the width that the other columns leave."""
        others = sum(self.columnWidth(column) for column in _WIDTHS if column != ALTERNATIVES)
        left = self.viewport().width() - others
        self.setColumnWidth(ALTERNATIVES, max(self._fitted[ALTERNATIVES], left))

    def _column_resized(self, column: int) -> None:
        if column != ALTERNATIVES:
            self._fill()
        # A reason lies across several columns.
        self.viewport().update()

    def _row_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        if current.isValid():
            self.row_chosen.emit(self.rows.entry_at(current))

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Files of the batch"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSortingEnabled(True)
        self.sortByColumn(PAGE, Qt.SortOrder.AscendingOrder)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        metrics = self.fontMetrics()
        self._widths = {
            column: metrics.horizontalAdvance(text) + 2 * STEP for column, text in _WIDTHS.items()
        }
        self._least = {
            column: metrics.horizontalAdvance(_LEAST_WIDTHS.get(column, text)) + 2 * STEP
            for column, text in _WIDTHS.items()
        }
        self.fit_columns()
        header.sectionResized.connect(self._column_resized)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(SIDE + STEP)
