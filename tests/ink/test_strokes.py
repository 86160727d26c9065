import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from desktop_app.ink.strokes import Ink, Stroke, distance_to_polyline, is_tap


def array(values):
    return np.array(values, dtype=np.float32)


coordinates = st.floats(-1000, 1000, width=32)
polylines = st_np.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(2)), elements=coordinates)

CORNER = Ink.from_points([[(0, 0), (10, 0), (10, 10)]])


@pytest.mark.parametrize(
    ("points", "pressure"),
    [
        (np.zeros((0, 2)), None),
        ([(0, np.nan)], None),
        ([(0, np.inf)], None),
        ([(0, 0)], [0.5, 0.5]),
        ([(0, 0)], [1.5]),
        ([(0, 0)], [np.nan]),
    ],
)
def test_invalid_strokes_raise_value_error(points, pressure):
    with pytest.raises(ValueError, match=r"stroke|pressure"):
        Stroke(np.asarray(points, dtype=np.float32), pressure)


def test_strokes_are_copied_and_read_only():
    source = np.zeros((3, 2), dtype=np.float32)
    stroke = Stroke(source)
    source[0] = 7
    assert (stroke.points == 0).all()
    with pytest.raises(ValueError, match="read-only"):
        stroke.points[0] = 7


def test_strokes_are_equal_by_value():
    points, pressure = array([[1, 2], [3, 4]]), array([0.5, 1])
    assert Stroke(points, pressure) == Stroke(points.copy(), pressure.copy())
    assert hash(Stroke(points)) == hash(Stroke(points.copy()))
    assert Stroke(points) != Stroke(points, pressure)
    assert Stroke(points) != Stroke(points, width=8.0)
    assert Stroke(points, pressure) != Stroke(points, pressure[::-1])
    assert Stroke(points) != Stroke(points + 1)


def test_strokes_are_added_and_removed():
    more = CORNER.with_stroke(Stroke(array([[5, 5]])))
    assert len(more.strokes) == 2
    assert more.without([1]) == CORNER
    assert not more.without([0, 1])
    assert not Ink()
    assert CORNER


def test_ink_until_a_number_of_points():
    ink = CORNER.with_stroke(Stroke(array([[50, 50], [60, 50], [60, 60]]), array([0.1, 0.2, 0.3])))
    assert ink.point_count == 6
    assert ink.until(0) == Ink()
    assert ink.until(2) == Ink.from_points([[(0, 0), (10, 0)]])
    assert ink.until(3) == CORNER
    assert ink.until(5) == CORNER.with_stroke(Stroke(array([[50, 50], [60, 50]]), array([0.1, 0.2])))
    assert ink.until(6) == ink


def test_started_stroke_is_a_tap():
    ink = Ink.from_points([[(0, 0), (2, 1), (4, 4), (9, 9)]])
    assert ink.until(3) == Ink.from_points([[(0, 0)]])
    assert ink.until(4) == ink
    tap = Ink.from_points([[(0, 0), (2, 1)]])
    assert tap.until(2) == tap, "complete strokes stay unchanged"


@given(st.lists(polylines, min_size=1, max_size=4))
def test_bounds_contain_every_point(strokes):
    bounds = Ink.from_points(strokes).bounds()
    assert bounds is not None
    left, top, right, bottom = bounds
    points = np.vstack(strokes)
    assert (left, top) == tuple(points.min(axis=0))
    assert (right, bottom) == tuple(points.max(axis=0))


def test_empty_ink_has_no_bounds():
    assert Ink().bounds() is None


@pytest.mark.parametrize(
    ("strokes", "extent"),
    [
        ([[(1, 2), (5, 3)], [(2, 10)]], 8),
        ([[(7, 7)]], 0),
        ([[(0, 0), (1e-29, 0)]], float(np.float32(1e-29))),
        ([[(0, 0), (9e-31, 0)]], 0),
        ([[(0, 0), (9e-40, 0), (0, 9e-40)]], 0),
        ([[(-3e38, 0), (3e38, 0)]], 2 * float(np.float32(3e38))),
    ],
)
def test_extent_is_the_longer_side_and_zero_for_taps(strokes, extent):
    assert Ink.from_points(strokes).extent() == extent


def test_extent_of_empty_ink_is_zero():
    assert Ink().extent() == 0


def test_transformation_scales_and_then_moves():
    moved = CORNER.transformed(2, 1, -1)
    assert moved.strokes[0].points.tolist() == [[1, -1], [21, -1], [21, 19]]


def test_transformation_keeps_the_pressure():
    stroke = Stroke(array([[0, 0]]), array([0.25]))
    pressure = Ink((stroke,)).transformed(2, 0, 0).strokes[0].pressure
    assert pressure is not None
    assert pressure.tolist() == [0.25]


@pytest.mark.parametrize(
    ("point", "distance"), [((5, 0), 0), ((5, 3), 3), ((-3, -4), 5), ((12, 5), 2), ((10, 10), 0)]
)
def test_distance_to_a_polyline(point, distance):
    assert distance_to_polyline(array(point), CORNER.strokes[0].points) == pytest.approx(distance)


@given(polylines, st.tuples(coordinates, coordinates))
def test_distance_is_at_most_that_of_the_nearest_point(points, target):
    target = array(target)
    nearest = float(np.sqrt(((points.astype(np.float64) - target) ** 2).sum(axis=1).min()))
    assert distance_to_polyline(target, points) <= nearest * 1.001 + 0.01


def test_strokes_near_a_point_are_found():
    ink = CORNER.with_stroke(Stroke(array([[50, 50]])))
    assert ink.strokes_near(10, 5, 1) == [0]
    assert ink.strokes_near(51, 50, 2) == [1]
    assert ink.strokes_near(30, 30, 5) == []


@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_values_are_stored_as_float32(dtype):
    stroke = Stroke(np.array([[1, 2], [3, 4]], dtype=dtype), np.array([0, 1], dtype=dtype))
    assert stroke.pressure is not None
    assert stroke.points.dtype == stroke.pressure.dtype == np.float32


@pytest.mark.parametrize(
    ("points", "is_one"),
    [
        ([(9, 9)], True),
        ([(100, 0), (104, 4), (102, 2)], True),
        ([(0, 0), (2, 2), (0, 4.1)], False),
        ([(0, 0), (4.1, 0)], False),
        ([(0, 0), (3, 0), (6, 0), (9, 0)], False),
    ],
)
def test_tap_fits_into_a_small_square(points, is_one):
    assert is_tap(array(points)) == is_one


def test_distance_beyond_the_ends_of_a_polyline():
    line = np.array([(0, 0), (1, 0), (1, 2)], np.float32)
    for target, distance in (((-3, 0), 3), ((1, 7), 5), ((4, 6), 5), ((3, 1), 2)):
        assert distance_to_polyline(np.array(target, np.float32), line) == pytest.approx(distance)
