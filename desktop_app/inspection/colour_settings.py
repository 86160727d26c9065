"""How activations are turned into colours: contrast, gamma, colour map, and the values they span."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import LEVELS, MIN_MAGNITUDE, Colours, Palette, colour_table, max_magnitude

Values = NDArray[np.float32]


class Contrast(StrEnum):
    """Which values share one range of colours."""

    LAYER = "layer"
    MAP = "map"
    FIXED = "fixed"


@dataclass(frozen=True)
class ColourSettings:
    """How the maps of a layer are coloured.

    Attributes:
        contrast: the range of colours spans the layer's values, each map's own, or fixed ones.
        low, high: the fixed range, low < high; of no meaning otherwise.
        gamma: exponent of a value's share of its range, above 0; below 1 brings out what is weak.
        palette: the colour maps.
    """

    contrast: Contrast = Contrast.LAYER
    low: float = 0.0
    high: float = 1.0
    gamma: float = 1.0
    palette: Palette = Palette.COLOURS


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of one layer, measured.

    Attributes:
        planes: float32 (channels, height, width), C-contiguous; values that were no numbers are 0
            and infinite ones the largest finite ones.
        lows, highs: float32 (channels,), each map's least and largest value.
    """

    planes: Values
    lows: Values
    highs: Values

    @property
    def span(self) -> tuple[float, float]:
        """The layer's least and largest value."""
        return float(self.lows.min()), float(self.highs.max())

    def constant_channels(self) -> NDArray[np.bool_]:
        """Which channels say nothing, bool (channels,): all of a map is the same, or its one value 0."""
        one_value = self.planes[0].size == 1
        return np.asarray(self.highs == (0 if one_value else self.lows))


@dataclass(frozen=True, eq=False)
class Scale:
    """From values to colours.

    Attributes:
        low, high: the values of the first and the last colour; with a range for each map, of the
            map with the widest one.
        table: uint32 (256,), 0xAARRGGBB, the colours of even steps from low to high, gamma included.
        factors: float32, a number or (channels, 1, 1): colours per unit of value.
        zero: where in the table a value of 0 lies.
        clips: whether values may lie beyond low and high.
    """

    low: float
    high: float
    table: Colours
    factors: Values
    zero: float
    clips: bool = False

    @property
    def is_per_map(self) -> bool:
        """Whether every map has a range of its own."""
        return self.factors.ndim > 0

    def range_of(self, channel: int) -> tuple[float, float]:
        """The values of the first and the last colour in one map."""
        if not self.is_per_map:
            return self.low, self.high
        factor = float(self.factors[channel, 0, 0])
        return -self.zero / factor, (LEVELS - 1 - self.zero) / factor

    def positions(self, planes: Values) -> Values:
        """Where in the table values lie, float32 of the same shape, 0 to 255.

        Args:
            planes: float32 (channels, height, width): all channels of the layer, in order.
        """
        at = planes * self.factors
        at += np.float32(self.zero)
        if self.clips:
            np.clip(at, 0, LEVELS - 1, out=at)
        return at

    def colours(self, planes: Values) -> Colours:
        """The colours of values, uint32 of the same shape as planes."""
        at = self.positions(planes)
        at += np.float32(0.5)
        return self.table.take(at.astype(np.uint8))

    def for_channel(self, channel: int) -> Scale:
        """The scale of one channel."""
        low, high = self.range_of(channel)
        factor = self.factors[channel, 0, 0] if self.is_per_map else self.factors
        return replace(self, low=low, high=high, factors=np.asarray(factor, dtype=np.float32))


def as_maps(activation: Values) -> Values | None:
    """An activation as float32 (height, width, channels): a sequence is one map, units are maps of a value.

    None of an activation that is no picture: of another rank, or with nothing in it.
    """
    if activation.size == 0:
        return None
    if activation.ndim == 1:
        return activation[None, None, :]
    if activation.ndim == 2:
        return activation[:, :, None]
    return activation if activation.ndim == 3 else None


def measure(activation: Values) -> Maps:
    """Lay out and measure an activation.

    Args:
        activation: float32 (height, width, channels), none of them 0.
    """
    height, width, channels = activation.shape
    # Channels first: a map's values lie together for everything that follows.
    planes = np.ascontiguousarray(activation.reshape(-1, channels).T)
    planes = finite(planes)
    lows, highs = planes.min(axis=1), planes.max(axis=1)
    return Maps(planes.reshape(channels, height, width), lows, highs)


def scale_of(maps: Maps, look: ColourSettings) -> Scale:
    """The scale for maps in a look, so that zero keeps its colour.

    Where anything in the layer is negative, the colours diverge about zero. A fixed range without
    negative values is mirrored there, so that nothing negative passes for a zero. Maps of a single
    value each are compared within their layer, because alone each would have the last colour.
    """
    low, high = maps.span
    if look.contrast is Contrast.FIXED:
        return _fixed(look, signed=low < 0)
    if look.contrast is Contrast.MAP and maps.planes[0].size > 1:
        reach = np.maximum(maps.highs, -maps.lows)[:, None, None]
        reach[reach <= MIN_MAGNITUDE] = 1
    else:
        reach = np.asarray(max_magnitude(low, high), dtype=np.float32)
    widest, last = float(reach.max()), LEVELS - 1
    steps = last / 2 if low < 0 else float(last)
    factors = np.asarray(np.divide(steps, reach, dtype=np.float32))
    bottom = -1.0 if low < 0 else 0.0
    table = colour_table(look.palette, bottom, 1.0, look.gamma)
    return Scale(bottom * widest, widest, table, factors, -bottom * steps)


def _fixed(look: ColourSettings, *, signed: bool) -> Scale:
    low, high = look.low, look.high
    if signed and low >= 0:
        low = -high
    factor = (LEVELS - 1) / (high - low)
    table = colour_table(look.palette, low, high, look.gamma)
    return Scale(low, high, table, np.asarray(factor, dtype=np.float32), -low * factor, clips=True)


def finite(values: Values) -> Values:
    """The values if all are finite; else with 0 for what is no number and the finite extremes for inf.

    A network whose training went astray answers with such values, and is looked at for that very reason.
    """
    if math.isfinite(values.min()) and math.isfinite(values.max()):
        return values
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return np.asarray(np.nan_to_num(values, nan=0.0, posinf=high, neginf=low))
