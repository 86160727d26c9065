"""Geometry of the paper, as pure functions: where it lies, how strokes curve, what an eraser touches.

Ink is kept in paper units: the paper is a square of 400 units, whatever its size on screen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Ink, Points

CANVAS_SIZE = 400.0
"""Side of the paper in paper units."""

_CORNER = np.float32(8.0)
"""How far from a point its rounded corner begins at most, in paper units."""

_FOREIGN_SHARE = 0.6
"""Share of the paper that ink from elsewhere fills when it does not lie on the paper."""


@dataclass(frozen=True)
class Square:
    """Where the paper lies in its widget, in device-independent pixels."""

    left: int
    top: int
    side: int

    @property
    def scale(self) -> float:
        """Pixels for one paper unit."""
        return self.side / CANVAS_SIZE

    def contains(self, x: float, y: float) -> bool:
        """Whether a widget position lies on the paper."""
        return 0 <= x - self.left < self.side and 0 <= y - self.top < self.side

    def to_canvas(self, x: float, y: float) -> tuple[float, float]:
        """Paper position of a widget position; what lies outside comes to the nearest edge.

        Ink that cannot be seen must not be read either.
        """
        return (
            min(max((x - self.left) / self.scale, 0.0), CANVAS_SIZE),
            min(max((y - self.top) / self.scale, 0.0), CANVAS_SIZE),
        )


def square_in(width: int, height: int, margin: int) -> Square:
    """The largest square in a widget, in its middle, margin pixels from its edges."""
    side = max(1, min(width, height) - 2 * margin)
    return Square((width - side) // 2, (height - side) // 2, side)


def fit_to_canvas(ink: Ink) -> Ink:
    """Ink as it is where it lies on the paper, else scaled and moved to the middle of it.

    Recordings from elsewhere come in the units of their device.
    """
    bounds = ink.bounds()
    if bounds is None:
        return ink
    left, top, right, bottom = bounds
    on_canvas = min(left, top) >= 0 and max(right, bottom) <= CANVAS_SIZE
    # Units of a whole inch, or of the unit square, would be one speck in the corner.
    a_speck = 0 < max(right, bottom) <= 4
    if on_canvas and not a_speck:
        return ink
    extent = ink.extent()
    scale = CANVAS_SIZE * _FOREIGN_SHARE / extent if extent > 0 else 1.0
    middle = CANVAS_SIZE / 2
    return ink.transformed(scale, middle - scale * (left + right) / 2, middle - scale * (top + bottom) / 2)


def curve(points: Points) -> NDArray[np.float32]:
    """A smooth curve along a polyline: its corners are rounded, close points melt into one curve.

    Args:
        points: float32 (N, 2), N >= 2.

    Returns:
        float32 (N, 4, 2), a piece for each point: a straight way from its first position to its
        second, then a quadratic curve with the third as control to the fourth. Each piece begins
        where the one before it ends. Piece i depends on points i - 1, i and i + 1 alone.
    """
    steps = np.diff(points, axis=0)
    lengths = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), np.float32(1e-6))[:, None]
    # Up to the middle between two points, but no further than a corner is wide: what the network
    # reads has straight lines between points that are far apart.
    reach = steps * np.minimum(np.float32(0.5), _CORNER / lengths)
    leave = np.concatenate([points[:-1] + reach, points[-1:]])
    enter = np.concatenate([points[:1], points[1:-1] - reach[:-1], points[-1:]])
    start = np.concatenate([points[:1], leave[:-1]])
    return np.stack([start, enter, points, leave], axis=1)


def stroke_boxes(ink: Ink) -> NDArray[np.float32]:
    """Left, top, right and bottom of every stroke: float32 (strokes, 4)."""
    if not ink:
        return np.zeros((0, 4), dtype=np.float32)
    points = np.concatenate([stroke.points for stroke in ink.strokes])
    lengths = [len(stroke.points) for stroke in ink.strokes]
    starts = np.concatenate([[0], np.cumsum(lengths[:-1])]).astype(np.intp)
    low = np.minimum.reduceat(points, starts, axis=0)
    high = np.maximum.reduceat(points, starts, axis=0)
    return np.concatenate([low, high], axis=1)


def boxes_near(
    boxes: NDArray[np.float32], left: float, top: float, right: float, bottom: float
) -> NDArray[np.intp]:
    """Positions of the boxes, float32 (n, 4), that meet an area."""
    meets = (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top)
    return np.flatnonzero(meets)


def touched(
    ink: Ink,
    boxes: NDArray[np.float32],
    start: tuple[float, float],
    end: tuple[float, float],
    radius: float,
) -> list[int]:
    """Positions of the strokes that an eraser of a radius touches on its way from start to end.

    Args:
        ink: the drawing.
        boxes: its stroke_boxes().
        start, end, radius: in paper units.
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
