"""Tests of the cutting of strokes."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.lines.cut_strokes import find_cuts
from desktop_app.lines.ink_pieces import ink_pieces
from tests.synthetic_numbers import number


def zero(left):
    """A 0 that begins and ends at its top, 60 wide and 100 tall."""
    angle = np.linspace(0, 2 * np.pi, 40)
    return np.stack([left + 30 - 30 * np.sin(angle), 50 - 50 * np.cos(angle)], axis=1)


ZEROS = np.concatenate([zero(0), zero(90), zero(170)]).astype(np.float32)
"""Three zeros without lifting the pen."""


def test_connected_zeros_are_cut_between_them():
    cuts = find_cuts(ZEROS, 100)
    assert cuts == sorted(cuts)
    for between in (40, 80):
        assert min(abs(cut - between) for cut in cuts) <= 2


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("shape", [0, 1, 2])
def test_digits_are_not_cut(digit, shape):
    for stroke in number(digit, shape).strokes:
        assert find_cuts(stroke.points, 136) == []


def test_parts_are_joined_to_the_stroke_they_come_from():
    pressure = np.linspace(0, 1, len(ZEROS), dtype=np.float32)
    ink = Ink((Stroke(ZEROS, pressure), *number("4").strokes))
    pieces = ink_pieces(ink)
    of_zeros = [number for number, item in enumerate(pieces.items) if item.whole == 0]
    assert len(of_zeros) >= 3
    assert pieces.page(of_zeros) == Ink(ink.strokes[:1])
    assert pieces.page(range(len(pieces.items))) == ink
    assert len(pieces.page([0, 2]).strokes) == 2


def test_connected_zeros_are_read(recognizer):
    assert recognizer.read_text(Ink.from_points([ZEROS])).text == "000"
