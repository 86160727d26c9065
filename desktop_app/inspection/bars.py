"""Bar charts of the units of a layer, one column of pixels for each bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour_settings import Values


def bar_columns(units: Values, max_columns: int) -> Values:
    """Reduce units to a number of columns: each column is the value farthest from 0 of several units.

    Args:
        units: float32 (units,).
        max_columns: 1 or more.

    Returns:
        float32 (columns,) with columns = min(units, max_columns), in order.
    """
    if len(units) <= max_columns:
        return units
    starts = np.arange(max_columns) * len(units) // max_columns
    highs = np.maximum.reduceat(units, starts)
    lows = np.minimum.reduceat(units, starts)
    return np.where(-lows > highs, lows, highs)


def paint_bars(
    units: Values, colours: NDArray[np.uint32], height: int, span: tuple[float, float]
) -> NDArray[np.uint32]:
    """Paint units as bars, upwards from zero or downwards.

    Args:
        units: float32 (columns,).
        colours: uint32 (columns,), 0xAARRGGBB.
        height: of the image, in pixels.
        span: values at the lower and the upper edge, the lower at most 0 and the upper at least 0.

    Returns:
        uint32 (height, columns), premultiplied, 0 beside the bars. Units other than 0 have at least
        one pixel.
    """
    low, high = span
    per_value = height / (high - low)
    zero = round(high * per_value)
    ends = np.rint((high - units) * per_value).astype(np.int16)
    ends = np.where((ends == zero) & (units > 0), zero - 1, ends)
    ends = np.where((ends == zero) & (units < 0), zero + 1, ends)
    tops, bottoms = np.minimum(ends, zero), np.maximum(ends, zero)
    rows = np.arange(height, dtype=np.int16)[:, None]
    image = np.zeros((height, len(units)), dtype=np.uint32)
    np.copyto(image, colours[None, :], where=(rows >= tops) & (rows < bottoms))
    return image
