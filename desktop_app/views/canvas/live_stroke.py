"""The stroke that is being drawn."""

from __future__ import annotations

import numpy as np

from desktop_app.ink.strokes import Stroke, is_tap

_FIRST_CAPACITY = 256


class LiveStroke:
    """A growing list of points; snapshots of it are immutable strokes."""

    def __init__(self, has_pressure: bool, width: float) -> None:
        """Start without a point; width: of the pen, in canvas units."""
        self._width = width
        self._has_pressure = has_pressure
        self._count = 0
        self._values = np.empty((_FIRST_CAPACITY, 3), dtype=np.float32)

    def __len__(self) -> int:
        """Number of points."""
        return self._count

    def append(self, x: float, y: float, pressure: float) -> bool:
        """Add a point in canvas units unless it equals the last one; return whether it was added."""
        value = np.array([x, y, pressure], dtype=np.float32)
        if self._count and (self._values[self._count - 1, :2] == value[:2]).all():
            return False
        if self._count == len(self._values):
            self._values = np.concatenate([self._values, np.empty_like(self._values)])
        self._values[self._count] = value
        self._count += 1
        return True

    def last(self, count: int) -> Stroke:
        """Return the last count points, or all if there are fewer, as a stroke."""
        return self._stroke(max(0, self._count - count), self._count)

    def snapshot(self) -> Stroke:
        """Return the stroke so far; of a tap, only the first point. There must be a point."""
        return self._stroke(0, 1 if is_tap(self._values[: self._count, :2]) else self._count)

    def _stroke(self, first: int, last: int) -> Stroke:
        values = self._values[first:last]
        pressure = values[:, 2].clip(0, 1) if self._has_pressure else None
        return Stroke(values[:, :2], pressure, self._width)
