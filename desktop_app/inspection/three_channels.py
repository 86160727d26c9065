"""Three channels of a layer together as the red, green and blue of one picture."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import LEVELS
from desktop_app.inspection.colour_settings import ColourSettings, Maps, scale_of

Channels: TypeAlias = tuple[int, int, int]
"""The channels that are red, green and blue."""


def strongest_channels(maps: Maps) -> Channels:
    """The three channels with the largest sum of absolute values, the strongest first.

    Of layers with fewer channels the last of them is taken again.
    """
    order = np.argsort(-np.abs(maps.planes).sum(axis=(1, 2), dtype=np.float64), kind="stable").tolist()
    red, green, blue = (order + order[-1:] * 2)[:3]
    return red, green, blue


def rgb_image(maps: Maps, channels: Channels, look: ColourSettings) -> NDArray[np.uint32]:
    """One picture of three channels, each as bright as the look says.

    The look's contrast and gamma are kept; its colour map has no meaning here. In a layer with
    negative values, zero is the middle of each colour.

    Returns:
        uint32 (height, width), 0xAARRGGBB.
    """
    scale = scale_of(maps, look)
    shares = np.stack([scale.for_channel(c).positions(maps.planes[c]) for c in channels])
    shares /= LEVELS - 1
    middle = scale.zero / (LEVELS - 1) if scale.low < 0 else 0.0
    if look.gamma != 1:
        shares = _bent(shares, middle, look.gamma)
    red, green, blue = np.rint(shares * (LEVELS - 1)).astype(np.uint32)
    opaque = np.uint32(0xFF000000)
    picture: NDArray[np.uint32] = opaque | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return picture


def _bent(shares: NDArray[np.float32], middle: float, gamma: float) -> NDArray[np.float32]:
    """Gamma on both sides of the share that zero has."""
    reach = max(middle, 1 - middle)
    away = (shares - np.float32(middle)) / np.float32(reach)
    bent: NDArray[np.float32] = middle + reach * np.sign(away) * np.abs(away) ** np.float32(gamma)
    return bent.clip(0, 1)
