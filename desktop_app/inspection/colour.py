"""Perceptually even colour maps: equal steps of a value look like equal steps of lightness.

The coloured maps put zero on a dark ground, as the model input does. They are computed in OKLCH
(Björn Ottosson's lightness, chroma and hue), so that no table has to be carried along.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.uint32]
"""256 colours as 0xAARRGGBB, from the lowest value to the highest."""

Floats = NDArray[np.float64]

LEVELS = 256
"""Colours in a map."""

DARK_TEXT, LIGHT_TEXT = 0xFF050608, 0xFFFFFFFF
"""What is written on colours."""

MIN_MAGNITUDE = 1e-30
"""Smaller values are taken for 0: colours per unit of value would be more than float32 holds."""


class Palette(StrEnum):
    """A pair of colour maps, one for values without a sign and one for values with it."""

    COLOURS = "colours"
    GREYS = "greys"


def value_range(values: NDArray[np.float32]) -> tuple[float, float]:
    """The range to colour values of any shape with, so that zero keeps its colour.

    Returns:
        (0, highest) where nothing is negative, else (-extreme, extreme). Never empty: values that
        are all 0, or too small to divide by, give (0, 1) or (-1, 1).
    """
    high = float(values.max(initial=0.0))
    low = float(values.min(initial=0.0))
    if low < 0:
        extreme = max_magnitude(low, high)
        return -extreme, extreme
    return 0.0, max_magnitude(low, high)


def max_magnitude(low: float, high: float) -> float:
    """The size of the value farthest from 0, or 1 where float32 could not divide by it."""
    reach = max(high, -low)
    return reach if reach > MIN_MAGNITUDE else 1.0


def colours_for(low: float) -> Colours:
    """The diverging map where values have a sign, else the sequential one."""
    return DIVERGING if low < 0 else SEQUENTIAL


def colour_indices(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Positions 0..255 in a colour map for values in low..high, same shape; NaN takes the lowest."""
    known = np.clip(np.nan_to_num(values, nan=low), np.float32(low), np.float32(high))
    scaled = (known - np.float32(low)) * np.float32((LEVELS - 1) / (high - low))
    indices: NDArray[np.uint8] = (scaled + np.float32(0.5)).astype(np.uint8)
    return indices


def luminance(colours: NDArray[np.uint32]) -> Floats:
    """WCAG's relative luminance, 0..1 in the same shape, of colours 0xAARRGGBB."""
    red, green, blue = (srgb_to_linear(((colours >> shift) & 255) / 255.0) for shift in (16, 8, 0))
    return np.asarray(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(first: Floats, second: Floats) -> Floats:
    """WCAG's ratio of two luminances, 1 to 21: text is asked to have 4.5, large text 3."""
    return np.asarray((np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05))


def dark_text_on(grounds: Colours) -> NDArray[np.bool_]:
    """Whether DARK_TEXT rather than LIGHT_TEXT is readable on colours 0xAARRGGBB: it has 4.5 or more."""
    lights = luminance(grounds)
    dark, light = luminance(np.array([DARK_TEXT, LIGHT_TEXT], dtype=np.uint32))
    return contrast(lights, dark) > contrast(lights, light)


def srgb_to_linear(srgb: Floats) -> Floats:
    """Light that sRGB values stand for, both 0..1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def oklab_to_argb(lab: Floats) -> Colours:
    """OKLab (lightness, green to red, blue to yellow), (n, 3), as 0xAARRGGBB; clipped to what sRGB has."""
    lightness, a, b = lab.T
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = np.stack(
        [
            4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
        ]
    ).clip(0, 1)
    values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(values * 255).astype(np.uint32)
    packed: Colours = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    packed.setflags(write=False)
    return packed


def _packed(lightness: Floats, chroma: Floats, hue: Floats) -> Colours:
    """OKLCH, hue in degrees, as 0xAARRGGBB."""
    angle = np.radians(hue)
    return oklab_to_argb(np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=1))


def _sequential() -> Colours:
    """Dark violet over teal to a light yellow."""
    t = np.linspace(0.0, 1.0, LEVELS)
    lightness = 0.20 + 0.74 * t
    chroma = 0.045 + 0.10 * np.sqrt(t)
    # Teal holds less chroma than its neighbours: bend inwards there and stay in what screens show.
    chroma -= 0.045 * np.exp(-(((t - 0.5) / 0.22) ** 2))
    return _packed(lightness, chroma, 290.0 - 185.0 * t)


def _diverging() -> Colours:
    """Light blue below zero, dark at zero, light orange above; both sides equally light."""
    t = np.linspace(-1.0, 1.0, LEVELS)
    size = np.abs(t)
    return _packed(0.20 + 0.62 * size, 0.125 * size**0.8, np.where(t < 0, 245.0, 62.0))


def _greys() -> Colours:
    """Nearly black to nearly white."""
    none = np.zeros(LEVELS)
    return _packed(np.linspace(0.12, 0.97, LEVELS), none, none)


SEQUENTIAL = _sequential()
DIVERGING = _diverging()
GREYS = _greys()
"""With values that have a sign, the middle grey is zero: what is darker is negative."""


@dataclass(frozen=True, eq=False)
class _Pair:
    sequential: Colours
    diverging: Colours


_PAIRS = {Palette.COLOURS: _Pair(SEQUENTIAL, DIVERGING), Palette.GREYS: _Pair(GREYS, GREYS)}


@lru_cache(maxsize=64)
def colour_table(palette: Palette, low: float, high: float, gamma: float) -> Colours:
    """The colours of 256 even steps from low to high, with gamma in them and none in the values.

    Where low is negative the map diverges about zero: values of the same size on either side are
    equally far from the colour of zero, even where one side of the range is shorter.

    Args:
        palette: the pair of maps.
        low: the value of the first colour; so is high, above it, of the last.
        gamma: exponent of a value's share of the range; below 1 brings out what is weak.
    """
    values = np.linspace(low, high, LEVELS)
    last = LEVELS - 1
    if low < 0:
        # Zero shares its step with what is nearly zero, which a small gamma would make glow.
        values[min(round(-low / (high - low) * last + 1e-9), last)] = 0
        share = values / max(-low, high)
        at = last / 2 * (1 + np.sign(share) * np.abs(share) ** gamma)
        colours = _PAIRS[palette].diverging
    else:
        at = last * ((values - low) / (high - low)) ** gamma
        colours = _PAIRS[palette].sequential
    table: Colours = colours[np.rint(at).astype(np.intp)]
    table.setflags(write=False)
    return table
