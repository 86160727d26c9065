"""Keys of undo and redo, which are the same on all desktops."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent, QKeySequence

REDO_KEYS = (QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))
"""Both usual keys of redo, of which each desktop knows one only."""


def is_undo(event: QKeyEvent) -> bool:
    """Return whether a key is that of undo."""
    return event.matches(QKeySequence.StandardKey.Undo)


def is_redo(event: QKeyEvent) -> bool:
    """Return whether a key is one of redo."""
    is_usual = QKeySequence(event.keyCombination()) in REDO_KEYS
    return is_usual or event.matches(QKeySequence.StandardKey.Redo)
