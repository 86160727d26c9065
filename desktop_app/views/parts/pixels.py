"""Arrays of pixels as images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Return an image that shares the memory of pixels, which must outlive it.

    Args:
        pixels: uint32 (height, width), contiguous, premultiplied 0xAARRGGBB.
    """
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
