"""Contrast of colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from desktop_app.inspection import colour


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Return the WCAG contrast ratio of two colours, 1..21."""
    packed = np.array([QColor(one).rgba(), QColor(other).rgba()], dtype=np.uint32)
    return float(colour.contrast(*colour.luminance(packed)))
