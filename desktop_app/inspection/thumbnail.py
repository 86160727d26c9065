"""Thumbnails: a layer's activation at a glance, small enough to make one of every layer at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.bars import bar_columns, paint_bars
from desktop_app.inspection.colour import LEVELS, colours_for, value_range
from desktop_app.inspection.colour_settings import Values, finite
from desktop_app.inspection.mosaic import arrange_tiles
from desktop_app.inspection.tiles import Grid


def thumbnail(activation: Values, side: int) -> NDArray[np.uint32] | None:
    """A small picture of an activation.

    Of a picture's channels the first ones in a square of tiles, so that each stays in its place
    while one draws; as many as leave two pixels for each value, and four if there are four. Large
    maps are shrunk to their largest values. Units are bars.

    Args:
        activation: float32 (height, width, channels), (steps, features) or (units,).
        side: of the square that the picture is to fill, in pixels.

    Returns:
        uint32 (height, width), premultiplied 0xAARRGGBB, at most a quarter larger than the square
        and often smaller: to be enlarged or shrunk to it. None of an activation that is no picture:
        of another rank, or with nothing in it.
    """
    if activation.size == 0 or activation.ndim not in (1, 2, 3):
        return None
    if activation.ndim == 1:
        return _of_units(activation, side)
    maps = activation if activation.ndim == 3 else activation[:, :, None]
    return _of_maps(maps, side)


def _of_units(units: Values, side: int) -> NDArray[np.uint32]:
    columns = finite(bar_columns(units, side))
    picture = paint_bars(columns, _coloured(columns), side, value_range(columns))
    return picture.repeat(side // len(columns), axis=1)


def _of_maps(activation: Values, side: int) -> NDArray[np.uint32]:
    longest, channels = max(activation.shape[:2]), activation.shape[2]
    across = max(min(2, math.isqrt(channels)), side // (2 * (longest + 1)))
    across = min(across, math.ceil(math.sqrt(channels)))
    step = -(-4 * across * longest // (5 * side))
    height, width = (max(1, size // step) for size in activation.shape[:2])
    shown = activation[:, :, : across * across]
    if step > 1:
        shown = _shrunk(shown, step)
    grid = Grid(shown.shape[2], width, height, min(across, channels), 0 if height == width == 1 else 1)
    return arrange_tiles(_coloured(shown).transpose(2, 0, 1), grid)


def _coloured(values: Values) -> NDArray[np.uint32]:
    """The colours of values within their own range: scale_of() in as few steps as possible."""
    values = finite(values)
    low, high = value_range(values)
    at = values * np.float32((LEVELS - 1) / (high - low))
    at += np.float32(0.5 - low * (LEVELS - 1) / (high - low))
    return colours_for(low).take(at.astype(np.uint8))


def _shrunk(activation: Values, step: int) -> Values:
    """The largest of each block of step x step values, as far as whole blocks go."""
    height, width = (max(1, size // step) for size in activation.shape[:2])
    rows, columns = min(step, activation.shape[0]), min(step, activation.shape[1])
    whole = activation[: height * rows, : width * columns]
    blocks = whole.reshape(height, rows, width, columns, -1)
    return np.asarray(blocks.max(axis=(1, 3)))
