"""Reduction and enlargement of images with Pillow's filters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
Method: TypeAlias = Literal["nearest", "bicubic", "lanczos"]

METHODS: Mapping[Method, Image.Resampling] = MappingProxyType(
    {
        "nearest": Image.Resampling.NEAREST,
        "bicubic": Image.Resampling.BICUBIC,
        "lanczos": Image.Resampling.LANCZOS,
    }
)
"""Pillow's filters for `enlarge_image` by name."""


def downscale_image(pixels: Pixels, factor: int) -> Pixels:
    """Downscale an image with Pillow's bilinear filter, which averages all pixels within its support.

    Args:
        pixels: uint8 (height, width, channels) with 1 or 3 channels, both sides multiples of the factor.
        factor: 1 or more; 1 gives the same image.
    """
    height, width, _ = pixels.shape
    return _resized(pixels, height // factor, width // factor, Image.Resampling.BILINEAR)


def enlarge_image(pixels: Pixels, factor: int, method: Method) -> Pixels:
    """Enlarge an image by interpolation.

    Args:
        pixels: uint8 (height, width, channels) with 1 or 3 channels.
        factor: 1 or more.
        method: one of METHODS.

    Returns:
        uint8 (height * factor, width * factor, channels).
    """
    height, width, _ = pixels.shape
    return _resized(pixels, height * factor, width * factor, METHODS[method])


def _resized(pixels: Pixels, height: int, width: int, resampling: Image.Resampling) -> Pixels:
    channels = pixels.shape[2]
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if channels == 1 else pixels))
    return np.asarray(image.resize((width, height), resampling)).reshape(height, width, channels)
