"""Thumbnails of activations, fast enough to compute for all layers at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.bars import bar_columns, paint_bars
from desktop_app.inspection.colour import LEVELS, colours_for, value_range
from desktop_app.inspection.colour_settings import Values, finite
from desktop_app.inspection.mosaic import arrange_tiles
from desktop_app.inspection.tiles import Grid, input_tiles


def thumbnail(activation: Values, side: int) -> NDArray[np.uint32] | None:
    """Return a small image of an activation.

    Maps show the first channels as a square of tiles: as many as leave two pixels for each value, at
    least four if there are four. Large maps are reduced by max pooling. Units are bars.

    Args:
        activation: float32 (height, width, channels), (steps, features) or (units,).
        side: side of the thumbnail in pixels; the image must be scaled to it.

    Returns:
        uint32 (height, width), premultiplied 0xAARRGGBB, at most a quarter larger than the side. None
        for an activation of another rank or size 0.
    """
    if activation.size == 0 or activation.ndim not in (1, 2, 3):
        return None
    if activation.ndim == 1:
        return _unit_thumbnail(activation, side)
    maps = activation if activation.ndim == 3 else activation[:, :, None]
    return _map_thumbnail(maps, side)


def colour_thumbnail(model_input: Values, side: int) -> NDArray[np.uint32]:
    """Return a small image of a model input with red, green and blue.

    Args:
        model_input: float32 (height, width, 3) in 0..1.
        side: side of the thumbnail in pixels; the image must be scaled to it.

    Returns:
        uint32 (height, width), 0xAARRGGBB.
    """
    step = -(-max(model_input.shape[:2]) // max(side, 1))
    return np.asarray(input_tiles(model_input[None, ::step, ::step])[0])


def _unit_thumbnail(units: Values, side: int) -> NDArray[np.uint32]:
    columns = finite(bar_columns(units, side))
    image = paint_bars(columns, _colours(columns), side, value_range(columns))
    return image.repeat(side // len(columns), axis=1)


def _map_thumbnail(activation: Values, side: int) -> NDArray[np.uint32]:
    longest, channels = max(activation.shape[:2]), activation.shape[2]
    across = max(min(2, math.isqrt(channels)), side // (2 * (longest + 1)))
    across = min(across, math.ceil(math.sqrt(channels)))
    step = -(-4 * across * longest // (5 * side))
    height, width = (max(1, size // step) for size in activation.shape[:2])
    shown = activation[:, :, : across * across]
    if step > 1:
        shown = _max_pool(shown, step)
    grid = Grid(shown.shape[2], width, height, min(across, channels), 0 if height == width == 1 else 1)
    return arrange_tiles(_colours(shown).transpose(2, 0, 1), grid)


def _colours(values: Values) -> NDArray[np.uint32]:
    """Return the colours of values in their own range; faster than `scale_of`."""
    values = finite(values)
    low, high = value_range(values)
    positions = values * np.float32((LEVELS - 1) / (high - low))
    positions += np.float32(0.5 - low * (LEVELS - 1) / (high - low))
    return colours_for(low).take(positions.astype(np.uint8))


def _max_pool(activation: Values, step: int) -> Values:
    """Return the maximum of each whole block of step x step values."""
    height, width = (max(1, size // step) for size in activation.shape[:2])
    rows, columns = min(step, activation.shape[0]), min(step, activation.shape[1])
    whole = activation[: height * rows, : width * columns]
    blocks = whole.reshape(height, rows, width, columns, -1)
    return np.asarray(blocks.max(axis=(1, 3)))
