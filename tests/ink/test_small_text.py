"""Tests of the distinction between small characters and dust."""

import numpy as np
import pytest

from desktop_app.ink.small_text import are_small_characters, is_print

LINE = [(100, 112, left, left + 8) for left in range(200, 280, 14)]
PAGE = [(top, top + 12, left, left + 8) for top in range(50, 2050, 20) for left in range(50, 330, 14)]
PRINT = [(top, top + 6, left, left + 5) for top in range(50, 850, 10) for left in range(50, 330, 14)]
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
        (PAGE, True),
        ([*DUST * 20, *PAGE[:100]], False),
        (LINE * 2000, False),
        ([], False),
    ],
    ids=[
        "line",
        "three",
        "two",
        "lines",
        "specks",
        "dust",
        "tiny",
        "apart",
        "above",
        "page",
        "much dust",
        "texture",
        "none",
    ],
)
def test_small_characters_stand_in_lines(boxes, expected):
    assert are_small_characters(np.array(boxes, np.int64).reshape(-1, 4)) is expected


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [(PRINT, True), (PAGE, False), (PRINT[:300], False), (DUST * 20, False), ([*PRINT, *PAGE], False)],
    ids=["print", "page", "few", "much dust", "both"],
)
def test_lines_of_low_parts_are_print(boxes, expected):
    assert is_print(np.array(boxes, np.int64)) is expected
