"""Keys that undo and redo: in the editor of a network they mean its layers, not the text of a control."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence


def undoes(event: QKeyEvent) -> bool:
    """Whether a key undoes or redoes."""
    keys = QKeySequence.StandardKey
    return event.matches(keys.Undo) or event.matches(keys.Redo)


class UndoKeys(QObject):
    """An event filter for controls that leaves these keys to whatever the controls stand in."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand on what undoes."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or not undoes(event):
            return False
        event.ignore()
        return True
