"""Three channels of a layer as the red, green and blue of one image."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import LEVELS
from desktop_app.inspection.colour_settings import ColourSettings, Maps, scale_of

Channels: TypeAlias = tuple[int, int, int]
"""Numbers of the red, green and blue channel."""


def strongest_channels(maps: Maps) -> Channels:
    """Return the three channels with the largest sum of absolute values, the strongest first.

    If a layer has fewer channels, the last one is repeated.
    """
    order = np.argsort(-np.abs(maps.planes).sum(axis=(1, 2), dtype=np.float64), kind="stable").tolist()
    red, green, blue = (order + order[-1:] * 2)[:3]
    return red, green, blue


def rgb_image(maps: Maps, channels: Channels, settings: ColourSettings) -> NDArray[np.uint32]:
    """Return one image of three channels.

    Contrast and gamma of the settings apply, the palette does not. In a layer with negative values,
    zero is the middle of each colour.

    Returns:
        uint32 (height, width), 0xAARRGGBB.
    """
    scale = scale_of(maps, settings)
    positions = np.stack([scale.for_channel(c).positions(maps.planes[c]) for c in channels])
    positions /= LEVELS - 1
    middle = scale.zero / (LEVELS - 1) if scale.low < 0 else 0.0
    if settings.gamma != 1:
        positions = _apply_gamma(positions, middle, settings.gamma)
    red, green, blue = np.rint(positions * (LEVELS - 1)).astype(np.uint32)
    opaque = np.uint32(0xFF000000)
    image: NDArray[np.uint32] = opaque | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return image


def _apply_gamma(positions: NDArray[np.float32], middle: float, gamma: float) -> NDArray[np.float32]:
    """Apply gamma to positions 0..1 on both sides of the position of zero."""
    extent = max(middle, 1 - middle)
    signed = (positions - np.float32(middle)) / np.float32(extent)
    result: NDArray[np.float32] = middle + extent * np.sign(signed) * np.abs(signed) ** np.float32(gamma)
    return result.clip(0, 1)
