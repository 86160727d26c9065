"""Colour settings for activations, and the scale from values to colours."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import LEVELS, MIN_MAGNITUDE, Colours, Palette, colour_table, max_magnitude

Values = NDArray[np.float32]


class Contrast(StrEnum):
    """Values that share one colour range: of a layer, of each map, or a fixed range."""

    LAYER = "layer"
    MAP = "map"
    FIXED = "fixed"


@dataclass(frozen=True)
class ColourSettings:
    """Settings of the colours of feature maps.

    Attributes:
        contrast: values that the colour range spans.
        low, high: range for Contrast.FIXED, low < high; unused otherwise.
        gamma: exponent of the position in the range, above 0; below 1 emphasizes small values.
        palette: the colour maps.
    """

    contrast: Contrast = Contrast.LAYER
    low: float = 0.0
    high: float = 1.0
    gamma: float = 1.0
    palette: Palette = Palette.COLOURS


@dataclass(frozen=True, eq=False)
class Maps:
    """The feature maps of one layer with their ranges.

    Attributes:
        planes: float32 (channels, height, width), C-contiguous, all finite; see `finite`.
        lows, highs: float32 (channels,), minimum and maximum of each map.
    """

    planes: Values
    lows: Values
    highs: Values

    @property
    def span(self) -> tuple[float, float]:
        """Minimum and maximum of the layer."""
        return float(self.lows.min()), float(self.highs.max())

    def constant_channels(self) -> NDArray[np.bool_]:
        """Return which maps are constant, bool (channels,); a map of a single value only if that is 0."""
        one_value = self.planes[0].size == 1
        return np.asarray(self.highs == (0 if one_value else self.lows))


@dataclass(frozen=True, eq=False)
class Scale:
    """A mapping from values to colours.

    Attributes:
        low, high: values of the first and the last colour; with a range for each map, those of the
            widest range.
        table: uint32 (256,), 0xAARRGGBB, colours of even steps from low to high, gamma included.
        factors: float32, a scalar or (channels, 1, 1): colours per unit of value.
        zero: position of the value 0 in the table.
        clips: whether values may be outside of low..high.
    """

    low: float
    high: float
    table: Colours
    factors: Values
    zero: float
    clips: bool = False

    @property
    def is_per_map(self) -> bool:
        """Whether each map has its own range."""
        return self.factors.ndim > 0

    def range_of(self, channel: int) -> tuple[float, float]:
        """Return the values of the first and the last colour for one map."""
        if not self.is_per_map:
            return self.low, self.high
        factor = float(self.factors[channel, 0, 0])
        return -self.zero / factor, (LEVELS - 1 - self.zero) / factor

    def positions(self, planes: Values) -> Values:
        """Return the positions of values in the table, float32 of the same shape, 0..255.

        Args:
            planes: float32 (channels, height, width): all channels of the layer, in order.
        """
        positions = planes * self.factors
        positions += np.float32(self.zero)
        if self.clips:
            np.clip(positions, 0, LEVELS - 1, out=positions)
        return positions

    def colours(self, planes: Values) -> Colours:
        """Return the colours of values, uint32 of the same shape as planes."""
        positions = self.positions(planes)
        positions += np.float32(0.5)
        return self.table.take(positions.astype(np.uint8))

    def for_channel(self, channel: int) -> Scale:
        """Return the scale of one channel."""
        low, high = self.range_of(channel)
        factor = self.factors[channel, 0, 0] if self.is_per_map else self.factors
        return replace(self, low=low, high=high, factors=np.asarray(factor, dtype=np.float32))


def as_maps(activation: Values) -> Values | None:
    """Return an activation as maps, float32 (height, width, channels).

    A sequence becomes one map, units become maps of a single value. None for an activation of another
    rank or size 0.
    """
    if activation.size == 0:
        return None
    if activation.ndim == 1:
        return activation[None, None, :]
    if activation.ndim == 2:
        return activation[:, :, None]
    return activation if activation.ndim == 3 else None


def measure(activation: Values) -> Maps:
    """Return an activation as planes with their ranges.

    Args:
        activation: float32 (height, width, channels), none of which is 0.
    """
    height, width, channels = activation.shape
    # Channels first, so that the values of a map are contiguous.
    planes = np.ascontiguousarray(activation.reshape(-1, channels).T)
    planes = finite(planes)
    lows, highs = planes.min(axis=1), planes.max(axis=1)
    return Maps(planes.reshape(channels, height, width), lows, highs)


def scale_of(maps: Maps, settings: ColourSettings) -> Scale:
    """Return the scale for maps; zero always has the same colour.

    If any value of the layer is negative, the colours diverge about zero, and a fixed range without
    negative values is mirrored. Maps of a single value share the range of the layer, because each
    would have the last colour of its own range.
    """
    low, high = maps.span
    if settings.contrast is Contrast.FIXED:
        return _fixed_scale(settings, is_signed=low < 0)
    if settings.contrast is Contrast.MAP and maps.planes[0].size > 1:
        magnitudes = np.maximum(maps.highs, -maps.lows)[:, None, None]
        magnitudes[magnitudes <= MIN_MAGNITUDE] = 1
    else:
        magnitudes = np.asarray(max_magnitude(low, high), dtype=np.float32)
    widest, last = float(magnitudes.max()), LEVELS - 1
    steps = last / 2 if low < 0 else float(last)
    factors = np.asarray(np.divide(steps, magnitudes, dtype=np.float32))
    bottom = -1.0 if low < 0 else 0.0
    table = colour_table(settings.palette, bottom, 1.0, settings.gamma)
    return Scale(bottom * widest, widest, table, factors, -bottom * steps)


def _fixed_scale(settings: ColourSettings, *, is_signed: bool) -> Scale:
    low, high = settings.low, settings.high
    if is_signed and low >= 0:
        low = -high
    factor = (LEVELS - 1) / (high - low)
    table = colour_table(settings.palette, low, high, settings.gamma)
    return Scale(low, high, table, np.asarray(factor, dtype=np.float32), -low * factor, clips=True)


def finite(values: Values) -> Values:
    """Return the values; if any is not finite, with 0 for NaN and the finite extremes for infinities.

    Networks whose training diverged have such activations.
    """
    if math.isfinite(values.min()) and math.isfinite(values.max()):
        return values
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return np.asarray(np.nan_to_num(values, nan=0.0, posinf=high, neginf=low))
