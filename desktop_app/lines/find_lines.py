"""Grouping of pieces into lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Box
from desktop_app.lines.piece import Piece

_TALL = 0.5
"""Smallest height of a piece that defines a line, as a share of the height of the characters."""

_REACH = 0.9
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


def find_lines(items: Sequence[Piece]) -> tuple[PieceLine, ...]:
    """Group pieces into lines, from top to bottom.

    Tall strokes or connected parts are followed from left to right; each continues the line whose last ones
    are at its height. Smaller ones, e.g. dots and bars, belong to the nearest line. Pieces that were cut from
    one of them stay in one line.
    """
    if not items:
        return ()
    pieces = np.array([item.box for item in items], dtype=np.float64)
    _, of_piece = np.unique([item.whole for item in items], return_inverse=True)
    boxes = _joined(pieces, of_piece)
    height = typical_height(boxes.tolist())
    heights = boxes[:, 3] - boxes[:, 1]
    is_tall = heights >= _TALL * height
    if not is_tall.any():
        is_tall[:] = True
    centres = _centres(boxes)
    members = _follow(centres, np.flatnonzero(is_tall), height)
    _add_to_nearest(members, centres, np.flatnonzero(~is_tall).tolist())
    members.sort(key=lambda line: float(centres[line, 1].mean()))
    lefts = _centres(pieces)[:, 0]
    lines = []
    for line in members:
        numbers = np.flatnonzero(np.isin(of_piece, line)).tolist()
        numbers.sort(key=lambda number: (lefts[number], number))
        lines.append(_line(numbers, boxes[[whole for whole in line if is_tall[whole]]]))
    return tuple(lines)


def _joined(boxes: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the bounding box of each group of boxes."""
    count = int(groups.max()) + 1
    joined = np.concatenate((np.full((count, 2), np.inf), np.full((count, 2), -np.inf)), axis=1)
    np.minimum.at(joined[:, :2], groups, boxes[:, :2])
    np.maximum.at(joined[:, 2:], groups, boxes[:, 2:])
    return joined


def _centres(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]], axis=1) / 2


def typical_height(boxes: Sequence[Box]) -> float:
    """Return the height of the characters of which boxes are pieces, above 0.

    Half of the sum of all heights comes from pieces that are at least as tall.
    """
    if not boxes:
        return 1.0
    values = np.array(boxes, dtype=np.float64)
    order, widths = np.sort(values[:, 3] - values[:, 1]), values[:, 2] - values[:, 0]
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


def _add_to_nearest(lines: list[list[int]], centres: NDArray[np.float64], small: Sequence[int]) -> None:
    """Add small pieces to the line with the nearest piece; vertical distances count more."""
    members = np.array([number for line in lines for number in line] + list(small), dtype=np.int64)
    of_line = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    of_line = np.append(of_line, np.zeros(len(small), dtype=np.int64))
    x, y = centres[members].T
    for end, number in enumerate(small, start=len(members) - len(small)):
        distances = np.abs(x[:end] - x[end]) + 2 * np.abs(y[:end] - y[end])
        of_line[end] = of_line[:end][distances == distances.min()].min()
        lines[of_line[end]].append(number)


def _line(numbers: list[int], tall: NDArray[np.float64]) -> PieceLine:
    """Return a line; tall: boxes of its tall strokes or connected parts."""
    height = float(np.median(tall[:, 3] - tall[:, 1])) or float((tall[:, 2] - tall[:, 0]).max()) or 1.0
    x, y = _centres(tall).T
    slope = _slope(x, y, height)
    return PieceLine(tuple(numbers), height, slope, float(np.median(y - slope * x)))


def _slope(x: NDArray[np.float64], y: NDArray[np.float64], height: float) -> float:
    """Return the slope of a line through points, 0 if they are too close; limited for scribbles."""
    if np.ptp(x) < 2 * height:
        return 0.0
    apart = x - x.mean()
    return float(np.clip((apart * (y - y.mean())).sum() / (apart**2).sum(), -_STEEPEST, _STEEPEST))
