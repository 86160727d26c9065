"""Cutting of strokes that may join several characters."""

from __future__ import annotations

import numpy as np

from desktop_app.ink.strokes import Points

_SMALLEST_WIDTH = 0.8
"""Width from which a stroke may join several characters, as a share of the height of the characters."""

_LARGEST_OVERLAP = 0.15
"""Largest horizontal overlap of the parts before and after a cut, as a share of the same height."""

_SMALLEST_PART = 0.35
"""Smallest height of a part, as a share of the same height."""

_SAME = 0.05
"""Difference in overlap up to which neighbouring cuts are equally good, as a share of the same height."""

_MOST_CUTS = 7


def find_cuts(points: Points, height: float) -> list[int]:
    """Return the points at which a stroke may be cut: the parts before and after stand side by side.

    Args:
        points: float32 (N, 2), N >= 1.
        height: of the characters.

    Returns:
        Increasing indices of points that end one part and begin the next.
    """
    cuts: list[int] = []
    parts = [(0, len(points) - 1)]
    while parts and len(cuts) < _MOST_CUTS:
        first, last = parts.pop(0)
        cut = _best_cut(points[first : last + 1], height)
        if cut is not None:
            cuts.append(first + cut)
            parts += [(first, first + cut), (first + cut, last)]
    return sorted(cuts)


def _best_cut(points: Points, height: float) -> int | None:
    """Return the point where the parts before and after overlap least, or None."""
    if len(points) < 3 or float(np.ptp(points[:, 0])) < _SMALLEST_WIDTH * height:
        return None
    x, y = points[:, 0], points[:, 1]
    overlap = np.maximum.accumulate(x)[:-1] - np.minimum.accumulate(x[::-1])[::-1][1:]
    before = np.maximum.accumulate(y) - np.minimum.accumulate(y)
    reverse = y[::-1]
    after = (np.maximum.accumulate(reverse) - np.minimum.accumulate(reverse))[::-1]
    is_small = np.minimum(before[:-1], after[1:]) < _SMALLEST_PART * height
    costs = np.where(is_small, np.inf, overlap)
    best = int(costs.argmin())
    if costs[best] > _LARGEST_OVERLAP * height:
        return None
    # The middle of a connecting line.
    is_equal = costs <= costs[best] + _SAME * height
    first = last = best
    while first > 0 and is_equal[first - 1]:
        first -= 1
    while last + 1 < len(costs) and is_equal[last + 1]:
        last += 1
    middle = (first + last + 1) // 2
    return middle if 0 < middle < len(points) - 1 else None
