"""The main button of a view."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QPushButton

from desktop_app.views.parts.theme import STEP, mixed


class PrimaryButton(QPushButton):
    """A push button in the accent colour; a disabled one has the normal style."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint background, text, and a ring while it has the keyboard focus."""
        if not self.isEnabled():
            super().paintEvent(event)
            return
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = palette.color(QPalette.ColorRole.Accent)
        text = palette.color(QPalette.ColorRole.HighlightedText)
        strength = 0.2 if self.isDown() else 0.1 if self.underMouse() else 0.0
        area = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(accent, palette.color(QPalette.ColorRole.WindowText), strength))
        painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        painter.setPen(text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(text, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(2, 2, -2, -2), STEP / 3, STEP / 3)
