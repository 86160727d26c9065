"""The outline of what lies above the window: popups and menus."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QWidget


def paint_outline(widget: QWidget) -> None:
    """Paint an outline within a paint event; that of the style cannot be seen on a dark window."""
    painter = QPainter(widget)
    painter.setPen(widget.palette().color(QPalette.ColorRole.Dark))
    painter.drawRect(widget.rect().adjusted(0, 0, -1, -1))
