"""Grouping of pieces into lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Box

_TALL = 0.5
"""Smallest height of a piece that defines a line, as a share of the height of the characters."""

_REACH = 0.75
"""Largest distance of a centre from the centre of its line, as a share of the height of the characters."""

_MEMORY = 0.5
"""Weight of the latest tall piece in the centre of a line, which follows the slope of the line."""

_STEEPEST = 0.5


@dataclass(frozen=True, eq=False)
class PieceLine:
    """Pieces of one line.

    Attributes:
        numbers: numbers of the pieces, from left to right by their centres.
        height: height of the characters.
        slope: vertical change of the centres per horizontal unit.
        level: vertical centre of the line at x = 0.
    """

    numbers: tuple[int, ...]
    height: float
    slope: float
    level: float

    def centre(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the vertical centre of the line at horizontal positions."""
        return self.level + self.slope * x


def find_lines(boxes: Sequence[Box]) -> tuple[PieceLine, ...]:
    """Group pieces into lines, from top to bottom.

    Tall pieces are followed from left to right; each continues the line whose last pieces are at its height.
    Smaller pieces, e.g. dots and bars, belong to the nearest line.

    Args:
        boxes: left, top, right and bottom of each piece.
    """
    if not boxes:
        return ()
    values = np.array(boxes, dtype=np.float64)
    heights = values[:, 3] - values[:, 1]
    height = _typical_height(heights, values[:, 2] - values[:, 0])
    centres = np.stack([values[:, 0] + values[:, 2], values[:, 1] + values[:, 3]], axis=1) / 2
    is_tall = heights >= _TALL * height
    if not is_tall.any():
        is_tall[:] = True
    members = _follow(centres, np.flatnonzero(is_tall), height)
    for number in np.flatnonzero(~is_tall).tolist():
        _nearest(members, centres, number).append(number)
    lines = [_line(sorted(line, key=lambda n: (centres[n, 0], n)), values, is_tall) for line in members]
    return tuple(sorted(lines, key=lambda line: float(centres[list(line.numbers), 1].mean())))


def _typical_height(heights: NDArray[np.float64], widths: NDArray[np.float64]) -> float:
    """Return the height of which half of all heights together are at least as tall."""
    order = np.sort(heights)
    total = order.sum()
    if total <= 0:
        return float(widths.max()) or 1.0
    return float(order[np.searchsorted(np.cumsum(order), total / 2)])


def _follow(centres: NDArray[np.float64], tall: NDArray[np.int64], height: float) -> list[list[int]]:
    """Group tall pieces into lines from left to right."""
    lines: list[list[int]] = []
    levels: list[float] = []
    for number in tall[np.argsort(centres[tall, 0], kind="stable")].tolist():
        y = float(centres[number, 1])
        distances = [abs(level - y) for level in levels]
        nearest = int(np.argmin(distances)) if distances else -1
        if nearest < 0 or distances[nearest] > _REACH * height:
            lines.append([number])
            levels.append(y)
        else:
            lines[nearest].append(number)
            levels[nearest] += _MEMORY * (y - levels[nearest])
    return lines


def _nearest(lines: list[list[int]], centres: NDArray[np.float64], number: int) -> list[int]:
    """Return the line with the piece nearest to a small piece; vertical distances count more."""

    def distance(line: list[int]) -> float:
        apart = np.abs(centres[line] - centres[number])
        return float((apart[:, 0] + 2 * apart[:, 1]).min())

    return min(lines, key=distance)


def _line(numbers: list[int], boxes: NDArray[np.float64], is_tall: NDArray[np.bool_]) -> PieceLine:
    tall = boxes[[number for number in numbers if is_tall[number]] or numbers]
    height = float(np.median(tall[:, 3] - tall[:, 1])) or float((tall[:, 2] - tall[:, 0]).max()) or 1.0
    x, y = (tall[:, 0] + tall[:, 2]) / 2, (tall[:, 1] + tall[:, 3]) / 2
    slope = _slope(x, y, height)
    return PieceLine(tuple(numbers), height, slope, float(np.median(y - slope * x)))


def _slope(x: NDArray[np.float64], y: NDArray[np.float64], height: float) -> float:
    """Return the slope of a line through points, 0 if they are too close; limited for scribbles."""
    if np.ptp(x) < 2 * height:
        return 0.0
    apart = x - x.mean()
    return float(np.clip((apart * (y - y.mean())).sum() / (apart**2).sum(), -_STEEPEST, _STEEPEST))
