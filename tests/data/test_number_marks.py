"""Tests of marks in composed numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.data.compose_numbers import compose
from desktop_app.data.number_marks import Mark, draw_marks
from tests.synthetic_numbers import number


@given(st.integers(1, 10), st.integers(0, 2**32 - 1))
def test_marks_are_small_and_between_or_after_the_digits(count: int, seed: int) -> None:
    marks = draw_marks(count, np.random.default_rng(seed))
    places = [mark.place for mark in marks]
    assert places
    assert places == sorted(set(places))
    assert places[0] >= 1
    assert places[-1] <= count
    for mark in marks:
        assert bool(mark.strokes) != (mark.width > 0)
        for points in mark.strokes:
            assert points.dtype == np.float32
            assert np.abs(points).max() < 1.2


def test_marks_are_written_where_they_belong() -> None:
    stop = np.array([[0.0, 0.5], [0.02, 0.5]], np.float32)
    digits = [number("2"), number("2")]
    plain, marked = (
        compose(digits, "22", np.random.default_rng(1), marks)
        for marks in ((), (Mark(1, (stop,)), Mark(2, (stop,))))
    )
    assert len(marked.strokes) == len(plain.strokes) + 2
    first, second = (stroke.points for stroke in marked.strokes if len(stroke.points) == 2)
    digit = marked.strokes[-2].points
    assert marked.strokes[0].points[:, 0].max() < first[:, 0].min()
    assert first[:, 0].max() < digit[:, 0].max() < second[:, 0].min()
    assert (first[:, 1] > 30).all()


def test_a_space_is_as_wide_as_it_says() -> None:
    digits = [number("1"), number("1")]
    narrow, wide = (
        compose(digits, "11", np.random.default_rng(5), (Mark(1, width=width),)).bounds()
        for width in (0.5, 1.5)
    )
    assert narrow is not None
    assert wide is not None
    assert round(wide[2] - narrow[2]) == 100
