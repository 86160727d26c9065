"""Text colours that are readable on any background."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from desktop_app.inspection.colour import DARK_TEXT, LIGHT_TEXT, dark_text_on

DARK, LIGHT = QColor.fromRgb(DARK_TEXT), QColor.fromRgb(LIGHT_TEXT)


def text_colour_on(ground: QColor | int) -> QColor:
    """Return the text colour for a background, a colour or 0xAARRGGBB."""
    colour = ground.rgb() if isinstance(ground, QColor) else ground
    return DARK if dark_text_on(np.array([colour], dtype=np.uint32))[0] else LIGHT
