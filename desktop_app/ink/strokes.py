"""Strokes and ink as immutable values.

Coordinates are in canvas units: device-independent pixels of the canvas, or the units of the device
that recorded them. The x axis points right and the y axis down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points: TypeAlias = NDArray[np.float32]
Box: TypeAlias = tuple[float, float, float, float]

TAP_SIZE = 4.0
"""Side of the square, in canvas units, within which a stroke counts as a tap."""

PEN_WIDTH = 14.0
"""Width of a stroke that has none of its own, in canvas units."""

WIDTHS = (1.0, 200.0)
"""Smallest and largest width of a stroke, in canvas units."""

SMALLEST_EXTENT = 1e-30
"""Ink whose longer side is below this counts as a tap: scaling it up would overflow float32."""


def _frozen(values: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float32]:
    array = np.array(values, dtype=np.float32).reshape(shape)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Stroke:
    """Points from pen down to pen up, in time order.

    Attributes:
        points: float32 (N, 2), N >= 1, finite, read-only.
        pressure: float32 (N,) in 0..1, read-only, or None where the device reports none.
        width: of the pen in canvas units, within WIDTHS.
    """

    points: Points
    pressure: NDArray[np.float32] | None = None
    width: float = PEN_WIDTH

    def __post_init__(self) -> None:
        """Copy, check and freeze the arrays.

        Raises:
            ValueError: there is no point, a coordinate is not finite, or pressure or width is invalid.
        """
        points = _frozen(self.points, (-1, 2))
        if len(points) == 0:
            raise ValueError("a stroke needs at least one point")
        if not np.isfinite(points).all():
            raise ValueError("stroke coordinates must be finite")
        if not WIDTHS[0] <= self.width <= WIDTHS[1]:
            raise ValueError("the width of a stroke is out of range")
        object.__setattr__(self, "points", points)
        if self.pressure is not None:
            pressure = _frozen(self.pressure, (-1,))
            if len(pressure) != len(points):
                raise ValueError("a stroke needs one pressure value for each point")
            if not ((pressure >= 0) & (pressure <= 1)).all():
                raise ValueError("pressure must lie between 0 and 1")
            object.__setattr__(self, "pressure", pressure)

    def until(self, points: int) -> Stroke:
        """Return the stroke with its first points only, 1 or more; a tap has one point."""
        count = 1 if is_tap(self.points[:points]) else points
        return self.part(slice(count))

    def part(self, points: slice) -> Stroke:
        """Return the stroke with some of its points, at least one."""
        return Stroke(
            self.points[points], None if self.pressure is None else self.pressure[points], self.width
        )

    def __eq__(self, other: object) -> bool:
        """Compare points, pressure and width."""
        if not isinstance(other, Stroke):
            return NotImplemented
        if self.pressure is None or other.pressure is None:
            same_pressure = self.pressure is other.pressure
        else:
            same_pressure = np.array_equal(self.pressure, other.pressure)
        return same_pressure and self.width == other.width and np.array_equal(self.points, other.points)

    def __hash__(self) -> int:
        """Return the hash of the points."""
        return hash(self.points.tobytes())


@dataclass(frozen=True)
class Ink:
    """A drawing: strokes in the order in which they were drawn."""

    strokes: tuple[Stroke, ...] = ()

    @classmethod
    def from_points(cls, strokes: Iterable[ArrayLike]) -> Ink:
        """Return ink without pressure from one (N, 2) array-like per stroke."""
        return cls(tuple(Stroke(np.asarray(points, dtype=np.float32)) for points in strokes))

    def __bool__(self) -> bool:
        """Return whether there are strokes."""
        return bool(self.strokes)

    def with_stroke(self, stroke: Stroke) -> Ink:
        """Return the ink with one more stroke."""
        return Ink((*self.strokes, stroke))

    def without(self, indices: Sequence[int]) -> Ink:
        """Return the ink without the strokes at these indices."""
        removed = set(indices)
        return Ink(tuple(s for i, s in enumerate(self.strokes) if i not in removed))

    @property
    def point_count(self) -> int:
        """Number of points of all strokes."""
        return sum(len(stroke.points) for stroke in self.strokes)

    def until(self, points: int) -> Ink:
        """Return the ink as it was after this number of points, 0..point_count.

        A stroke of which only a few points were drawn may have been a tap then.
        """
        strokes: list[Stroke] = []
        for stroke in self.strokes:
            if points <= 0:
                break
            strokes.append(stroke if points >= len(stroke.points) else stroke.until(points))
            points -= len(stroke.points)
        return Ink(tuple(strokes))

    def bounds(self) -> Box | None:
        """Return left, top, right and bottom of all points, or None without ink."""
        return self._bounds

    @cached_property
    def _bounds(self) -> Box | None:
        if not self.strokes:
            return None
        points = np.concatenate([stroke.points for stroke in self.strokes])
        low, high = points.min(axis=0), points.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def extent(self) -> float:
        """Return the longer side of the bounds; 0 without ink and below SMALLEST_EXTENT."""
        left, top, right, bottom = self.bounds() or (0.0, 0.0, 0.0, 0.0)
        extent = max(right - left, bottom - top)
        return extent if extent >= SMALLEST_EXTENT else 0.0

    def transformed(self, scale: float, dx: float, dy: float) -> Ink:
        """Return the ink scaled about the origin and then moved by (dx, dy); widths stay."""
        shift = np.array([dx, dy], dtype=np.float32)
        return Ink(tuple(Stroke(s.points * scale + shift, s.pressure, s.width) for s in self.strokes))

    def strokes_near(self, x: float, y: float, radius: float) -> list[int]:
        """Return the indices of the strokes within a radius of a point, in canvas units."""
        target = np.array([x, y], dtype=np.float32)
        return [i for i, s in enumerate(self.strokes) if distance_to_polyline(target, s.points) <= radius]


def is_tap(points: Points) -> bool:
    """Return whether points (N, 2) in canvas units, N >= 1, form a tap."""
    return bool((np.ptp(points, axis=0) <= TAP_SIZE).all())


def distance_to_polyline(target: Points, points: Points) -> float:
    """Return the shortest distance from target (2,) to the polyline through points (N, 2), in their units."""
    if len(points) == 1:
        return float(np.hypot(*(points[0] - target)))
    start, step = points[:-1], np.diff(points, axis=0)
    squared_length = np.maximum((step**2).sum(axis=1), 1e-12)
    along = np.clip(((target - start) * step).sum(axis=1) / squared_length, 0.0, 1.0)
    nearest = start + along[:, None] * step
    return float(np.sqrt(((nearest - target) ** 2).sum(axis=1).min()))
