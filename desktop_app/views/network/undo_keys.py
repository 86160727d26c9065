"""Undo and redo keys, which in the network editor apply to layers, not to the text of a control."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent

from desktop_app.views.parts.history_keys import is_redo, is_undo


def is_undo_key(event: QKeyEvent) -> bool:
    """Return whether a key is the one of undo or redo."""
    return is_undo(event) or is_redo(event)


class UndoKeys(QObject):
    """Event filter that makes controls leave undo and redo keys to their parent."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore undo and redo keys, so that the parent gets them."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or not is_undo_key(event):
            return False
        event.ignore()
        return True
