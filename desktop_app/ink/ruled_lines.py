"""Removal of ruled lines from ink maps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.picture import InkMap

_FAINT = 0.1
"""Smallest ink value of a line."""

_SHARE = 0.75
"""Smallest share of the width of the image that a line covers."""

_SLOPES = np.array([0, -0.005, 0.005, -0.01, 0.01, -0.015, 0.015, -0.02, 0.02])
"""Slopes of lines; of equally good ones the smallest comes first."""

_COLUMNS = 400
"""Largest number of columns that are looked at."""

_THICKEST = 0.06
"""Largest thickness of a line, as a share of the height of the image."""


def erase_ruled_lines(ink: InkMap) -> InkMap:
    """Return an ink map without lines across it; strokes that cross a line stay, and so does a line alone.

    Args:
        ink: float32 (height, width) in 0..1.
    """
    height, width = ink.shape
    if height < 16 or width < 16:
        return ink
    columns = np.arange(0, width, max(1, width // _COLUMNS))
    shares = np.stack([_line_shares(ink, columns, slope) for slope in _SLOPES])
    slope = float(_SLOPES[shares.max(axis=1).argmax()])
    is_line = shares[shares.max(axis=1).argmax()] >= _SHARE
    if not is_line.any():
        return ink
    erased = ink.copy()
    drift = np.rint(slope * (np.arange(width) - width / 2)).astype(np.int64)
    rows = np.flatnonzero(is_line)
    for group in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        if len(group) <= max(2, _THICKEST * height):
            _erase(erased, ink, drift + group[0], drift + group[-1])
    return erased if (erased > _FAINT).any() else ink


def _line_shares(ink: InkMap, columns: NDArray[np.int64], slope: float) -> NDArray[np.float64]:
    """Return for each row the share of columns with ink along a line through its middle."""
    height, width = ink.shape
    drift = np.rint(slope * (columns - width / 2)).astype(np.int64)
    rows = np.arange(height)[:, None] + drift
    is_inside = (rows >= 0) & (rows < height)
    is_inked = (ink[np.clip(rows, 0, height - 1), columns] > _FAINT) & is_inside
    shares: NDArray[np.float64] = is_inked.mean(axis=1)
    return shares


def _erase(erased: InkMap, ink: InkMap, top: NDArray[np.int64], bottom: NDArray[np.int64]) -> None:
    """Erase the rows top to bottom of each column, with an edge, unless a stroke continues above or below."""
    height, width = ink.shape
    columns = np.arange(width)
    beyond = [
        ink[np.clip(rows, 0, height - 1), columns] > 0.3
        for rows in (top - 2, top - 3, bottom + 2, bottom + 3)
    ]
    is_crossed = (beyond[0] & beyond[1]) | (beyond[2] & beyond[3])
    for shift in range(int((bottom - top).max()) + 3):
        rows = top - 1 + shift
        is_used = (rows >= 0) & (rows < height) & ~is_crossed
        erased[rows[is_used], columns[is_used]] = 0
