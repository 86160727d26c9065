"""Editing of texts in the cells of a view."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStyledItemDelegate, QWidget


class TextCells(QStyledItemDelegate):
    """Commits a text at once with Return.

    Qt's own delegate commits it later, and prints a warning if the editor has been closed before, e.g. by a
    click on another cell.
    """

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Take Return and Enter."""
        if event.type() == QEvent.Type.KeyPress and isinstance(editor, QWidget):
            key = cast("QKeyEvent", event).key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, self.EndEditHint.SubmitModelCache)
                return True
        return super().eventFilter(editor, event)
