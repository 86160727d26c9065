"""Normalization of an ink map to a model input, as in MNIST.

Method of LeCun, Cortes and Burges: the bounding box of the ink is scaled to fit 20x20 with its aspect
ratio kept, anti-aliased, then placed in 28x28 with its centre of mass at the centre. Other sizes have
the same proportions. An MNIST image stays unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.core.placement import Placement

NORMALIZATION_VERSION = 1
"""Stored in every model card; a model of another version cannot be loaded."""

INPUT_SIZE = 28
BOX_SIZE = 20

SIZES = range(8, 129)
"""Allowed sides of a model input."""

CHANNELS = (1, 3)
"""Allowed numbers of channels of a model input; all channels are equal."""

INK_THRESHOLD = 0.1
"""Smallest ink value inside the bounding box; fainter values come from anti-aliasing or paper grain."""


@dataclass(frozen=True, eq=False)
class Normalized:
    """A model input with intermediate results.

    Attributes:
        ink_map: float32 (height, width) in 0..1, the argument of `normalize`.
        box: left, top, right, bottom of the ink in pixels of the ink map, right and bottom exclusive.
        centre_of_mass: x, y in pixels of the ink map (0.5 is the centre of the first pixel).
        model_input: float32 (size, size, channels) in 0..1, light ink on a dark background, read-only.
        placement: from pixels of the model input to pixels of the ink map.
    """

    ink_map: NDArray[np.float32]
    box: tuple[int, int, int, int]
    centre_of_mass: tuple[float, float]
    model_input: NDArray[np.float32]
    placement: Placement


def normalize(ink_map: NDArray[np.float32], size: int, channels: int) -> Normalized | None:
    """Scale the bounding box of the ink to 20/28 of the size and centre its mass.

    Args:
        ink_map: float32 (height, width) in 0..1, 1 where there is ink; any size, also empty.
        size: side of the model input, one of SIZES.
        channels: of the model input, one of CHANNELS.

    Returns:
        The model input with intermediate results, or None without ink.
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
    """Return the bounding box of all ink above the threshold, or None."""
    inked = ink_map > INK_THRESHOLD
    columns = np.flatnonzero(inked.any(axis=0))
    if len(columns) == 0:
        return None
    rows = np.flatnonzero(inked.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _fit(ink: NDArray[np.float32], box_size: int) -> NDArray[np.float32]:
    """Scale ink to fit a square box and stretch its values so that thin lines stay visible."""
    height, width = ink.shape
    longer = max(height, width)
    size = max(1, round(width * box_size / longer)), max(1, round(height * box_size / longer))
    if size == (width, height):
        small = ink
    else:
        image = Image.fromarray(np.ascontiguousarray(ink, dtype=np.float32))
        small = np.asarray(image.resize(size, Image.Resampling.BILINEAR))
    full = float(np.quantile(small[small > INK_THRESHOLD * small.max()], 0.9))
    fitted: NDArray[np.float32] = np.minimum(small / np.float32(full), np.float32(1.0))
    return fitted


def _centre_of_mass(ink: NDArray[np.float32]) -> tuple[float, float]:
    """Return x and y of the centre of mass; 0.5 is the centre of the first pixel."""
    total = float(ink.sum())
    x = float(ink.sum(axis=0) @ np.arange(ink.shape[1])) / total
    y = float(ink.sum(axis=1) @ np.arange(ink.shape[0])) / total
    return x + 0.5, y + 0.5


def _offset(centre: float, length: int, size: int) -> int:
    """Return the first row or column of the ink for a centred mass, limited to the input."""
    # MNIST uses pixel 14 of 28, right of and below the exact centre.
    return min(max(size // 2 - int(np.floor(centre)), 0), size - length)
