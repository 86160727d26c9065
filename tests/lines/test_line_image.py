"""Tests of the images of lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.line_columns import LINE_CHANNELS, LINE_HEIGHT
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
    assert image.shape[::2] == (LINE_HEIGHT, LINE_CHANNELS)
    seen = image[..., 0]
    assert 0 <= seen.min() <= seen.max() <= 1
    assert not image[seen == 0].any()
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
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
    columns = (image[:, :width, 0].mean(axis=0) for image in (drawn, found))
    assert np.corrcoef(*columns)[0, 1] > 0.4


def test_ink_has_the_directions_of_the_pen() -> None:
    # Down, to the right, and from there up in a stroke of its own.
    ink = Ink.from_points([[(0, 0), (0, 100), (100, 100)], [(100, 100), (100, 0)]])
    image = line_image(ink)
    assert image is not None
    (rows, columns), middle = image.shape[:2], LINE_HEIGHT // 2
    left, bottom, right = image[middle, 5], image[rows - 4, columns // 2], image[middle, columns - 6]
    assert left == pytest.approx((1, 0, 1), abs=0.02)
    assert bottom == pytest.approx((1, 1, 0), abs=0.02)
    assert right == pytest.approx((1, 0, -1), abs=0.02)
    assert np.hypot(image[..., 1], image[..., 2]).max() <= 1.01


def test_later_ink_covers_directions() -> None:
    across, down = [(0, 50), (100, 50)], [(50, 0), (50, 100)]
    first, last = line_image(Ink.from_points([across, down])), line_image(Ink.from_points([down, across]))
    assert first is not None
    assert last is not None
    at = LINE_HEIGHT // 2, first.shape[1] // 2
    assert first[at] == pytest.approx((1, 0, 1), abs=0.02)
    assert last[at] == pytest.approx((1, 1, 0), abs=0.02)
    np.testing.assert_array_equal(first[..., 0], last[..., 0])


def test_lines_from_images_have_no_directions() -> None:
    image = line_image(picture_of(number("7105")))
    assert image is not None
    assert not image[..., 1:].any()


def test_a_point_has_no_direction() -> None:
    image = line_image(Ink.from_points([[(0, 0)], [(10, 30), (10, 0)]]))
    assert image is not None
    dot = image[:6, :8]
    assert dot[..., 0].max() > 0.9
    assert not dot[..., 1:].any()


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
