"""A horizontal slider with a visible outline."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider


class Slider(QSlider):
    """A horizontal slider of the style; the theme gives it an outline by the name of its class.

    Painted sliders are other subclasses of QSlider, and keep their background.
    """

    def __init__(self) -> None:
        """Start at the smallest value."""
        super().__init__(Qt.Orientation.Horizontal)
