"""Comparison of painted views with stored images in tests/pictures.

After an intended change, store and review new images: KEEP_PICTURES=1 make test
ARGS=tests/app/test_painted.py
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QFontInfo, QGuiApplication, QImage

PICTURES = Path(__file__).parent / "pictures"

STORED_FONT = ("DejaVu Sans", 12)
"""Family and pixel size of the font of the stored images; other fonts change the layout."""

# Averages over cells are compared, so that the shapes of letters do not matter.
_CELL = 8
_MAX_MEAN, _MAX_DIFFERENCE = 4.0, 64.0


def current_font() -> tuple[str, int]:
    """Return family and pixel size of the font of the application."""
    font = QFontInfo(QGuiApplication.font())
    return font.family(), font.pixelSize()


def assert_matches_stored(image: QImage, name: str) -> None:
    """Compare a painted view with the stored image, or store it if KEEP_PICTURES is set.

    Averages over cells of 8×8 pixels may differ by 4 of 255 on average, and by at most 64.
    """
    pixels = _pixels(image)
    path = PICTURES / f"{name}.png"
    if os.environ.get("KEEP_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        Image.fromarray(pixels).quantize(256).save(path, optimize=True)
        return
    assert path.exists(), f"no image of {name} is stored; store one with KEEP_PICTURES=1 and review it"
    with Image.open(path) as stored:
        expected = np.asarray(stored.convert("RGB"))
    assert pixels.shape == expected.shape
    difference = np.abs(_cells(pixels) - _cells(expected))
    mean, largest = float(difference.mean()), float(difference.max())
    if mean > _MAX_MEAN or largest > _MAX_DIFFERENCE:
        current = path.with_suffix(".seen.png")
        Image.fromarray(pixels).save(current)
        raise AssertionError(f"{name} looks different (mean {mean:.1f}, max {largest:.1f}); see {current}")


def _pixels(image: QImage) -> NDArray[np.uint8]:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def _cells(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    height, width = (size // _CELL * _CELL for size in pixels.shape[:2])
    cells = pixels[:height, :width].reshape(height // _CELL, _CELL, width // _CELL, _CELL, 3)
    mean: NDArray[np.float64] = cells.mean(axis=(1, 3))
    return mean
