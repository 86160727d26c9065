"""Spaces between the characters of a line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from desktop_app.ink.strokes import Box

_SMALLEST_SPACE = 0.55
"""Smallest gap that can be a space, as a share of the height of the line."""

_RATIO = 2.0
"""Smallest ratio of a space to the median gap between characters."""

_SURE_SPACE = 1.6
"""Gap that is a space without others to compare it with, as a share of the height of the line."""

_LARGEST_GAP = 4.0
"""Larger gaps are spaces even if all gaps are alike, as a share of the height of the line."""


def find_spaces(boxes: Sequence[Box], height: float) -> list[bool]:
    """Return for each character but the first whether there is a space before it.

    Args:
        boxes: of the characters, from left to right.
        height: of the characters of the line.
    """
    gaps = [max(0.0, after[0] - before[2]) / height for before, after in pairwise(boxes)]
    if len(gaps) < 2:
        return [gap > _SURE_SPACE for gap in gaps]
    usual = float(np.median(np.sort(gaps)[: max(2, round(0.75 * len(gaps)))]))
    least = min(max(_SMALLEST_SPACE, _RATIO * usual + 0.1), max(_SURE_SPACE, usual + 1), _LARGEST_GAP)
    return [gap > least for gap in gaps]
