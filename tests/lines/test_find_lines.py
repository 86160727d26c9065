"""Tests of the grouping of pieces into lines."""

from __future__ import annotations

import pytest

from desktop_app.lines.find_lines import find_lines
from desktop_app.lines.piece import Piece


def find(boxes, wholes=None):
    """Lines of pieces with these boxes."""
    wholes = range(len(boxes)) if wholes is None else wholes
    return find_lines([Piece(box, b"", whole) for box, whole in zip(boxes, wholes, strict=True)])


def row(count, top=0.0, left=0.0, slope=0.0, step=60.0, height=100.0):
    """Boxes of characters 40 wide from left to right."""
    return [
        (left + i * step, top + slope * i * step, left + i * step + 40, top + slope * i * step + height)
        for i in range(count)
    ]


def test_page_without_pieces_has_no_lines():
    assert find([]) == ()


def test_pieces_are_ordered_from_left_to_right():
    boxes = row(5)[::-1]
    (line,) = find(boxes)
    assert line.numbers == (4, 3, 2, 1, 0)
    assert line.height == pytest.approx(100)


@pytest.mark.parametrize("slope", [-0.2, 0.0, 0.2])
def test_lines_follow_their_slope(slope):
    boxes = [*row(9, 0, slope=slope), *row(9, 160, slope=slope), *row(9, 320, left=20, slope=slope)]
    lines = find(boxes)
    assert [line.numbers for line in lines] == [tuple(range(n, n + 9)) for n in (0, 9, 18)]
    assert all(line.slope == pytest.approx(slope, abs=0.01) for line in lines)


def test_small_pieces_belong_to_the_nearest_line():
    bar, dot = (0.0, 42.0, 30.0, 46.0), (130.0, 225.0, 134.0, 229.0)
    lines = find([*row(3), *row(3, 150), bar, dot])
    assert lines[0].numbers == (6, 0, 1, 2)
    assert lines[1].numbers == (3, 4, 7, 5)


def test_a_dot_and_a_dash_are_lines():
    (line,) = find([(3.0, 3.0, 3.0, 3.0)])
    assert line.height > 0
    (line,) = find([(0.0, 5.0, 30.0, 5.0)])
    assert line.height == 30


def test_pieces_of_one_stroke_stay_in_one_line():
    boxes = [(0.0, 0.0, 60.0, 50.0), (40.0, 50.0, 80.0, 100.0), (120.0, 0.0, 160.0, 100.0)]
    (line,) = find(boxes, [0, 0, 1])
    assert line.numbers == (0, 1, 2)
    assert line.height == 100
