"""Geometry of the canvas: its position, curves of strokes, strokes touched by the eraser.

Ink is stored in canvas units: a square canvas has 400 units at any size on screen, a sheet has more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF

from desktop_app.core.placement import Placement
from desktop_app.ink.strokes import TAP_SIZE, Box, Ink, Points

CANVAS_SIZE = 400.0
"""Side of a square canvas in canvas units."""

SHEET_WIDTH = 1000.0
"""Smallest width of a sheet in canvas units."""

_GROWTH = 1.25
"""Factor by which a sheet becomes wider when the ink comes near its right edge."""

_ROOM = 60.0
"""Room on a sheet below the ink, in canvas units."""

_ROOM_AHEAD = 120.0
"""Room on a sheet right of the ink: a wide character."""

_LARGEST_SHEET = 4000.0
"""Width up to which ink of a file can be from a sheet, in canvas units."""

_LINE = 1.5
"""Smallest ratio of width to height of ink that can be a line."""

_CORNER = np.float32(8.0)
"""Largest distance from a point at which its rounded corner begins, in canvas units."""

_FOREIGN_SHARE = 0.6
"""Share of the canvas that ink outside it fills after scaling."""


@dataclass(frozen=True)
class CanvasArea:
    """Position of the canvas in its widget, in device-independent pixels.

    Attributes:
        left, top, width, height: the area.
        scale: pixels per canvas unit.
    """

    left: int
    top: int
    width: int
    height: int
    scale: float

    @property
    def units(self) -> tuple[float, float]:
        """Width and height in canvas units."""
        return self.width / self.scale, self.height / self.scale

    @property
    def rect(self) -> QRectF:
        """The area in the widget."""
        return QRectF(self.left, self.top, self.width, self.height)

    @property
    def placement(self) -> Placement:
        """Placement of canvas units in the widget."""
        return Placement(self.scale, self.scale, self.left, self.top)

    def on_screen(self, area: QRectF) -> QRect:
        """Return the pixels of the widget for an area in canvas units."""
        return QRectF(
            self.left + area.left() * self.scale,
            self.top + area.top() * self.scale,
            area.width() * self.scale,
            area.height() * self.scale,
        ).toAlignedRect()

    def contains(self, x: float, y: float) -> bool:
        """Return whether a position of the widget is on the canvas."""
        return 0 <= x - self.left < self.width and 0 <= y - self.top < self.height

    def crossing(self, inside: QPointF, outside: QPointF) -> QPointF:
        """Return the position on the edge between one on the canvas and one outside, all in the widget."""
        step, share = outside - inside, 1.0
        for start, change, low, high in (
            (inside.x(), step.x(), self.left, self.left + self.width),
            (inside.y(), step.y(), self.top, self.top + self.height),
        ):
            if change:
                share = min(share, ((high if change > 0 else low) - start) / change)
        return inside + step * share

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """Return a position of the widget in canvas units, moved to the nearest edge if it is outside."""
        units_wide, units_high = self.units
        return (
            min(max((x - self.left) / self.scale, 0.0), units_wide),
            min(max((y - self.top) / self.scale, 0.0), units_high),
        )


def square_in(width: int, height: int, ink: Box | None = None) -> CanvasArea:
    """Return the largest square at the top of a widget, in the middle of its width.

    Args:
        width, height: of the widget.
        ink: bounds of the ink; of ink that does not fit in 400 units, the square shows all.
    """
    side = max(1, min(width, height))
    units = CANVAS_SIZE
    if ink is not None and max(ink[2], ink[3]) > CANVAS_SIZE:
        units = max(ink[2], ink[3]) + _ROOM / 2
    return CanvasArea((width - side) // 2, 0, side, side, side / units)


def sheet_in(width: int, height: int, ink: Box | None = None) -> CanvasArea:
    """Return a sheet that fills a widget and has room for more ink.

    Args:
        width, height: of the widget.
        ink: bounds of the ink.
    """
    units_wide, units_high = SHEET_WIDTH, CANVAS_SIZE
    if ink is not None:
        while units_wide < ink[2] + _ROOM_AHEAD:
            units_wide *= _GROWTH
        units_high = max(units_high, ink[3] + _ROOM)
    width, height = max(1, width), max(1, height)
    return CanvasArea(0, 0, width, height, min(width / units_wide, height / units_high))


def fit_to_canvas(ink: Ink) -> Ink:
    """Return ink that is on the canvas: unchanged, or scaled and centred if it is in other units.

    Lines that fit on a sheet stay unchanged: they may have been written on one.
    """
    bounds = ink.bounds()
    if bounds is None:
        return ink
    left, top, right, bottom = bounds
    on_canvas = min(left, top) >= 0 and max(right, bottom) <= CANVAS_SIZE
    extent = ink.extent()
    # Ink in inches or in the unit square would be a dot; strokes drawn here this small have one point.
    is_tiny = extent <= TAP_SIZE and any(len(stroke.points) > 1 for stroke in ink.strokes)
    is_line = min(left, top) >= 0 and right <= _LARGEST_SHEET and right - left > _LINE * (bottom - top)
    if (on_canvas or is_line) and not is_tiny:
        return ink
    scale = CANVAS_SIZE * _FOREIGN_SHARE / extent if extent > 0 else 1.0
    middle = CANVAS_SIZE / 2
    return ink.transformed(scale, middle - scale * (left + right) / 2, middle - scale * (top + bottom) / 2)


def curve(points: Points) -> NDArray[np.float32]:
    """Return a smooth curve along a polyline: corners are rounded, close points are joined.

    Args:
        points: float32 (N, 2), N >= 2.

    Returns:
        float32 (N, 4, 2), a piece for each point: a straight line from its first position to its
        second, then a quadratic curve with the third as control point to the fourth. Each piece starts
        where the last one ends. Piece i depends on points i - 1, i and i + 1 alone.
    """
    steps = np.diff(points, axis=0)
    lengths = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), np.float32(1e-6))[:, None]
    # At most half the distance between two points, and at most the size of a corner: the input of the
    # network has straight lines between points that are far apart.
    reach = steps * np.minimum(np.float32(0.5), _CORNER / lengths)
    leave = np.concatenate([points[:-1] + reach, points[-1:]])
    enter = np.concatenate([points[:1], points[1:-1] - reach[:-1], points[-1:]])
    start = np.concatenate([points[:1], leave[:-1]])
    return np.stack([start, enter, points, leave], axis=1)


def stroke_boxes(ink: Ink) -> NDArray[np.float32]:
    """Return left, top, right and bottom of every stroke: float32 (strokes, 4)."""
    if not ink:
        return np.zeros((0, 4), dtype=np.float32)
    points = np.concatenate([stroke.points for stroke in ink.strokes])
    lengths = [len(stroke.points) for stroke in ink.strokes]
    starts = np.concatenate([[0], np.cumsum(lengths[:-1])]).astype(np.intp)
    low = np.minimum.reduceat(points, starts, axis=0)
    high = np.maximum.reduceat(points, starts, axis=0)
    return np.concatenate([low, high], axis=1)


def bounds_of(boxes: NDArray[np.float32]) -> Box:
    """Return the bounds of one or more boxes, float32 (n, 4)."""
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom


def boxes_near(
    boxes: NDArray[np.float32], left: float, top: float, right: float, bottom: float
) -> NDArray[np.intp]:
    """Return the indices of the boxes, float32 (n, 4), that intersect an area."""
    meets = (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top)
    return np.flatnonzero(meets)


def touched(
    ink: Ink,
    boxes: NDArray[np.float32],
    start: tuple[float, float],
    end: tuple[float, float],
    radius: float,
) -> list[int]:
    """Return the indices of the strokes that an eraser touches between two positions.

    Args:
        ink: the drawing.
        boxes: its stroke_boxes().
        start, end, radius: in canvas units.
    """
    near = boxes_near(
        boxes,
        min(start[0], end[0]) - radius,
        min(start[1], end[1]) - radius,
        max(start[0], end[0]) + radius,
        max(start[1], end[1]) + radius,
    )
    candidates = Ink(tuple(ink.strokes[i] for i in near))
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    found: set[int] = set()
    for along in np.linspace(0.0, 1.0, int(length / radius) + 2):
        x = start[0] + (end[0] - start[0]) * along
        y = start[1] + (end[1] - start[1]) * along
        found.update(candidates.strokes_near(float(x), float(y), radius))
    return [int(near[i]) for i in sorted(found)]
