"""Reduction and enlargement of images with Pillow's filters."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Method: TypeAlias = Literal["nearest", "bicubic", "lanczos"]

METHODS: tuple[Method, ...] = get_args(Method)
"""Methods of `enlarge_image`: Pillow's filters."""


def downscale_image(pixels: Pixels, factor: int) -> Pixels:
    """Downscale an image with Pillow's bilinear filter, which averages all pixels within its support.

    Args:
        pixels: uint8 (height, width, channels) with 1 or 3 channels, both sides multiples of the factor.
        factor: 1 or more; 1 gives the same image.
    """
    height, width, _ = pixels.shape
    return _resized(pixels, height // factor, width // factor, "bilinear")


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
    return _resized(pixels, height * factor, width * factor, method)


def _resized(pixels: Pixels, height: int, width: int, method: str) -> Pixels:
    # Imported here to shorten the startup.
    from PIL import Image

    channels = pixels.shape[2]
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if channels == 1 else pixels))
    resized = image.resize((width, height), Image.Resampling[method.upper()])
    return np.asarray(resized).reshape(height, width, channels)
