"""The units of a layer as bars: one column of pixels for each, up from zero or down from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour_settings import Values


def bar_columns(units: Values, most: int) -> Values:
    """The units, or where there are more than can be told apart, the one farthest from 0 of several.

    Args:
        units: float32 (units,).
        most: how many columns there may be, 1 or more.

    Returns:
        float32 (columns,) with columns = min(units, most), in order.
    """
    if len(units) <= most:
        return units
    starts = np.arange(most) * len(units) // most
    highs = np.maximum.reduceat(units, starts)
    lows = np.minimum.reduceat(units, starts)
    return np.where(-lows > highs, lows, highs)


def paint_bars(
    units: Values, colours: NDArray[np.uint32], height: int, span: tuple[float, float]
) -> NDArray[np.uint32]:
    """Paint units as bars in their colours.

    Args:
        units: float32 (columns,).
        colours: uint32 (columns,), 0xAARRGGBB.
        height: of the picture, in pixels.
        span: the values at the lower and the upper edge, with 0 between them or at one of them.

    Returns:
        uint32 (height, columns), premultiplied, 0 beside the bars. Whatever is not 0 has a pixel.
    """
    low, high = span
    per_value = height / (high - low)
    zero = round(high * per_value)
    ends = np.rint((high - units) * per_value).astype(np.int16)
    ends = np.where((ends == zero) & (units > 0), zero - 1, ends)
    ends = np.where((ends == zero) & (units < 0), zero + 1, ends)
    tops, bottoms = np.minimum(ends, zero), np.maximum(ends, zero)
    rows = np.arange(height, dtype=np.int16)[:, None]
    picture = np.zeros((height, len(units)), dtype=np.uint32)
    np.copyto(picture, colours[None, :], where=(rows >= tops) & (rows < bottoms))
    return picture
