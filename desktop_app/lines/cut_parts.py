"""Cutting of connected parts of the ink in an image where characters may touch.

A cut is a path from top to bottom that crosses as little ink as possible, as in the segmentation of connected
digits by dynamic programming (Burges, Matan, LeCun et al., 1992).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.ink.picture import InkMap

_SMALLEST_WIDTH = 0.5
"""Width from which a part may contain several characters, as a share of the height of the characters."""

_REACHES = 0.25, 0.1
"""Largest horizontal distances of a cut from its middle, as shares of the same height.

In a wide band the best cut often goes around a character; a narrow one has others.
"""

_STEP = 0.06
"""Distance between the middles of possible cuts, as a share of the same height."""

_APART = 0.1
"""Smallest distance between two cuts, as a share of the same height."""

_WIDE = 0.85
"""Width from which a part probably contains several characters, as a share of the same height."""

_MOST_CROSSED = 3.4
_MOST_CROSSED_NARROW = 2.2
"""Largest amount of ink on a cut, as a multiple of the width of a stroke, of wide and of narrow parts."""

_SMALLEST_SHARE = 0.25
"""Smallest area of ink between two cuts, as a share of the height times the width of a stroke."""

_SHARED = 1.5
"""Largest distance from a cut at which ink belongs to both sides, as a multiple of the width of a stroke."""

_INK = 0.3
"""Smallest ink value that a cut crosses."""

_MOST_CUTS = 12

_LARGEST_HEIGHT = 128
"""Height of characters in pixels from which the ink is reduced before it is cut."""

_SIDEWAYS = 0.05
"""Cost of a step to the side, in pixels of ink; straight cuts are preferred."""

Paths = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CutPart:
    """The pieces of a connected part.

    Where two characters touch, their strokes coincide: the ink beside a cut, between the first and the last
    row in which it crosses ink, belongs to the pieces on both sides.

    Attributes:
        pieces: int32 (rows, columns), number of the piece from left to right, from 0; also where there is no
            ink.
        shared: int32 (2, rows, columns), number of the piece on the left, and of that on the right, to which
            the ink of a pixel belongs as well; -1 for none.
    """

    pieces: NDArray[np.int32]
    shared: NDArray[np.int32]


def cut_part(ink: InkMap, height: float) -> CutPart:
    """Divide a connected part.

    Args:
        ink: float32 (rows, columns) in 0..1, its bounding box, 0 outside of the part.
        height: of the characters, in pixels.
    """
    shared = np.full((2, *ink.shape), -1, dtype=np.int32)
    if ink.shape[1] < _SMALLEST_WIDTH * height:
        return CutPart(np.zeros(ink.shape, dtype=np.int32), shared)
    if height > _LARGEST_HEIGHT:
        return _cut_reduced(ink, height, math.ceil(height / _LARGEST_HEIGHT))
    width = _stroke_width(ink)
    accepted, pieces = _accepted(ink, height, width)
    for path in accepted:
        _share(shared, ink, pieces, path, round(_SHARED * width))
    return CutPart(pieces, shared)


def _accepted(ink: InkMap, height: float, width: float) -> tuple[list[Paths], NDArray[np.int32]]:
    """Return the cuts that cross least ink, and the number of cuts to the left of each pixel.

    Args:
        ink: as for `cut_part`.
        height: of the characters.
        width: of a stroke.
    """
    found = [_cuts(ink, height, max(1, round(reach * height))) for reach in _REACHES]
    paths, costs = np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])
    most_crossed = (_MOST_CROSSED if ink.shape[1] >= _WIDE * height else _MOST_CROSSED_NARROW) * width
    smallest = _SMALLEST_SHARE * height * width
    columns, weights = np.arange(ink.shape[1]), ink.ravel()
    middles = paths.mean(axis=1)
    order = np.argsort(costs, kind="stable")
    numbers = np.zeros(ink.shape, dtype=np.int32)
    accepted: list[int] = []
    for number in order[costs[order] <= most_crossed].tolist():
        if len(accepted) == _MOST_CUTS:
            break
        if (np.abs(middles[accepted] - middles[number]) < _APART * height).any():
            continue
        trial = numbers + (columns > paths[number][:, None])
        areas = np.bincount(trial.ravel(), weights=weights, minlength=len(accepted) + 2)
        if areas.min() >= smallest:
            accepted.append(number)
            numbers = trial
    return list(paths[accepted]), numbers


def _share(
    shared: NDArray[np.int32], ink: InkMap, pieces: NDArray[np.int32], path: Paths, reach: int
) -> None:
    """Give the ink within a distance of a cut to the pieces on both sides."""
    last = ink.shape[1] - 1
    inside = np.clip(path, 0, last)
    crossed = np.flatnonzero(ink[np.arange(len(path)), inside] > _INK)
    if not len(crossed):
        return
    rows = np.arange(crossed[0], crossed[-1] + 1)[:, None]
    right, left = path[rows] + np.arange(1, reach + 1), path[rows] - np.arange(reach)
    for side, columns in enumerate((right, left)):
        beyond = np.clip(path[rows] + side, 0, last)
        shared[side, rows, np.clip(columns, 0, last)] = pieces[rows, beyond]


def _cut_reduced(ink: InkMap, height: float, factor: int) -> CutPart:
    """Divide a large part at a lower resolution."""
    cut = cut_part(np.asarray(Image.fromarray(ink).reduce(factor)), height / factor)
    rows, columns = ink.shape

    def enlarged(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        return numbers.repeat(factor, axis=-2).repeat(factor, axis=-1)[..., :rows, :columns]

    return CutPart(enlarged(cut.pieces), enlarged(cut.shared))


def _cuts(ink: InkMap, height: float, reach: int) -> tuple[Paths, NDArray[np.float64]]:
    """Return for each possible middle the path that crosses the least ink, (n, rows), and that ink, (n,)."""
    rows, columns = ink.shape
    step = max(1, round(_STEP * height))
    middles = np.arange(step, columns - step, step)
    bands = np.pad(ink.astype(np.float64), ((0, 0), (reach, reach)), constant_values=1.0)
    costs = np.lib.stride_tricks.sliding_window_view(bands, 2 * reach + 1, axis=1)[:, middles]
    # The columns beside a band cost infinitely much.
    padded = np.full((len(middles), 2 * reach + 3), np.inf)
    totals, sideways = padded[:, 1:-1], np.empty_like(padded)
    totals[:] = costs[0]
    is_left, is_right = np.zeros((2, rows, *totals.shape), dtype=np.bool_)
    for row in range(1, rows):
        np.add(padded, _SIDEWAYS, out=sideways)
        np.less(sideways[:, :-2], totals, out=is_left[row])
        np.minimum(sideways[:, :-2], totals, out=totals)
        np.less(sideways[:, 2:], totals, out=is_right[row])
        np.minimum(sideways[:, 2:], totals, out=totals)
        totals += costs[row]
    moves = np.where(is_right, 1, -is_left.astype(np.int8))
    paths = np.zeros((len(middles), rows), dtype=np.int64)
    position, numbers = totals.argmin(axis=1), np.arange(len(middles))
    least = totals[numbers, position]
    for row in reversed(range(rows)):
        paths[:, row] = middles - reach + position
        position = position + moves[row, numbers, position]
    return paths, least


def _stroke_width(ink: InkMap) -> float:
    """Return the width of the strokes in pixels: twice the area by the length of the outline."""
    inked = np.pad(ink > 0.5, 1)
    outline = (inked[1:] != inked[:-1]).sum() + (inked[:, 1:] != inked[:, :-1]).sum()
    # The outline of a slanted stroke counts up to √2 times.
    return max(1.0, 2.4 * float(inked.sum()) / max(1, int(outline)))
