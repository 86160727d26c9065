"""Dark margins of scans: bars and corners along the border that no paper covers."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.ink.filters import closing, gaussian
from desktop_app.ink.parts import Parts, connected_parts

Grey: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]

_MAX_DARK_BORDER = 0.93
"""Share of the border that may be dark; beyond it, dark is the paper."""

_MIN_AREA, _MAX_AREA = 0.02, 0.75
"""Share of the image that a margin covers."""

_EVEN_RANGE, _MIN_EVEN = 0.1, 0.8
"""Variation of brightness in a margin, and share of its pixels within."""

_MOST_BRIGHTNESS = 0.4
"""Brightness of a margin relative to the paper beside it, at most."""

_MIN_CHARACTER = 0.08
"""Longer side of writing beside a margin, as a share of the longer side of the image."""

_MAX_BAR, _MIN_FILLED_BAR = 0.45, 0.9
"""Width of a bar along one side, as a share of the image, and share of its box that it fills."""

_MAX_CORNER, _MIN_FILLED_CORNER = 0.8, 0.46
"""Sides of a corner, as shares of the image, and share of its box that it fills; a triangle fills 0.5."""

_LEAST_SIDE = 32
"""Shorter side of a scan in pixels, at least."""

_PAPER, _OF_LONGER = 0.25, 0.15
"""Side of an empty square of paper beside margins, at least, as shares of the shorter and of the longer side
of the image."""

_MOST_ASPECT = 2.5
"""Longer sides beyond this multiple of the shorter one do not count."""

_MIN_SIDES, _MIN_FILLED_REST = 0.43, 0.97
"""Share of the image that a margin along several sides covers, wider than the strokes of an L or U, and
share of its box that the rest fills."""

_EDGE = 2
"""Pixels of the reduced image around a margin that belong to it."""


def without_margins(grey: Grey, coarse: Grey) -> tuple[Grey, Grey]:
    """Return a grey image and its reduction, both float32 (height, width), with paper in place of margins.

    A margin is evenly dark and covers a corner of the image. What is not simply a bar or a corner is a margin
    only beside writing, since a character may fill an image. Beside light strokes, dark is the paper.
    """
    middle = (float(coarse.min()) + float(coarse.max())) / 2
    dark = coarse < middle
    if not dark[[0, 0, -1, -1], [0, -1, 0, -1]].any() or not 0 < _border(dark).mean() <= _MAX_DARK_BORDER:
        return grey, coarse
    if min(grey.shape) < _LEAST_SIDE or not _has_paper(dark):
        return grey, coarse
    parts = connected_parts(dark, corners=False)
    is_margin = _margins(parts, coarse)
    if not is_margin.any():
        return grey, coarse
    margin = _grown(parts.image(is_margin), _EDGE)
    paper = _extended(coarse, ~margin & ~dark)
    large = np.asarray(Image.fromarray(margin).resize(grey.shape[::-1], Image.Resampling.NEAREST))
    level = np.asarray(Image.fromarray(paper).resize(grey.shape[::-1], Image.Resampling.BILINEAR))
    return np.where(large, level, grey), np.where(margin, paper, coarse)


def _has_paper(dark: Mask) -> bool:
    """Return whether a square without anything dark is wider than a stroke."""
    shorter, longer = sorted(dark.shape)
    side = round(max(_PAPER * shorter, _OF_LONGER * min(longer, _MOST_ASPECT * shorter))) | 1
    padded = np.pad(dark, side, constant_values=True)
    return not closing(padded.astype(np.float32), side).all()


def _border(mask: Mask) -> Mask:
    return np.concatenate((mask[0], mask[-1], mask[:, 0], mask[:, -1]))


def _margins(parts: Parts, coarse: Grey) -> Mask:
    """Return which dark parts are margins, bool (n,)."""
    height, width = parts.shape
    corners = parts.image(np.arange(1, parts.count + 1))[[0, 0, -1, -1], [0, -1, 0, -1]]
    shares = parts.areas / coarse.size
    is_margin: Mask = np.isin(np.arange(1, parts.count + 1), corners)
    is_margin &= (shares >= _MIN_AREA) & (shares <= _MAX_AREA)
    for number in np.flatnonzero(is_margin).tolist():
        is_margin[number] = _is_even_with_edge(coarse, parts.image(np.arange(parts.count) == number))
    top, bottom, left, right = parts.boxes.T
    touches = (top == 0) | (bottom == height) | (left == 0) | (right == width)
    extents = np.maximum(bottom - top, right - left)
    if (~touches & (extents >= _MIN_CHARACTER * max(height, width))).any():
        return is_margin
    return is_margin & (_bars_and_corners(parts) | _along_sides(parts))


def _is_even_with_edge(coarse: Grey, part: Mask) -> bool:
    """Return whether a part is evenly dark beside much lighter paper, unlike a shadow."""
    level = float(np.median(coarse[part]))
    beside = _grown(part, _EDGE + 1) & ~_grown(part, _EDGE - 1)
    is_dark = level <= _MOST_BRIGHTNESS * float(np.median(coarse[beside]))
    return is_dark and bool(np.mean(np.abs(coarse[part] - level) < _EVEN_RANGE) >= _MIN_EVEN)


def _bars_and_corners(parts: Parts) -> Mask:
    """Return which parts are a bar along one side or a filled corner."""
    height, width = parts.shape
    top, bottom, left, right = parts.boxes.T
    tall, wide = (bottom - top) / height, (right - left) / width
    filled = parts.areas / ((bottom - top) * (right - left))
    is_upright = (tall == 1) & (wide <= _MAX_BAR) & ((left == 0) != (right == width))
    is_across = (wide == 1) & (tall <= _MAX_BAR) & ((top == 0) != (bottom == height))
    is_corner = (np.maximum(tall, wide) <= _MAX_CORNER) & (filled >= _MIN_FILLED_CORNER)
    result: Mask = ((is_upright | is_across) & (filled >= _MIN_FILLED_BAR)) | is_corner
    return result


def _along_sides(parts: Parts) -> Mask:
    """Return which parts are wide margins along two or three sides: the rest is a rectangle."""
    result = np.zeros(parts.count, dtype=np.bool_)
    for number in np.flatnonzero(parts.areas >= _MIN_SIDES * np.prod(parts.shape)).tolist():
        rest = ~parts.image(np.arange(parts.count) == number)
        result[number] = rest.sum() >= _MIN_FILLED_REST * rest.any(axis=0).sum() * rest.any(axis=1).sum()
    return result


def _grown(mask: Mask, reach: int) -> Mask:
    """Return a mask with all pixels in squares around its pixels."""
    grown = np.pad(mask, reach)
    for axis in (0, 1):
        grown = np.logical_or.reduce([np.roll(grown, shift, axis) for shift in range(-reach, reach + 1)])
    inside = slice(reach, -reach)
    return grown[inside, inside]


def _extended(coarse: Grey, is_paper: Mask) -> Grey:
    """Return the brightness of the paper nearby."""
    reach = max(coarse.shape) / 8
    weight = gaussian(is_paper.astype(np.float32), reach)
    level = gaussian(np.where(is_paper, coarse, 0), reach) / np.maximum(weight, 1e-6)
    typical = np.median(coarse[is_paper]) if is_paper.any() else coarse.max()
    extended: Grey = np.where(weight > 0.01, level, typical).astype(np.float32)
    return extended
