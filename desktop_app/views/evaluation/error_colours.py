"""Colours for numbers of errors: from the paper to the accent in even steps of what the eye sees."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPalette

from desktop_app.inspection.colour import LEVELS, Floats, linear_of, packed_oklab
from desktop_app.inspection.colour_settings import Scale

_FIRST = 0.2
"""How far from the paper a single error is already."""

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
    table = packed_oklab(paper + (accent - paper) * share)
    table.setflags(write=True)
    table[0] = palette.color(QPalette.ColorRole.Base).rgba()
    high = float(max(most, 1))
    return Scale(0.0, high, table, np.asarray((LEVELS - 1) / high, dtype=np.float32), 0.0)


def error_colour(scale: Scale, count: int) -> QColor:
    """The colour of a number of errors; a single one is not taken for none."""
    step = round(count * float(scale.factors))
    return QColor.fromRgb(int(scale.table[min(max(step, 1), LEVELS - 1) if count else 0]))


def _lab(colour: QColor) -> Floats:
    linear = linear_of(np.array([colour.redF(), colour.greenF(), colour.blueF()]))
    lab: Floats = _LAB @ np.cbrt(_CONES @ linear)
    return lab
