"""Tests of durations as texts."""

from __future__ import annotations

import pytest

from desktop_app.views.parts.durations import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3660, "1 h 01 min"),
        (-3, "0 s"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words
