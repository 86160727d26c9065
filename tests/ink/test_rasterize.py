import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np
from PIL import Image, ImageDraw

from desktop_app.core.placement import Placement
from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import PEN_SHARE, WORKING_SIZE, draw_inks, ink_map_placement, rasterize
from desktop_app.ink.strokes import Ink, Stroke

SEVEN = Ink.from_points([[(0, 0), (80, 0), (30, 120)], [(20, 60), (65, 60)]])
polylines = st_np.arrays(
    np.float32, st.tuples(st.integers(1, 6), st.just(2)), elements=st.floats(-1e6, 1e6, width=32)
)
TOO_SMALL = np.array([(0, 0), (9e-40, 0), (0, 9e-40)], dtype=np.float32)
"""Points whose scale to the working size would overflow float32."""


def inputs(ink):
    """Return the model input of ink."""
    normalized = normalize(rasterize(ink), 28, 1)
    assert normalized is not None
    return normalized.model_input


@given(st.lists(polylines, min_size=1, max_size=3))
@example([TOO_SMALL])
@example([TOO_SMALL, TOO_SMALL[1:]])
@example([TOO_SMALL * np.float32(1e9)])
@example([TOO_SMALL * np.float32(1e10)])
def test_every_ink_gives_an_ink_map_of_working_size(strokes):
    ink_map = rasterize(Ink.from_points(strokes))
    assert ink_map.dtype == np.float32
    assert ((ink_map >= 0) & (ink_map <= 1)).all()
    assert ink_map.any()
    assert max(ink_map.shape) <= WORKING_SIZE + 4


def with_widths(*widths):
    return Ink(tuple(Stroke(stroke.points, width=w) for stroke, w in zip(SEVEN.strokes, widths, strict=True)))


@pytest.mark.parametrize("width", [8.0, 32.0])
def test_ink_of_one_width_does_not_depend_on_it(width):
    np.testing.assert_array_equal(rasterize(with_widths(width, width)), rasterize(SEVEN))


def test_strokes_have_widths_in_proportion():
    thin, broad = rasterize(with_widths(22.0, 8.0)), rasterize(with_widths(8.0, 22.0))
    # The second stroke is the bar in the middle of the height.
    middle = len(thin) // 2
    assert thin[middle - 20 : middle + 20, :30].sum() < 0.6 * broad[middle - 20 : middle + 20, :30].sum()
    for ink in (with_widths(22.0, 8.0), with_widths(8.0, 22.0)):
        placement = ink_map_placement(ink)
        assert placement is not None
        row, column = (60.0 - placement.top) / placement.scale_y, (40.0 - placement.left) / placement.scale_x
        assert rasterize(ink)[int(row)][int(column)] == 1


def test_empty_ink_gives_an_empty_map():
    assert rasterize(Ink()).shape == (0, 0)


@given(st.floats(0.05, 50), st.floats(-500, 500), st.floats(-500, 500))
def test_result_does_not_depend_on_scale_and_position(scale, x, y):
    moved = SEVEN.transformed(scale, x, y)
    assert np.abs(inputs(moved) - inputs(SEVEN)).mean() < 0.02


def test_result_does_not_depend_on_stroke_order_and_direction():
    turned = Ink.from_points([stroke.points[::-1] for stroke in reversed(SEVEN.strokes)])
    assert np.abs(rasterize(turned) - rasterize(SEVEN)).mean() < 0.01


@pytest.mark.parametrize("at", [(0, 0), (-3.5, 1e5)])
def test_tap_is_a_round_dot(at):
    ink_map = rasterize(Ink.from_points([[at]]))
    pen = PEN_SHARE * WORKING_SIZE
    assert ink_map.sum() == pytest.approx(np.pi * (pen / 2) ** 2, rel=0.15)
    for axis in (0, 1):
        assert ink_map.any(axis=axis).sum() == pytest.approx(pen, abs=2)


@pytest.mark.parametrize("points", [TOO_SMALL, TOO_SMALL * np.float32(1e9)])
def test_very_small_ink_is_drawn_as_tap(points):
    tiny, dot = Ink.from_points([points]), Ink.from_points([[(0, 0)]])
    assert (rasterize(tiny) == rasterize(dot)).all()
    assert ink_map_placement(tiny) == ink_map_placement(dot)


@pytest.mark.parametrize("share", [0.05, 0.13, 0.3])
def test_line_is_as_wide_as_the_pen(share):
    ink_map = rasterize(Ink.from_points([[(0, 0), (0, 100)]]), share)
    middle = ink_map[len(ink_map) // 2]
    assert middle.sum() == pytest.approx(share * WORKING_SIZE, abs=1.5)


def test_joins_and_caps_are_round():
    ink_map = rasterize(Ink.from_points([[(0, 0), (100, 0), (100, 100)]]))
    pen = round(PEN_SHARE * WORKING_SIZE)
    corner, end = ink_map[: pen // 2, -pen // 2 :], ink_map[-pen // 2 :, -pen:]
    assert corner[0, -1] == 0
    assert corner[-1, 0] == 1
    assert end[-1, 0] == end[-1, -1] == 0


def test_repeated_points_change_nothing():
    repeated = Ink.from_points([np.repeat(stroke.points, 500, axis=0) for stroke in SEVEN.strokes])
    assert (rasterize(repeated) == rasterize(SEVEN)).all()


@pytest.mark.parametrize(("scale", "x", "y"), [(1, 0, 0), (0.02, 5, -3), (37.5, -1e4, 2e4)])
def test_placement_maps_pixels_to_points(scale, x, y):
    corners = np.array([(0, 0), (80, 0), (80, 120), (0, 120)]) * scale + (x, y)
    dots = Ink.from_points([[corner] for corner in corners])
    ink_map, placement = rasterize(dots), ink_map_placement(dots)
    assert placement is not None
    height, width = ink_map.shape
    halves = [
        (slice(0, height // 2), slice(0, width // 2)),
        (slice(0, height // 2), slice(width // 2, width)),
        (slice(height // 2, height), slice(width // 2, width)),
        (slice(height // 2, height), slice(0, width // 2)),
    ]
    for corner, (rows, columns) in zip(corners, halves, strict=True):
        row, column = (axis.mean() for axis in np.nonzero(ink_map[rows, columns]))
        found = placement.point(column + 0.5 + columns.start, row + 0.5 + rows.start)
        # Pillow rounds to whole pixels.
        assert found == pytest.approx(tuple(corner), abs=1.01 * placement.scale_x)


def test_empty_ink_has_no_placement():
    assert ink_map_placement(Ink()) is None


def test_canvas_point_is_the_centre_of_its_pixel():
    dots = Ink.from_points([[(0, 0)], [(144, 144)]])
    ink_map = rasterize(dots)
    assert ink_map_placement(dots) == Placement(1, 1, -9.5, -9.5)
    rows, columns = np.nonzero(ink_map[:80, :80])
    assert (rows.mean() + 0.5, columns.mean() + 0.5) == (9.5, 9.5)


def test_closed_stroke_is_drawn_closed():
    triangle = Ink.from_points([[(0, 0), (100, 0), (0, 100), (0, 0)]])
    assert (rasterize(triangle)[:, 9] > 0).sum() > 150


drawings = st.lists(
    st.tuples(
        st_np.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(2)), elements=st.integers(-200, 200)),
        st.sampled_from([8.0, 14.0, 40.0]),
    ),
    min_size=1,
    max_size=3,
)


def drawn_alone(ink):
    """Return the ink map of ink, drawn point by point."""
    placement = ink_map_placement(ink)
    assert placement is not None
    scale = np.float32(1 / placement.scale_x)
    offset = np.array([-placement.left, -placement.top]) / placement.scale_x - 0.5
    size = rasterize(ink).shape[::-1]
    image = Image.new("L", size, 0)
    draw = ImageDraw.Draw(image)
    widths = [stroke.width for stroke in ink.strokes]
    mean = np.average(widths, weights=[len(stroke.points) for stroke in ink.strokes])
    for stroke in ink.strokes:
        pen = PEN_SHARE * WORKING_SIZE * stroke.width / mean
        points = stroke.points * scale + offset.astype(np.float32)
        draw.line(points.ravel().tolist(), fill=255, width=2 * round(pen / 2) + 1)
        for x, y in points.tolist():
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
    return np.asarray(image) / 255


@given(st.lists(drawings, min_size=1, max_size=4))
def test_inks_drawn_together_are_drawn_like_each_alone(strokes):
    inks = [Ink(tuple(Stroke(points, width=width) for points, width in some)) for some in strokes]
    for ink, image in zip(inks, draw_inks(inks, [PEN_SHARE] * len(inks)), strict=True):
        np.testing.assert_array_equal(np.asarray(image), rasterize(ink))
        # Points in the same pixel are drawn once.
        assert np.count_nonzero(rasterize(ink) != drawn_alone(ink)) <= 0.02 * np.asarray(image).size


def test_ink_that_is_tiny_for_its_coordinates_is_drawn():
    points = [(-138871.0625, -13985.7392578125), (-138871.0625, -13985.73828125)]
    assert rasterize(Ink.from_points([points])).any()
