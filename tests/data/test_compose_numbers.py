"""Tests of composed numbers and their images."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.data.compose_numbers import compose, compose_texts
from desktop_app.data.ink_set import InkSet
from desktop_app.data.render_page import render_page
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.task import DIGITS
from tests.synthetic_numbers import number


def digit_set(writers=("a", "b"), digits="0123456789"):
    """Each digit by each writer."""
    inks = [number(digit, shape) for shape in range(len(writers)) for digit in digits]
    strokes = [stroke.points for ink in inks for stroke in ink.strokes]
    return InkSet(
        np.rint(np.concatenate(strokes)).astype(np.int16),
        np.cumsum([0, *map(len, strokes)]).astype(np.int64),
        np.cumsum([0, *(len(ink.strokes) for ink in inks)]).astype(np.int64),
        np.array([digit for _ in writers for digit in digits]),
        np.array([writer for writer in writers for _ in digits]),
    )


def test_numbers_have_the_strokes_of_their_digits():
    composed = compose_texts(digit_set(), DIGITS, 5, 20, seed=1)
    assert all(len(each.text) == 5 for each in composed)
    for each in composed:
        counts = [sum(len(number(digit, shape).strokes) for digit in each.text) for shape in (0, 1)]
        assert min(counts) <= len(each.ink.strokes) <= max(counts)


def test_strokes_of_marks_are_known():
    composed = compose_texts(digit_set(), DIGITS, 5, 20, seed=1, is_marked=True)
    assert any(each.marks for each in composed)
    for each in composed:
        own = [stroke for number, stroke in enumerate(each.ink.strokes) if number not in each.marks]
        counts = [sum(len(number(digit, shape).strokes) for digit in each.text) for shape in (0, 1)]
        assert min(counts) <= len(own) <= max(counts)


def test_numbers_are_reproducible():
    first, again, other = (
        [(each.ink, each.text) for each in compose_texts(digit_set(), DIGITS, 4, 3, seed=seed)]
        for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other


def test_about_a_quarter_of_neighbours_touch():
    wedge = Ink.from_points([[(0, 0), (0, 50), (0, 100), (100, 50), (0, 0)]])
    gaps = distances(wedge) - 100
    assert 0.15 < (gaps < 1).mean() < 0.35
    assert (gaps > -5).all()


def test_bars_do_not_touch_alongside():
    bar = Ink.from_points([[(0, 0), (0, 50), (0, 100)]])
    assert (distances(bar) > 4).all()


def distances(ink):
    """Distances of the left of a character from that of the one before it, in many lines."""
    rng = np.random.default_rng(2)
    lines = [compose([ink] * 10, "1" * 10, rng) for _ in range(40)]
    return np.concatenate([np.diff([stroke.points[:, 0].min() for stroke in line.strokes]) for line in lines])


def test_characters_in_other_units_are_scaled():
    small = Ink.from_points([[(0, 0), (0, 10)]])
    large = Ink.from_points([[(0, 0), (0, 300)]])
    ink = compose([large, large, small], "111", np.random.default_rng(0))
    heights = [float(np.ptp(stroke.points[:, 1])) for stroke in ink.strokes]
    assert heights == pytest.approx([100] * 3)


def test_small_letters_are_low_or_reach_below_the_line():
    bar = Ink.from_points([[(0, 0), (0, 50)]])
    ink = compose([bar] * 4, "Aopb", np.random.default_rng(0))
    tops, bottoms = (
        np.array([float(end(stroke.points[:, 1])) for stroke in ink.strokes]) for end in (np.min, np.max)
    )
    np.testing.assert_allclose(tops, [-50, -10, -10, -50], atol=12)
    np.testing.assert_allclose(bottoms, [50, 50, 90, 50], atol=12)


def test_writers_with_few_labels_are_not_used():
    with pytest.raises(ValueError, match="no writer"):
        compose_texts(digit_set(digits="012"), DIGITS, 4, 1, seed=0)


def test_texts_have_only_characters_of_their_writer():
    composed = compose_texts(digit_set(), [*DIGITS, "A", "B"], 6, 20, seed=3)
    assert {label for each in composed for label in each.text} <= set(DIGITS)


@pytest.mark.parametrize("is_ruled", [False, True])
def test_rendered_page_is_dark_on_light(is_ruled):
    pixels = render_page(number("47"), np.random.default_rng(3), height=40, is_ruled=is_ruled)
    assert pixels.dtype == np.uint8
    assert pixels.shape[0] == 40 + 2 * 24
    assert np.median(pixels) > 150
    assert pixels.min() < 120


def test_ruled_lines_cross_the_page():
    plain, ruled = (
        render_page(number("47"), np.random.default_rng(3), is_ruled=is_ruled).astype(float)
        for is_ruled in (False, True)
    )
    assert ruled[:, :8].mean(axis=(1, 2)).min() < plain[:, :8].mean(axis=(1, 2)).min() - 10
