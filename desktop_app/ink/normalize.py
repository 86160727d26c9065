"""The one normalization: an ink map becomes a model input of 28x28, or of another size alike.

Method: that of MNIST (LeCun, Cortes, Burges): the bounding box of the ink is scaled to fit 20x20
with its aspect kept, anti-aliased, then placed in 28x28 with its centre of mass at the centre. It
is used live, for files, in evaluation and in training; an MNIST image passes through unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.placement import Placement

NORMALIZATION_VERSION = 1
"""Stands in every model card; a model made under another version is refused."""

INPUT_SIZE = 28
BOX_SIZE = 20

SIZES = range(8, 129)
"""Sides that a model input may have; 28 is MNIST's, the others keep its proportions."""

CHANNELS = (1, 3)
"""Channels that a model input may have; ink is the same in all of them."""

INK_THRESHOLD = 0.1
"""Ink fainter than this does not stretch the box (anti-aliasing fringe, paper grain)."""


@dataclass(frozen=True, eq=False)
class Normalized:
    """A model input and the steps that led to it.

    Attributes:
        ink_map: float32 (height, width) in 0..1, what normalization was given.
        box: left, top, right, bottom of the ink in pixels of the ink map, right and bottom exclusive.
        centre_of_mass: x, y in pixels of the ink map (0.5 is the middle of the first pixel).
        model_input: float32 (size, size, channels) in 0..1, light ink on dark ground, read-only.
        placement: from pixels of the model input to pixels of the ink map.
    """

    ink_map: NDArray[np.float32]
    box: tuple[int, int, int, int]
    centre_of_mass: tuple[float, float]
    model_input: NDArray[np.float32]
    placement: Placement


def normalize(ink_map: NDArray[np.float32], size: int, channels: int) -> Normalized | None:
    """Scale the ink's box to fit 20x20 and centre its mass in 28x28, or the same in another size.

    Args:
        ink_map: float32 (height, width) in 0..1, 1 where there is ink; any size, also empty.
        size: side of the model input, one of SIZES.
        channels: of the model input, one of CHANNELS.

    Returns:
        The model input with its steps, or None where there is no ink.
    """
    box = _ink_box(ink_map)
    if box is None:
        return None
    left, top, right, bottom = box
    small = _fit(ink_map[top:bottom, left:right], round(size * BOX_SIZE / INPUT_SIZE))
    height, width = small.shape
    x, y = _centre_of_mass(small)
    column = _offset(x, width, size)
    row = _offset(y, height, size)
    model_input = np.zeros((size, size, channels), dtype=np.float32)
    model_input[row : row + height, column : column + width] = small[..., None]
    model_input.setflags(write=False)
    scale_x, scale_y = (right - left) / width, (bottom - top) / height
    centre = left + x * scale_x, top + y * scale_y
    placement = Placement(scale_x, scale_y, left - column * scale_x, top - row * scale_y)
    return Normalized(ink_map, box, centre, model_input, placement)


def _ink_box(ink_map: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """Smallest box around all ink above the threshold."""
    inked = ink_map > INK_THRESHOLD
    columns = np.flatnonzero(inked.any(axis=0))
    if len(columns) == 0:
        return None
    rows = np.flatnonzero(inked.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _fit(ink: NDArray[np.float32], box_size: int) -> NDArray[np.float32]:
    """Scale to fit a square box with full ink at 1: hairlines stay visible after shrinking."""
    height, width = ink.shape
    longer = max(height, width)
    size = max(1, round(width * box_size / longer)), max(1, round(height * box_size / longer))
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


def _offset(centre: float, length: int, size: int) -> int:
    """First row or column of the ink that brings its centre of mass to the middle, inside the input."""
    # MNIST puts it at pixel index 14 of 28, the pixel right of and below the exact middle.
    return min(max(size // 2 - int(np.floor(centre)), 0), size - length)
