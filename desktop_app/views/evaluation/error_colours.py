"""Colours of numbers of errors: perceptually even steps from the background to the accent colour."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPalette

from desktop_app.inspection.colour import LEVELS, Floats, oklab_to_argb, srgb_to_linear
from desktop_app.inspection.colour_settings import Scale

_FIRST_STEP = 0.2
"""Position of a single error between background and accent."""

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
    """Return the colour scale from 0 to most errors; 0 has the background colour."""
    base, accent = (
        _lab(palette.color(role)) for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Accent)
    )
    position = np.linspace(_FIRST_STEP, 1.0, LEVELS)[:, None]
    table = oklab_to_argb(base + (accent - base) * position)
    table.setflags(write=True)
    table[0] = palette.color(QPalette.ColorRole.Base).rgba()
    high = float(max(most, 1))
    return Scale(0.0, high, table, np.asarray((LEVELS - 1) / high, dtype=np.float32), 0.0)


def error_colour(scale: Scale, count: int) -> QColor:
    """Return the colour of a number of errors; one error differs from none."""
    step = round(count * float(scale.factors))
    return QColor.fromRgb(int(scale.table[min(max(step, 1), LEVELS - 1) if count else 0]))


def _lab(colour: QColor) -> Floats:
    linear = srgb_to_linear(np.array([colour.redF(), colour.greenF(), colour.blueF()]))
    lab: Floats = _LAB @ np.cbrt(_CONES @ linear)
    return lab
