"""Arrays of pixels as images, and images with sharp pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Return an image that shares the memory of pixels, which must outlive it.

    Args:
        pixels: uint32 (height, width), contiguous, premultiplied 0xAARRGGBB.
    """
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


def sharp_area(width: int, height: int, within: QRectF, ratio: float) -> QRectF:
    """Return the area of an image in the middle of another, in which each pixel is a sharp square.

    Args:
        width, height: of the image in pixels.
        within: where, in device-independent pixels.
        ratio: screen pixels for each of these.

    Returns:
        The largest area in which an image pixel covers whole screen pixels; an image that is larger than
        that is reduced to fit.
    """
    zoom = min(within.width() / width, within.height() / height) * ratio
    zoom = (int(zoom) if zoom >= 1 else zoom) / ratio
    area = QRectF(0, 0, width * zoom, height * zoom)
    area.moveCenter(within.center())
    area.moveTo(round(area.left() * ratio) / ratio, round(area.top() * ratio) / ratio)
    return area


def pixel_at(position: QPointF, width: int, height: int, area: QRectF) -> tuple[int, int] | None:
    """Return row and column of the image pixel at a position; None outside of the area of the image."""
    if not area.contains(position):
        return None
    column = int((position.x() - area.left()) / area.width() * width)
    row = int((position.y() - area.top()) / area.height() * height)
    return min(row, height - 1), min(column, width - 1)


def pixel_area(pixel: tuple[int, int], width: int, height: int, area: QRectF) -> QRectF:
    """Return the area of the pixel in a row and column of an image."""
    row, column = pixel
    across, down = area.width() / width, area.height() / height
    return QRectF(area.left() + column * across, area.top() + row * down, across, down)


def sample_image(pixels: NDArray[np.uint8]) -> QImage:
    """Return a sample, uint8 (height, width, channels), as an image with its own data."""
    height, width, channels = pixels.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(pixels.tobytes(), width, height, channels * width, form).copy()
