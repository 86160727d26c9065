"""Distinction between small characters and dust in an image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FEWEST = 3
"""Characters with a neighbour, at least."""

_MOST = 1000
"""More parts are a texture."""

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
    top, bottom, left, right = tall.T
    height = np.minimum.outer(bottom - top, bottom - top)
    gap = np.maximum.outer(left, left) - np.minimum.outer(right, right)
    shift = np.abs(np.subtract.outer(top + bottom, top + bottom)) / 2
    is_similar = height >= _MIN_RATIO * np.maximum.outer(bottom - top, bottom - top)
    is_beside = is_similar & (gap >= 0) & (gap <= _REACH * height) & (shift <= _SHIFT * height)
    count = int(np.count_nonzero(is_beside.any(axis=1)))
    return count >= max(_FEWEST, _MIN_SHARE * len(tall))
