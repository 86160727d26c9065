"""Distinction between small characters and dust in an image."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_FEWEST = 3
"""Characters with a neighbour, at least."""

_MOST = 3000
"""More parts are a texture."""

_FEWEST_OF_PRINT, _MOST_OF_PRINT = 500, 20_000
"""Parts of a printed page."""

_MIN_SHARE_OF_PRINT = 0.5
"""Share of parts of a printed page that are low and have a neighbour."""

_COMPARED = 300
"""Parts whose neighbours are sought, at most; evenly distributed over a page that has more."""

_LEAST_HEIGHT = 8
"""Height of a character in pixels, at least; lower ones cannot be read."""

_MIN_RATIO = 0.5
"""Height of a character relative to the highest one and to its neighbour, at least."""

_REACH, _SHIFT = 2.0, 0.5
"""Horizontal and vertical distance of neighbours, at most, as shares of their height."""

_MIN_SHARE = 0.7
"""Share of the parts of the height of a character that have a neighbour, at least."""


def are_small_characters(boxes: NDArray[np.int64]) -> bool:
    """Return whether parts of the ink are characters in lines: of similar height, side by side.

    Args:
        boxes: int64 (n, 4), top, bottom, left and right of the parts.
    """
    heights = boxes[:, 1] - boxes[:, 0]
    if len(heights) > _MOST:
        return False
    tall = boxes[heights >= max(_LEAST_HEIGHT, _MIN_RATIO * heights.max(initial=0))]
    if len(tall) < _FEWEST:
        return False
    compared = _sample(tall)
    count = int(np.count_nonzero(_have_neighbour(compared, tall)))
    return count >= max(_FEWEST, _MIN_SHARE * len(compared))


def is_print(boxes: NDArray[np.int64]) -> bool:
    """Return whether the parts of the ink are mostly a page of lines that are too low to be read.

    Args:
        boxes: int64 (n, 4), top, bottom, left and right of the parts.
    """
    if not _FEWEST_OF_PRINT <= len(boxes) <= _MOST_OF_PRINT:
        return False
    compared = _sample(boxes)
    heights = compared[:, 1] - compared[:, 0]
    is_low = (heights >= _MIN_RATIO * _LEAST_HEIGHT) & (heights < _LEAST_HEIGHT)
    return bool(np.mean(is_low & _have_neighbour(compared, boxes)) > _MIN_SHARE_OF_PRINT)


def _sample(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return boxes from all over the page, not too many to be compared with all others."""
    return boxes[:: math.ceil(len(boxes) / _COMPARED)]


def _have_neighbour(boxes: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which boxes have another one of similar height beside them."""
    (top, bottom, left, right), (tops, bottoms, lefts, rights) = boxes.T, others.T
    height = np.minimum.outer(bottom - top, bottoms - tops)
    gap = np.maximum.outer(left, lefts) - np.minimum.outer(right, rights)
    shift = np.abs(np.subtract.outer(top + bottom, tops + bottoms)) / 2
    is_similar = height >= _MIN_RATIO * np.maximum.outer(bottom - top, bottoms - tops)
    is_beside = is_similar & (gap >= 0) & (gap <= _REACH * height) & (shift <= _SHIFT * height)
    beside: NDArray[np.bool_] = is_beside.any(axis=1)
    return beside
