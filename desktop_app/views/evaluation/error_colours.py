"""Colours for numbers of errors: from the paper to the accent in even steps of what the eye sees."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

from desktop_app.inspection.colour import LEVELS, Colours
from desktop_app.inspection.look import Scale

_FIRST = 0.2
"""How far from the paper a single error is already."""

Floats: TypeAlias = NDArray[np.float64]

# Björn Ottosson's OKLab: linear sRGB to the answers of the eye's cones, their roots to lightness,
# green to red, blue to yellow.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def error_scale(palette: QPalette, most: int) -> Scale:
    """From 0 errors to the most that a cell has; 0 has the paper's colour, and is apart from all others."""
    paper, accent = (
        _lab(palette.color(role)) for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Accent)
    )
    share = np.linspace(_FIRST, 1.0, LEVELS)[:, None]
    table = _packed(paper + (accent - paper) * share)
    table[0] = palette.color(QPalette.ColorRole.Base).rgba()
    high = float(max(most, 1))
    return Scale(0.0, high, table, np.asarray((LEVELS - 1) / high, dtype=np.float32), 0.0)


def error_colour(scale: Scale, count: int) -> QColor:
    """The colour of a number of errors; a single one is not taken for none."""
    step = round(count * float(scale.factors))
    return QColor.fromRgb(int(scale.table[min(max(step, 1), LEVELS - 1) if count else 0]))


def readable_on(ground: QColor) -> QColor:
    """Whichever of black and white can be read better on a ground: at least 4.5:1."""
    colours = (QColor(Qt.GlobalColor.black), QColor(Qt.GlobalColor.white))
    return max(colours, key=lambda colour: _contrast(colour, ground))


def _contrast(first: QColor, second: QColor) -> float:
    """WCAG's ratio, 1 to 21."""
    low, high = sorted(float(_linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def _linear(colour: QColor) -> Floats:
    values = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _lab(colour: QColor) -> Floats:
    lab: Floats = _LAB @ np.cbrt(_CONES @ _linear(colour))
    return lab


def _packed(lab: Floats) -> Colours:
    """OKLab values, shape (n, 3), as 0xAARRGGBB."""
    linear = ((lab @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_CONES).T).clip(0, 1)
    values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(values.T * 255).astype(np.uint32)
    packed: Colours = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return packed
