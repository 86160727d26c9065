"""Cells of the table of a batch."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QTableView

from desktop_app.views.batch.batch_rows import ALTERNATIVES, TEXT, BatchRows
from desktop_app.views.parts.text_cells import TextCells

_MARGIN = 4
"""Left and right of a text, as in other cells."""


class BatchCells(TextCells):
    """Paints why a file is unreadable across all cells of what would have been read."""

    def __init__(self, table: QTableView, rows: BatchRows) -> None:
        """Paint the cells of a table; rows: its model."""
        super().__init__(table)
        self._table, self._rows = table, rows

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a cell, or the part of the reason that lies in it."""
        reason = self._rows.entry_at(index).row.error
        if not reason or not TEXT <= index.column() <= ALTERNATIVES:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        self._table.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, self._table)
        is_selected = cell.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        across = self._across(cell.rect).adjusted(_MARGIN, 0, -_MARGIN, 0)
        shown = cell.fontMetrics.elidedText(reason, Qt.TextElideMode.ElideRight, across.width())
        painter.save()
        painter.setClipRect(cell.rect)
        painter.setFont(cell.font)
        painter.setPen(cell.palette.color(role))
        painter.drawText(across, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        painter.restore()

    def _across(self, cell: QRect) -> QRect:
        """Return the area of all cells for the reason, in the row of a cell."""
        left = self._table.columnViewportPosition(TEXT)
        right = self._table.columnViewportPosition(ALTERNATIVES) + self._table.columnWidth(ALTERNATIVES)
        return QRect(left, cell.top(), right - left, cell.height())
