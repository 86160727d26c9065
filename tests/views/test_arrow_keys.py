from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from desktop_app.views.parts.arrow_keys import index_for_key

KEYS = {
    each.name.removeprefix("Key_"): each
    for each in (
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_A,
    )
}


def pressed(name: str) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, KEYS[name], Qt.KeyboardModifier.NoModifier)


@pytest.mark.parametrize(
    ("name", "at", "place"),
    [
        ("Left", 6, 5),
        ("Right", 6, 7),
        ("Up", 6, 2),
        ("Down", 6, 9),
        ("Down", 5, 9),
        ("Up", 3, 0),
        ("PageUp", 9, 1),
        ("PageDown", 1, 9),
        ("Home", 6, 0),
        ("End", 6, 9),
        ("Left", 0, 0),
        ("Right", 9, 9),
        ("Right", None, 0),
        ("Down", None, 0),
        ("End", None, 9),
        ("A", 6, None),
        ("A", None, None),
    ],
)
def test_keys_move_through_rows(name: str, at: int | None, place: int | None) -> None:
    assert index_for_key(pressed(name), at, 10, columns=4, page=8) == place


@pytest.mark.parametrize("name", ["Up", "Down", "PageUp", "PageDown"])
def test_other_keys_do_nothing_in_one_row(name: str) -> None:
    assert index_for_key(pressed(name), 6, 10) is None
    assert index_for_key(pressed(name), None, 10) is None


@given(st.sampled_from(sorted(KEYS)), st.none() | st.integers(0, 30), st.integers(0, 30), st.integers(0, 9))
def test_keys_stay_within_the_items(name: str, at: int | None, count: int, columns: int) -> None:
    place = index_for_key(pressed(name), at, count, columns=columns, page=3 * columns)
    assert place is None or 0 <= place < count
