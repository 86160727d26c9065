"""Directions of the pen as colours of model inputs."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.core.placement import IDENTITY, Placement
from desktop_app.ink.directions import grey_channels, ink_of, with_directions, without_directions
from desktop_app.ink.strokes import Ink

FULL = np.ones((28, 28, 1), np.float32)


def colours(*strokes: list[tuple[float, float]], placement: Placement = IDENTITY) -> NDArray[np.float32]:
    (channels,) = with_directions([FULL], [Ink.from_points(strokes)], [placement])
    return channels


def line(angle: float, steps: int = 1) -> list[tuple[float, float]]:
    """Return a line through the middle of the input, in degrees; 90 is downwards."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [(14 + length * across, 14 + length * down) for length in np.linspace(-9, 9, steps + 1)]


@pytest.mark.parametrize(
    ("angle", "expected"),
    [
        (0, (2 + math.cos(math.pi / 6), 2, 2 - math.cos(math.pi / 6))),
        (90, (1.5, 3, 1.5)),
        (180, (2 - math.cos(math.pi / 6), 2, 2 + math.cos(math.pi / 6))),
        (270, (2.5, 1, 2.5)),
    ],
)
def test_colour_of_a_direction(angle: float, expected: tuple[float, float, float]) -> None:
    middle = colours(line(angle))[13, 13]
    np.testing.assert_allclose(middle, np.array(expected) / 3, atol=1e-6)


def test_directions_reach_the_edges_of_the_pen() -> None:
    channels = colours(line(0))
    is_coloured = np.ptp(channels, axis=-1) > 0.1
    assert is_coloured[11:17, 6:22].all()
    assert not is_coloured[:9].any()
    assert not is_coloured[19:].any()


def test_directions_do_not_depend_on_the_number_of_points() -> None:
    few, many = (colours(line(30, steps))[:, 7:21] for steps in (1, 60))
    np.testing.assert_allclose(few, many, atol=0.02)


def test_opposite_strokes_have_opposite_colours_and_are_grey_together() -> None:
    there, back = colours(line(20)), colours(line(200))
    np.testing.assert_allclose(there + back, 4 / 3, atol=1e-5)
    np.testing.assert_allclose(colours(line(20), line(200)), 2 / 3, atol=1e-5)


def test_positions_follow_the_placement() -> None:
    stroke = [(105.0, 48.0), (105.0, 84.0)]
    moved = [((x - 100) / 2, (y - 40) / 4) for x, y in stroke]
    np.testing.assert_allclose(
        colours(stroke, placement=Placement(2.0, 4.0, 100.0, 40.0)), colours(moved), atol=1e-6
    )


def test_a_tap_has_no_direction() -> None:
    np.testing.assert_array_equal(colours([(14, 14)]), grey_channels(FULL))


def test_many_inks_are_coloured_like_each_alone() -> None:
    inks = [Ink.from_points(strokes) for strokes in ([line(0)], [[(3, 3)]], [line(80), line(120)])]
    placements = [IDENTITY, Placement(1.0, 1.0, 2.0, 1.0), Placement(0.9, 1.1, 0.0, 0.0)]
    together = with_directions([FULL] * 3, inks, placements)
    for channels, ink, placement in zip(together, inks, placements, strict=True):
        (alone,) = with_directions([FULL], [ink], [placement])
        np.testing.assert_array_equal(channels, alone)
        assert not channels.flags.writeable


def test_memory_for_a_long_scribble_is_bounded() -> None:
    scribble = Ink.from_points([[(0, 0), (28, 28), (0, 28), (28, 0)] * 5000])
    tracemalloc.start()
    try:
        with_directions([FULL], [scribble], [IDENTITY])
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()


points = st.tuples(*[st.floats(-1e6, 1e6, width=32)] * 2)


@given(
    strokes=st.lists(st.lists(points, min_size=1, max_size=6), min_size=1, max_size=4), ink=st.floats(0, 1)
)
def test_channels_are_valid_and_keep_the_ink(strokes: list[list[tuple[float, float]]], ink: float) -> None:
    values = np.full((28, 28, 1), ink, np.float32)
    page = Ink.from_points(strokes)
    left, top, right, bottom = page.bounds() or (0, 0, 0, 0)
    scale = max(right - left, bottom - top, 1e-3) / 20
    (channels,) = with_directions([values], [page], [Placement(scale, scale, left, top)])
    assert channels.dtype == np.float32
    assert (channels >= 0).all()
    assert (channels <= 1 + 1e-6).all()
    np.testing.assert_allclose(ink_of(channels), values[..., 0], atol=1e-6)
    np.testing.assert_allclose(without_directions(channels), grey_channels(values), atol=1e-6)
