from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.ink.strokes import Ink
from desktop_app.views.canvas.geometry import (
    CANVAS_SIZE,
    SHEET_WIDTH,
    boxes_near,
    curve,
    fit_to_canvas,
    sheet_in,
    square_in,
    stroke_boxes,
    touched,
)
from desktop_app.views.canvas.live_stroke import LiveStroke

Places = list[tuple[float, float]]

coordinate = st.floats(0, CANVAS_SIZE, width=32)
point = st.tuples(coordinate, coordinate)


def test_the_canvas_is_the_largest_square_at_the_top() -> None:
    square = square_in(1000, 600)
    assert (square.left, square.top, square.width, square.height) == (200, 0, 600, 600)
    high = square_in(300, 800)
    assert (high.left, high.top, high.width, high.height) == (0, 0, 300, 300)
    assert square.units == pytest.approx((CANVAS_SIZE, CANVAS_SIZE))


def test_ink_that_does_not_fit_makes_the_square_larger() -> None:
    square = square_in(800, 800, (100, 100, 900, 250))
    assert square.units == pytest.approx((930, 930))


def test_a_sheet_fills_the_widget_and_has_room_for_more_ink() -> None:
    sheet = sheet_in(1200, 400)
    assert (sheet.left, sheet.top, sheet.width, sheet.height) == (0, 0, 1200, 400)
    assert sheet.units == pytest.approx((1200, 400))
    assert sheet_in(500, 500).units == pytest.approx((SHEET_WIDTH, SHEET_WIDTH))
    wider = sheet_in(500, 500, (10, 10, 990, 100)).units
    assert wider == pytest.approx((1250, 1250))
    assert sheet_in(500, 500, (10, 10, 1120, 100)).units == wider
    assert sheet_in(1000, 400, (10, 10, 100, 800)).units[1] > 800


def test_widget_positions_are_mapped_to_the_canvas() -> None:
    square = square_in(1000, 800)
    assert square.to_canvas(100, 0) == (0, 0)
    assert square.to_canvas(500, 400) == (CANVAS_SIZE / 2, CANVAS_SIZE / 2)
    assert square.to_canvas(5000, -5) == (CANVAS_SIZE, 0)
    assert square.contains(100, 0)
    assert not square.contains(99, 0)
    assert not square.contains(900, 0)


@given(st.lists(point, min_size=2, max_size=30))
def test_a_curve_is_continuous_and_keeps_both_ends(places: list[tuple[float, float]]) -> None:
    points = np.array(places, dtype=np.float32)
    pieces = curve(points)
    assert pieces.shape == (len(points), 4, 2)
    assert (pieces[0, 0] == points[0]).all()
    assert (pieces[-1, 3] == points[-1]).all()
    assert (pieces[1:, 0] == pieces[:-1, 3]).all()


@given(st.lists(point, min_size=3, max_size=30), point)
def test_a_final_piece_never_changes(places: list[tuple[float, float]], more: tuple[float, float]) -> None:
    before = curve(np.array(places, dtype=np.float32))
    after = curve(np.array([*places, more], dtype=np.float32))
    assert (after[: len(places) - 1] == before[:-1]).all()


def test_far_corners_stay_corners() -> None:
    corner = np.array([[0, 0], [300, 0], [300, 300]], dtype=np.float32)
    rounded = curve(corner)[1]
    assert np.abs(rounded[1:] - [300, 0]).max() <= 8


def test_ink_on_the_canvas_is_unchanged() -> None:
    drawings: list[list[list[list[float]]]] = [
        [[[10, 20], [30, 399.5]], [[200, 200]]],
        [[[1, 2]]],
        [[[1, 2]], [[3, 2]]],
        [[[30, 20], [50, 180]], [[1200, 30], [1300, 190]]],
    ]
    for strokes in drawings:
        ink = Ink.from_points(strokes)
        assert fit_to_canvas(ink) is ink
    assert fit_to_canvas(Ink()) == Ink()


@pytest.mark.parametrize(
    "points",
    [
        [[5000, 7000], [5200, 7900]],
        [[-50, 10], [20, 300]],
        [[0.1, 0.2], [0.9, 0.4]],
        [[7, 9], [7.5, 9.25]],
        [[1000, 1000]],
        [[0, 0], [9e-40, 0], [0, 9e-40]],
    ],
)
def test_ink_outside_the_canvas_is_centred(points: list[list[float]]) -> None:
    bounds = fit_to_canvas(Ink.from_points([points])).bounds()
    assert bounds is not None
    left, top, right, bottom = bounds
    assert (left + right) / 2 == pytest.approx(CANVAS_SIZE / 2, abs=0.1)
    assert (top + bottom) / 2 == pytest.approx(CANVAS_SIZE / 2, abs=0.1)
    assert max(right - left, bottom - top) == pytest.approx(
        0.6 * CANVAS_SIZE if np.ptp(points) > 0.1 else 0, abs=0.1
    )


def test_boxes_hold_each_stroke() -> None:
    ink = Ink.from_points([[[1, 2], [5, 0]], [[7, 7]], [[9, 3], [2, 8], [4, 4]]])
    assert stroke_boxes(ink).tolist() == [[1, 0, 5, 2], [7, 7, 7, 7], [2, 3, 9, 8]]
    assert stroke_boxes(Ink()).shape == (0, 4)
    assert boxes_near(stroke_boxes(ink), 6, 6, 8, 9).tolist() == [1, 2]


def test_a_fast_eraser_misses_no_stroke() -> None:
    ink = Ink.from_points([[[x, 0], [x, 100]] for x in (50, 100, 150, 300)])
    boxes = stroke_boxes(ink)
    assert touched(ink, boxes, (20, 50), (200, 50), 10) == [0, 1, 2]
    assert touched(ink, boxes, (20, 50), (20, 50), 10) == []
    assert touched(ink, boxes, (41, 50), (41, 50), 10) == [0]
    assert touched(Ink(), stroke_boxes(Ink()), (0, 0), (9, 9), 10) == []


def test_a_live_stroke_keeps_every_point_and_no_repeats() -> None:
    live = LiveStroke(has_pressure=True, width=14.0)
    for i in range(1000):
        assert live.append(float(i), 2.0, 0.5)
        assert not live.append(float(i), 2.0, 0.7)
    stroke = live.snapshot()
    assert stroke.points[:, 0].tolist() == list(range(1000))
    assert stroke.pressure is not None
    assert live.last(3).points[:, 0].tolist() == [997, 998, 999]


def test_a_live_stroke_without_pressure_has_none() -> None:
    live = LiveStroke(has_pressure=False, width=14.0)
    live.append(1.0, 2.0, 0.0)
    assert live.snapshot().pressure is None
