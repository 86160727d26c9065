"""Lines of ink, which empty rows separate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Interval: TypeAlias = tuple[float, float]
"""Top and bottom of a line; its bottom is exclusive in pixels."""

_MIN_HEIGHT = 0.5
"""Height of a character beside or below others, as a share of the largest one."""

_LEAST_COLUMN, _FEWEST_LINES, _LEAST_WIDTH = 2.0, 3, 0.3
"""A column of characters: its height relative to its width, its lines, and its width relative to the height
of a line, at least; a dashed 1 is narrower."""

_WIDEST = 3.0
"""Width of one of two lines relative to its height, at most; dashes are wider."""


def lines_of_mask(inked: NDArray[np.bool_]) -> list[Interval]:
    """Return the lines of a mask of ink, bool (height, width), from top to bottom."""
    rows = np.flatnonzero(inked.any(axis=1))
    return [(int(group[0]), int(group[-1]) + 1) for group in _groups(rows)] if len(rows) else []


def lines_of_intervals(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the lines of parts of the ink, from top to bottom."""
    lines: list[Interval] = []
    for top, bottom in sorted(intervals):
        if lines and top <= lines[-1][1]:
            lines[-1] = lines[-1][0], max(lines[-1][1], bottom)
        else:
            lines.append((top, bottom))
    return lines


def is_column(lines: Sequence[Interval], width: float) -> bool:
    """Return whether ink is a column of characters, one or a few in each line; width: of all ink."""
    if not lines:
        return False
    height = lines[-1][1] - lines[0][0]
    highest = max(bottom - top for top, bottom in lines)
    is_narrow = height >= _LEAST_COLUMN * width and width >= _LEAST_WIDTH * highest
    return is_narrow and len(_tall(lines)) >= _FEWEST_LINES


def gap_of_two(lines: Sequence[Interval], width: float) -> float:
    """Return the gap between two lines of similar height, as a share of it; 0: these are not two such lines.

    Args:
        lines: from top to bottom.
        width: of all ink.
    """
    tall = _tall(lines)
    heights = [bottom - top for top, bottom in tall]
    if len(tall) != 2 or width > _WIDEST * min(heights) or not any(heights):
        return 0.0
    return 2 * (tall[1][0] - tall[0][1]) / sum(heights)


def are_side_by_side(inked: NDArray[np.bool_], lines: Sequence[Interval]) -> bool:
    """Return whether all ink, or that of two lines, is divided by empty columns into parts of its height.

    Args:
        inked: bool (height, width), the ink in its bounding box.
        lines: of this mask.
    """
    if _parts_in(inked) > 1:
        return True
    return sum(_parts_in(inked[int(top) : int(bottom)]) > 1 for top, bottom in _tall(lines)) > 1


def _parts_in(box: NDArray[np.bool_]) -> int:
    """Return the number of parts with empty columns between that are nearly as high as their box."""
    groups = _groups(np.flatnonzero(box.any(axis=0)))
    if len(groups) == 1:
        return 1
    heights = [np.ptp(np.flatnonzero(box[:, group[0] : group[-1] + 1].any(axis=1))) + 1 for group in groups]
    return int(np.count_nonzero(np.array(heights) >= _MIN_HEIGHT * len(box)))


def _tall(lines: Sequence[Interval]) -> list[Interval]:
    """Return the lines that are not much lower than the highest one."""
    highest = max((bottom - top for top, bottom in lines), default=0.0)
    return [(top, bottom) for top, bottom in lines if bottom - top >= _MIN_HEIGHT * highest]


def _groups(numbers: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return ascending numbers in groups without gaps."""
    return np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
