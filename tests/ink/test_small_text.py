"""Tests of the distinction between small characters and dust."""

import numpy as np
import pytest

from desktop_app.ink.small_text import are_small_characters

LINE = [(100, 112, left, left + 8) for left in range(200, 280, 14)]
RNG = np.random.default_rng(0)
DUST = [
    (top, top + size, left, left + size) for top, left, size in RNG.integers(8, 900, (60, 3)) % (990, 990, 13)
]


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        (LINE, True),
        (LINE[:3], True),
        (LINE[:2], False),
        ([*LINE, *[(top + 30, bottom + 30, left, right) for top, bottom, left, right in LINE]], True),
        ([*LINE, (300, 302, 50, 52), (310, 312, 80, 83)], True),
        (DUST, False),
        ([(top // 3, bottom // 3, left // 3, right // 3) for top, bottom, left, right in LINE], False),
        ([(top, bottom, left * 9, left * 9 + 8) for top, bottom, left, _ in LINE], False),
        ([(100 * number, 100 * number + 12, 200, 208) for number in range(6)], False),
        (LINE * 200, False),
        ([], False),
    ],
    ids=["line", "three", "two", "lines", "specks", "dust", "tiny", "apart", "above", "texture", "none"],
)
def test_small_characters_stand_in_lines(boxes, expected):
    assert are_small_characters(np.array(boxes, np.int64).reshape(-1, 4)) is expected
