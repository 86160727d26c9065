"""Tests of the images of lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.line_columns import LINE_HEIGHT
from desktop_app.lines.line_image import line_image
from tests.synthetic_numbers import image_of, number


def picture_of(ink: Ink) -> Picture:
    grey = np.asarray(image_of(ink))
    return picture_from_pixels(np.repeat(grey[..., None], 3, axis=2), "line")


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_ink_fills_the_height_between_margins(kind: str) -> None:
    ink = number("7105")
    image = line_image(ink if kind == "ink" else picture_of(ink))
    assert image is not None
    assert image.dtype == np.float32
    assert image.shape[0] == LINE_HEIGHT
    assert 0 <= image.min() <= image.max() <= 1
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert (rows[0], rows[-1]) == (2, LINE_HEIGHT - 3)
    assert columns[0] == pytest.approx(4, abs=1)
    assert columns[-1] == pytest.approx(image.shape[1] - 5, abs=1)


def test_an_image_of_ink_looks_like_the_ink() -> None:
    ink = number("7105")
    drawn, found = line_image(ink), line_image(picture_of(ink))
    assert drawn is not None
    assert found is not None
    width = min(drawn.shape[1], found.shape[1])
    assert abs(drawn.shape[1] - found.shape[1]) <= 8
    assert np.corrcoef(drawn[:, :width].mean(axis=0), found[:, :width].mean(axis=0))[0, 1] > 0.4


@pytest.mark.parametrize("kind", ["ink", "image"])
@pytest.mark.parametrize("slope", [0.2, -0.2])
def test_the_slope_of_a_line_is_undone(kind: str, slope: float) -> None:
    level, sloped = number("7105888"), number("7105888", slope=slope)
    page = sloped if kind == "ink" else picture_of(sloped)
    expected, left, undone = line_image(level), line_image(page), line_image(page, slope)
    assert expected is not None
    assert left is not None
    assert undone is not None
    assert abs(undone.shape[1] - expected.shape[1]) < abs(left.shape[1] - expected.shape[1]) / 3


@pytest.mark.parametrize("kind", ["ink", "image"])
def test_no_ink_has_no_image(kind: str) -> None:
    white = np.full((40, 60, 3), 255, np.uint8)
    assert line_image(Ink() if kind == "ink" else picture_from_pixels(white, "empty")) is None


def test_a_very_long_or_flat_line_has_no_image() -> None:
    assert line_image(Ink.from_points([[(0, 3), (50, 3)]])) is None
    assert line_image(Ink.from_points([[(0, 0), (0, 10)], [(20_000, 0), (20_000, 10)]])) is None


coordinates = st.floats(-1e6, 1e6, width=32)


@given(
    st.lists(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=4), min_size=1, max_size=3)
)
def test_any_ink_has_an_image_or_none(strokes: list[list[tuple[float, float]]]) -> None:
    image = line_image(Ink.from_points(strokes))
    assert image is None or (image.shape[0] == LINE_HEIGHT and image.shape[1] <= 4100)


@pytest.mark.parametrize("points", [[(5.0, 5.0)], [(3.0, 0.0), (3.0, 50.0)]])
def test_dots_and_upright_strokes_have_an_image(points: list[tuple[float, float]]) -> None:
    image = line_image(Ink.from_points([points]))
    assert image is not None
    assert image.any()
