"""Tests of lines composed of images of characters."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.data.compose_images import compose_images

BAR = np.zeros((28, 28), np.uint8)
BAR[4:24, 12:16] = 255
RING = np.zeros((28, 28), np.uint8)
RING[4:24, 6:22] = 255
RING[8:20, 10:18] = 0
WEDGE = np.zeros((28, 28), np.uint8)
for row in range(4, 24):
    WEDGE[row, 6 : 22 - abs(row - 14)] = 255


def parts(line: np.ndarray) -> int:
    """Return the number of columns at which ink begins."""
    begins = np.diff((line > 0.2).any(axis=0).astype(np.int64), prepend=0) > 0
    return int(np.count_nonzero(begins))


def test_all_characters_are_on_the_line() -> None:
    line = compose_images([RING, BAR, RING], np.random.default_rng(0))
    assert line.dtype == np.float32
    assert line.min() >= 0
    assert line.max() == pytest.approx(1.0)
    assert line[:, -1].any()
    assert 36 <= line.shape[1] <= 60


def test_about_a_quarter_of_neighbours_touch() -> None:
    line = compose_images([WEDGE] * 400, np.random.default_rng(2))
    assert 270 < parts(line) < 340


def test_bars_do_not_touch_alongside() -> None:
    line = compose_images([BAR] * 400, np.random.default_rng(2))
    assert parts(line) == 400


def test_one_character_is_a_line() -> None:
    assert parts(compose_images([BAR], np.random.default_rng(1))) == 1


def test_lines_are_reproducible() -> None:
    first, again, other = (compose_images([RING, BAR], np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()
