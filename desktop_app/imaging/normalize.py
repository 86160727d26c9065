"""The one normalization: an ink map becomes the 28x28 model input.

Method: that of MNIST (LeCun, Cortes, Burges): the bounding box of the ink is scaled to fit 20x20
with its aspect kept, anti-aliased, then placed in 28x28 with its centre of mass at the centre. It
is used live, for files, in evaluation and in training; an MNIST image passes through unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NORMALIZATION_VERSION = 1
"""Stands in every model card; a model made under another version is refused."""

INPUT_SIZE = 28
BOX_SIZE = 20
INK_THRESHOLD = 0.1
"""Ink fainter than this does not stretch the box (anti-aliasing fringe, paper grain)."""

# MNIST puts the centre of mass at pixel index 14, the pixel right of and below the exact middle.
_CENTRE = INPUT_SIZE // 2


@dataclass(frozen=True, eq=False)
class Normalized:
    """A model input and the steps that led to it.

    Attributes:
        ink_map: float32 (height, width) in 0..1, what normalization was given.
        box: left, top, right, bottom of the ink in pixels of the ink map, right and bottom exclusive.
        centre_of_mass: x, y in pixels of the ink map (0.5 is the middle of the first pixel).
        model_input: float32 (28, 28, 1) in 0..1, light ink on dark ground, read-only.
    """

    ink_map: NDArray[np.float32]
    box: tuple[int, int, int, int]
    centre_of_mass: tuple[float, float]
    model_input: NDArray[np.float32]


def normalize(ink_map: NDArray[np.float32]) -> Normalized | None:
    """Scale the ink's box to fit 20x20 and centre its mass in 28x28.

    Args:
        ink_map: float32 (height, width) in 0..1, 1 where there is ink; any size, also empty.

    Returns:
        The model input with its steps, or None where there is no ink.
    """
    box = _ink_box(ink_map)
    if box is None:
        return None
    left, top, right, bottom = box
    small = _fit(ink_map[top:bottom, left:right])
    height, width = small.shape
    x, y = _centre_of_mass(small)
    column = _offset(x, width)
    row = _offset(y, height)
    model_input = np.zeros((INPUT_SIZE, INPUT_SIZE, 1), dtype=np.float32)
    model_input[row : row + height, column : column + width, 0] = small
    model_input.setflags(write=False)
    centre = left + x * (right - left) / width, top + y * (bottom - top) / height
    return Normalized(ink_map, box, centre, model_input)


def _ink_box(ink_map: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """Smallest box around all ink above the threshold."""
    inked = ink_map > INK_THRESHOLD
    columns = np.flatnonzero(inked.any(axis=0))
    if len(columns) == 0:
        return None
    rows = np.flatnonzero(inked.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _fit(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale to fit 20x20 with full ink at 1: hairlines stay visible after shrinking."""
    height, width = ink.shape
    longer = max(height, width)
    size = max(1, round(width * BOX_SIZE / longer)), max(1, round(height * BOX_SIZE / longer))
    if size == (width, height):
        small = ink
    else:
        image = Image.fromarray(np.ascontiguousarray(ink, dtype=np.float32))
        small = np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    full = float(np.quantile(small[small > INK_THRESHOLD * small.max()], 0.9))
    whole: NDArray[np.float32] = np.minimum(small / np.float32(full), np.float32(1.0))
    return whole


def _centre_of_mass(ink: NDArray[np.float32]) -> tuple[float, float]:
    """X and y of the centre of mass; 0.5 is the middle of the first pixel."""
    total = float(ink.sum())
    x = float(ink.sum(axis=0) @ np.arange(ink.shape[1])) / total
    y = float(ink.sum(axis=1) @ np.arange(ink.shape[0])) / total
    return x + 0.5, y + 0.5


def _offset(centre: float, size: int) -> int:
    """First row or column of the ink that brings its centre of mass to the middle, inside 28."""
    return min(max(_CENTRE - int(np.floor(centre)), 0), INPUT_SIZE - size)
