"""Perceptually uniform colour maps: equal steps of a value are equal steps of lightness.

In the coloured maps zero is dark, as in model inputs. They are computed in OKLCH (lightness, chroma
and hue by Björn Ottosson).
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
"""Colours of a map."""

DARK_TEXT, LIGHT_TEXT = 0xFF050608, 0xFFFFFFFF
"""Colours of text on coloured backgrounds, 0xAARRGGBB."""

MIN_MAGNITUDE = 1e-30
"""Smaller values count as 0: colours per unit of value would overflow float32."""


class Palette(StrEnum):
    """A pair of colour maps: sequential and diverging."""

    COLOURS = "colours"
    GREYS = "greys"


def value_range(values: NDArray[np.float32]) -> tuple[float, float]:
    """Return the range of the colour map for values of any shape; zero always has the same colour.

    Returns:
        (0, maximum) if no value is negative, else (-magnitude, magnitude). (0, 1) or (-1, 1) if all
        values are 0 or too small.
    """
    high = float(values.max(initial=0.0))
    low = float(values.min(initial=0.0))
    if low < 0:
        magnitude = max_magnitude(low, high)
        return -magnitude, magnitude
    return 0.0, max_magnitude(low, high)


def max_magnitude(low: float, high: float) -> float:
    """Return the larger absolute value; 1 if it is below MIN_MAGNITUDE."""
    magnitude = max(high, -low)
    return magnitude if magnitude > MIN_MAGNITUDE else 1.0


def colours_for(low: float) -> Colours:
    """Return the diverging map if the lowest value is negative, else the sequential map."""
    return DIVERGING if low < 0 else SEQUENTIAL


def colour_indices(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Return uint8 indices into a colour map for values in low..high, same shape; NaN counts as low."""
    clipped = np.clip(np.nan_to_num(values, nan=low), np.float32(low), np.float32(high))
    scaled = (clipped - np.float32(low)) * np.float32((LEVELS - 1) / (high - low))
    indices: NDArray[np.uint8] = (scaled + np.float32(0.5)).astype(np.uint8)
    return indices


def luminance(colours: NDArray[np.uint32]) -> Floats:
    """Return the relative luminance (WCAG) of colours 0xAARRGGBB, 0..1, same shape."""
    red, green, blue = (srgb_to_linear(((colours >> shift) & 255) / 255.0) for shift in (16, 8, 0))
    return np.asarray(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(first: Floats, second: Floats) -> Floats:
    """Return the contrast ratio (WCAG) of two luminances, 1..21; text needs 4.5, large text 3."""
    return np.asarray((np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05))


def dark_text_on(backgrounds: Colours) -> NDArray[np.bool_]:
    """Return where DARK_TEXT has more contrast than LIGHT_TEXT; the better one has at least 4.5."""
    luminances = luminance(backgrounds)
    dark, light = luminance(np.array([DARK_TEXT, LIGHT_TEXT], dtype=np.uint32))
    return contrast(luminances, dark) > contrast(luminances, light)


def srgb_to_linear(srgb: Floats) -> Floats:
    """Return linear RGB values for sRGB values, both 0..1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def oklab_to_argb(lab: Floats) -> Colours:
    """Return OKLab colours (lightness, green-red, blue-yellow), (n, 3), as 0xAARRGGBB, clipped to sRGB."""
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


def _oklch_to_argb(lightness: Floats, chroma: Floats, hue: Floats) -> Colours:
    """Return OKLCH colours, hue in degrees, as 0xAARRGGBB."""
    angle = np.radians(hue)
    return oklab_to_argb(np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=1))


def _sequential() -> Colours:
    """Return a map from dark violet over teal to light yellow."""
    t = np.linspace(0.0, 1.0, LEVELS)
    lightness = 0.20 + 0.74 * t
    chroma = 0.045 + 0.10 * np.sqrt(t)
    # sRGB has less chroma at teal than at the neighbouring hues.
    chroma -= 0.045 * np.exp(-(((t - 0.5) / 0.22) ** 2))
    return _oklch_to_argb(lightness, chroma, 290.0 - 185.0 * t)


def _diverging() -> Colours:
    """Return a map from light blue over dark (zero) to light orange; both sides equally light."""
    t = np.linspace(-1.0, 1.0, LEVELS)
    magnitude = np.abs(t)
    lightness = 0.20 + 0.62 * magnitude**0.65
    return _oklch_to_argb(lightness, 0.125 * magnitude**0.65, np.where(t < 0, 245.0, 62.0))


def _greys() -> Colours:
    """Return a map from nearly black to nearly white."""
    zeros = np.zeros(LEVELS)
    return _oklch_to_argb(np.linspace(0.12, 0.97, LEVELS), zeros, zeros)


SEQUENTIAL = _sequential()
DIVERGING = _diverging()
GREYS = _greys()
"""As a diverging map, zero is the middle grey and negative values are darker."""


@dataclass(frozen=True, eq=False)
class _Pair:
    sequential: Colours
    diverging: Colours


_PAIRS = {Palette.COLOURS: _Pair(SEQUENTIAL, DIVERGING), Palette.GREYS: _Pair(GREYS, GREYS)}


@lru_cache(maxsize=64)
def colour_table(palette: Palette, low: float, high: float, gamma: float) -> Colours:
    """Return the colours of 256 even steps from low to high, gamma included.

    If low is negative the map diverges about zero: values of the same magnitude are equally far from
    the colour of zero, even if one side of the range is shorter.

    Args:
        palette: the pair of maps.
        low, high: values of the first and the last colour, low < high.
        gamma: exponent of the position in the range; below 1 emphasizes small values.
    """
    values = np.linspace(low, high, LEVELS)
    last = LEVELS - 1
    if low < 0:
        # A small gamma would give the step that contains zero a visible colour.
        values[min(round(-low / (high - low) * last + 1e-9), last)] = 0
        signed = values / max(-low, high)
        positions = last / 2 * (1 + np.sign(signed) * np.abs(signed) ** gamma)
        colours = _PAIRS[palette].diverging
    else:
        positions = last * ((values - low) / (high - low)) ** gamma
        colours = _PAIRS[palette].sequential
    table: Colours = colours[np.rint(positions).astype(np.intp)]
    table.setflags(write=False)
    return table
