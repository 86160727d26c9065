"""Tests of lines of ink."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.tasks.ink_lines import (
    Interval,
    are_side_by_side,
    gap_of_two,
    is_column,
    lines_of_intervals,
    lines_of_mask,
)


def mask(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Return a mask with filled boxes (top, bottom, left, right)."""
    inked = np.zeros((100, 100), np.bool_)
    for top, bottom, left, right in boxes:
        inked[top:bottom, left:right] = True
    return inked


def test_empty_rows_separate_lines() -> None:
    assert lines_of_mask(mask((0, 20, 5, 10), (10, 30, 40, 50), (31, 40, 0, 3))) == [(0, 30), (31, 40)]
    assert lines_of_mask(mask()) == []
    assert lines_of_intervals([(31.0, 40.0), (0.0, 20.0), (10.0, 30.0)]) == [(0.0, 30.0), (31.0, 40.0)]


@pytest.mark.parametrize(
    ("lines", "width", "gap"),
    [
        ([(0.0, 40.0), (60.0, 100.0)], 30.0, 0.5),
        ([(0.0, 40.0), (48.0, 50.0), (60.0, 100.0)], 30.0, 0.5),
        ([(0.0, 40.0), (80.0, 100.0)], 30.0, 40 / 30),
        ([(0.0, 40.0), (85.0, 100.0)], 30.0, 0.0),
        ([(0.0, 5.0), (20.0, 25.0)], 30.0, 0.0),
        ([(0.0, 30.0), (35.0, 65.0), (70.0, 100.0)], 30.0, 0.0),
        ([(0.0, 100.0)], 30.0, 0.0),
        ([(0.0, 0.0), (100.0, 100.0)], 0.0, 0.0),
        ([], 0.0, 0.0),
    ],
)
def test_gap_between_two_lines(lines: list[Interval], width: float, gap: float) -> None:
    assert gap_of_two(lines, width) == pytest.approx(gap)


def test_a_column_has_three_lines() -> None:
    lines = [(0.0, 20.0), (30.0, 50.0), (60.0, 80.0)]
    assert is_column(lines, 15.0)
    assert not is_column(lines, 45.0)
    assert not is_column(lines, 5.0)
    assert not is_column(lines[:2], 15.0)
    assert not is_column([], 0.0)


def test_characters_of_two_lines_are_side_by_side() -> None:
    # No column is empty.
    lines = [(0, 40, 0, 45), (0, 40, 50, 100), (60, 100, 0, 30), (60, 100, 40, 100)]
    assert are_side_by_side(mask(*lines), lines_of_mask(mask(*lines)))
    one_each = [(0, 40, 0, 100), (60, 100, 0, 30), (60, 100, 40, 100)]
    assert not are_side_by_side(mask(*one_each), lines_of_mask(mask(*one_each)))
