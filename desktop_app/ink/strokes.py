"""Ink: the strokes of a drawing, as immutable values.

Coordinates are in paper units (device-independent pixels of the canvas, or the device units of a
recording), x to the right and y down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points: TypeAlias = NDArray[np.float32]
Box: TypeAlias = tuple[float, float, float, float]

TAP_SIZE = 4.0
"""A stroke that stays within a square of this side, in paper units, is a tap: a hand is never still."""

SMALLEST_EXTENT = 1e-30
"""Ink whose longer side is below this is a tap: scaled up, it would leave the range of float32."""


def _frozen(values: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float32]:
    array = np.array(values, dtype=np.float32).reshape(shape)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Stroke:
    """The points from pen down to pen up, in time order.

    Attributes:
        points: float32 (N, 2), N >= 1, finite, read-only.
        pressure: float32 (N,) in 0..1, read-only, or None where the device reports none.
    """

    points: Points
    pressure: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        """Copy, check and freeze the arrays.

        Raises:
            ValueError: no point, a coordinate that is not finite, or a pressure that does not fit.
        """
        points = _frozen(self.points, (-1, 2))
        if len(points) == 0:
            raise ValueError("a stroke needs at least one point")
        if not np.isfinite(points).all():
            raise ValueError("stroke coordinates must be finite")
        object.__setattr__(self, "points", points)
        if self.pressure is not None:
            pressure = _frozen(self.pressure, (-1,))
            if len(pressure) != len(points):
                raise ValueError("a stroke needs one pressure value for each point")
            if not ((pressure >= 0) & (pressure <= 1)).all():
                raise ValueError("pressure must lie between 0 and 1")
            object.__setattr__(self, "pressure", pressure)

    def until(self, points: int) -> Stroke:
        """The stroke after its first points, 1 or more; the first alone while they are a tap."""
        count = 1 if is_tap(self.points[:points]) else points
        return Stroke(self.points[:count], None if self.pressure is None else self.pressure[:count])

    def __eq__(self, other: object) -> bool:
        """Two strokes are equal when all their points and pressures are."""
        if not isinstance(other, Stroke):
            return NotImplemented
        if self.pressure is None or other.pressure is None:
            same_pressure = self.pressure is other.pressure
        else:
            same_pressure = np.array_equal(self.pressure, other.pressure)
        return same_pressure and np.array_equal(self.points, other.points)

    def __hash__(self) -> int:
        """Hash over the points."""
        return hash(self.points.tobytes())


@dataclass(frozen=True)
class Ink:
    """A drawing: its strokes in the order in which they were drawn."""

    strokes: tuple[Stroke, ...] = field(default=())

    @classmethod
    def from_points(cls, strokes: Iterable[ArrayLike]) -> Ink:
        """Ink from point lists, one (N, 2) array-like a stroke, without pressure."""
        return cls(tuple(Stroke(np.asarray(points, dtype=np.float32)) for points in strokes))

    def __bool__(self) -> bool:
        """Whether there is any stroke."""
        return bool(self.strokes)

    def with_stroke(self, stroke: Stroke) -> Ink:
        """The same ink and one more stroke."""
        return Ink((*self.strokes, stroke))

    def without(self, indices: Sequence[int]) -> Ink:
        """The ink without the strokes at the given positions."""
        gone = set(indices)
        return Ink(tuple(s for i, s in enumerate(self.strokes) if i not in gone))

    @property
    def point_count(self) -> int:
        """Number of points of all strokes."""
        return sum(len(stroke.points) for stroke in self.strokes)

    def until(self, points: int) -> Ink:
        """The ink as it was when that many of its points were drawn, in 0..point_count.

        A stroke that was but begun is the tap that it was taken for then.
        """
        strokes: list[Stroke] = []
        for stroke in self.strokes:
            if points <= 0:
                break
            strokes.append(stroke if points >= len(stroke.points) else stroke.until(points))
            points -= len(stroke.points)
        return Ink(tuple(strokes))

    def bounds(self) -> Box | None:
        """Left, top, right and bottom of all points, or None without ink."""
        if not self.strokes:
            return None
        points = np.concatenate([stroke.points for stroke in self.strokes])
        low, high = points.min(axis=0), points.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def extent(self) -> float:
        """Longer side of the bounds; 0 for a tap, for anything below SMALLEST_EXTENT and without ink."""
        left, top, right, bottom = self.bounds() or (0.0, 0.0, 0.0, 0.0)
        extent = max(right - left, bottom - top)
        return extent if extent >= SMALLEST_EXTENT else 0.0

    def transformed(self, scale: float, dx: float, dy: float) -> Ink:
        """The ink scaled about the origin and then moved, in paper units."""
        shift = np.array([dx, dy], dtype=np.float32)
        return Ink(tuple(Stroke(s.points * scale + shift, s.pressure) for s in self.strokes))

    def strokes_near(self, x: float, y: float, radius: float) -> list[int]:
        """Positions of the strokes that pass within radius of a point (what an eraser touches)."""
        target = np.array([x, y], dtype=np.float32)
        return [i for i, s in enumerate(self.strokes) if distance_to_polyline(target, s.points) <= radius]


def is_tap(points: Points) -> bool:
    """Whether points (N, 2), N >= 1, in paper units, are no more than a tap."""
    return bool((np.ptp(points, axis=0) <= TAP_SIZE).all())


def distance_to_polyline(target: Points, points: Points) -> float:
    """Shortest distance from target (2,) to the polyline through points (N, 2), in their units."""
    if len(points) == 1:
        return float(np.hypot(*(points[0] - target)))
    start, step = points[:-1], np.diff(points, axis=0)
    length2 = np.maximum((step**2).sum(axis=1), 1e-12)
    along = np.clip(((target - start) * step).sum(axis=1) / length2, 0.0, 1.0)
    nearest = start + along[:, None] * step
    return float(np.sqrt(((nearest - target) ** 2).sum(axis=1).min()))
