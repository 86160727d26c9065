"""Tests of spaces between characters."""

from __future__ import annotations

import pytest

from desktop_app.lines.spaces import find_spaces


def boxes(gaps):
    """Boxes of characters of width 60 and height 100 with these gaps."""
    left, result = 0.0, [(0.0, 0.0, 60.0, 100.0)]
    for gap in gaps:
        left += 60 + gap
        result.append((left, 0.0, left + 60, 100.0))
    return result


@pytest.mark.parametrize(
    ("gaps", "spaces"),
    [
        ([], []),
        ([20], [False]),
        ([90], [False]),
        ([250], [True]),
        ([20, 15, 90, 25, -5], [False, False, True, False, False]),
        ([90, 95, 100, 85], [False] * 4),
        ([90, 95, 300, 85], [False, False, True, False]),
        ([1100, 1600], [True, True]),
        ([300, 300, 300], [False] * 3),
        ([20, 80, 20, 80, 20], [False, True, False, True, False]),
    ],
)
def test_spaces_are_wider_than_other_gaps(gaps, spaces):
    assert find_spaces(boxes(gaps), 100) == spaces
