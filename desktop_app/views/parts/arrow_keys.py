"""Keys that select items, which stand in one row or in several, and that type a character."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def step_for_key(event: QKeyEvent, count: int, *, columns: int = 0, page: int = 0) -> int:
    """Return by how many items a pressed key moves, possibly more than there are; 0: it does not move.

    The arguments are those of `index_for_key`.
    """
    steps = {
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Up: -columns,
        Qt.Key.Key_Down: columns,
        Qt.Key.Key_PageUp: -page,
        Qt.Key.Key_PageDown: page,
        Qt.Key.Key_Home: -count,
        Qt.Key.Key_End: count,
    }
    return steps.get(Qt.Key(event.key()), 0)


def index_for_key(
    event: QKeyEvent, at: int | None, count: int, *, columns: int = 0, page: int = 0
) -> int | None:
    """Return the item that a pressed key moves to.

    Args:
        event: of the key.
        at: current item, 0 to count - 1; None: none yet.
        count: number of items.
        columns: items in a row; 0: all are in one row, and Up and Down do nothing.
        page: items that the page keys skip; 0: they do nothing.

    Returns:
        0 to count - 1; None if the key does not move.
    """
    step = step_for_key(event, count, columns=columns, page=page)
    if not step or not count:
        return None
    if at is None and event.key() != Qt.Key.Key_End:
        return 0
    return min(max((at or 0) + step, 0), count - 1)


def typed_label(event: QKeyEvent) -> str:
    """Return the character that a pressed key types; empty if it types none or a space."""
    modifiers = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text()
    is_one = len(text) == 1 and text.isprintable() and not text.isspace()
    return text if is_one and modifiers == Qt.KeyboardModifier.NoModifier else ""
