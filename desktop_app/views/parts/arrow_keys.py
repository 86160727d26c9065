"""Which of many things the keyboard goes to that stand in one row or in several."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


def index_for_key(
    event: QKeyEvent, at: int | None, count: int, *, columns: int = 0, page: int = 0
) -> int | None:
    """Where a key leads that was pressed.

    Args:
        event: of the key.
        at: where the keyboard is, 0 to count - 1; None before it has been anywhere.
        count: how many things there are.
        columns: in a row; 0 where all stand in one, which Up and Down do not leave.
        page: how many things the page keys pass over; 0 where they are for others.

    Returns:
        0 to count - 1; None where the key leads nowhere.
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
    step = steps.get(Qt.Key(event.key()), 0)
    if not step or not count:
        return None
    if at is None and event.key() != Qt.Key.Key_End:
        return 0
    return min(max((at or 0) + step, 0), count - 1)
