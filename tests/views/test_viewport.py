from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from desktop_app.views.feature_maps.viewport import Viewport, next_zoom

VIEW = Viewport(content_width=100, content_height=50, width=200, height=80, zoom=4)


def test_visible_part_and_its_area() -> None:
    assert VIEW.max_scroll == (200.0, 120.0)
    assert VIEW.visible == QRectF(0, 0, 50, 20)
    moved = VIEW.moved(40, 20)
    assert moved.visible == QRectF(10, 5, 50, 20)
    assert moved.area == QRectF(-40, -20, 400, 200)
    assert moved.content_at(QPointF(0, 0)) == QPointF(10, 5)
    assert moved.area_of(QRectF(10, 5, 1, 1)) == QRectF(0, 0, 4, 4)


def test_viewport_stays_within_the_content() -> None:
    assert VIEW.moved(-10, -10) == VIEW
    end = VIEW.moved(10_000, 10_000)
    assert (end.left, end.top) == (200, 120)
    small = Viewport(10, 10, 200, 80, 2)
    assert small.moved(50, 50) == small


def test_moved_to_show_moves_as_little_as_possible() -> None:
    assert VIEW.moved_to_show(QRectF(10, 10, 5, 5)) == VIEW
    right = VIEW.moved_to_show(QRectF(60, 0, 5, 5))
    assert (right.left, right.top) == (60, 0)
    back = right.moved_to_show(QRectF(0, 30, 5, 5))
    assert (back.left, back.top) == (0, 60)


@given(
    x=st.integers(0, 199),
    y=st.integers(0, 79),
    steps=st.integers(1, 8),
    left=st.integers(0, 200),
    top=st.integers(0, 120),
)
def test_zooming_keeps_the_point_under_the_mouse(x: int, y: int, steps: int, left: int, top: int) -> None:
    about = QPointF(x, y)
    view = VIEW.moved(left, top)
    near = view.zoomed(next_zoom(view.zoom, steps), about)
    before, after = view.content_at(about), near.content_at(about)
    assert abs(before.x() - after.x()) <= 0.51 / near.zoom
    assert abs(before.y() - after.y()) <= 0.51 / near.zoom


@pytest.mark.parametrize(
    ("zoom", "steps", "expected"),
    [(1, 1, 2), (4, 1, 5), (8, 1, 10), (10, -1, 8), (2, -1, 1), (1, -1, 0.8), (0.9, 1, 1), (3, 0, 3)],
)
def test_next_zoom_steps_are_about_a_quarter(zoom: float, steps: int, expected: float) -> None:
    assert next_zoom(zoom, steps) == expected
