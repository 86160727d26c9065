"""Painted views against stored pictures: what a view looked like when somebody last looked at it.

The pictures lie in tests/pictures. After a change that is meant to be seen, look at the new ones and
keep them: KEEP_PICTURES=1 make test ARGS=tests/gui/test_painted.py
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QFontInfo, QGuiApplication, QImage

PICTURES = Path(__file__).parent / "pictures"

LETTERS = ("DejaVu Sans", 12)
"""Family and pixel size of the letters that the pictures were kept with. Others need other room, and
then everything lies elsewhere."""

# What is compared is where there is how much of which colour, not the shapes of letters.
_CELL = 8
_MEAN, _WORST = 4.0, 64.0


def letters() -> tuple[str, int]:
    """Family and pixel size of this machine's letters."""
    font = QFontInfo(QGuiApplication.font())
    return font.family(), font.pixelSize()


def assert_looks_as_kept(image: QImage, name: str) -> None:
    """Compare a painted view with the picture that is kept of it, or keep it.

    Both are averaged over cells of 8 by 8 pixels. They look the same when cells differ by at most 4
    of 255 on average and 64 at worst.
    """
    seen = _pixels(image)
    path = PICTURES / f"{name}.png"
    if os.environ.get("KEEP_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        Image.fromarray(seen).quantize(256).save(path, optimize=True)
        return
    assert path.exists(), f"no picture of {name} is kept; make one with KEEP_PICTURES=1 and look at it"
    with Image.open(path) as kept:
        expected = np.asarray(kept.convert("RGB"))
    assert seen.shape == expected.shape
    difference = np.abs(_cells(seen) - _cells(expected))
    mean, worst = float(difference.mean()), float(difference.max())
    if mean > _MEAN or worst > _WORST:
        beside = path.with_suffix(".seen.png")
        Image.fromarray(seen).save(beside)
        raise AssertionError(f"{name} looks different (mean {mean:.1f}, worst {worst:.1f}); see {beside}")


def _pixels(image: QImage) -> NDArray[np.uint8]:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()


def _cells(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    height, width = (size // _CELL * _CELL for size in pixels.shape[:2])
    cells = pixels[:height, :width].reshape(height // _CELL, _CELL, width // _CELL, _CELL, 3)
    mean: NDArray[np.float64] = cells.mean(axis=(1, 3))
    return mean
