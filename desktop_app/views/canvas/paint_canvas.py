"""Painting the border of the canvas, its hint, the pen of the keyboard and the cursor of the eraser."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QFont, QPainter, QPalette, QPen, QPixmap

from desktop_app.views.parts.theme import STEP, caption_font


def paint_border(painter: QPainter, square: QRectF, palette: QPalette, strong: bool) -> None:
    """Paint the border inside the square of the canvas; strong: the keyboard draws."""
    width = 2.0 if strong else 1.0
    role = QPalette.ColorRole.Accent if strong else QPalette.ColorRole.Dark
    painter.setPen(QPen(palette.color(role), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRect(square.adjusted(inset, inset, -inset, -inset))


def paint_canvas_hint(
    painter: QPainter, square: QRectF, palette: QPalette, font: QFont, texts: tuple[str, str]
) -> None:
    """Paint the hint on an empty canvas: the first text large, the second small."""
    centre = Qt.AlignmentFlag.AlignHCenter
    large = QFont(font)
    large.setPointSizeF(font.pointSizeF() * 2)
    painter.setFont(large)
    painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
    middle = square.center().y()
    upper = QRectF(square.left(), middle - 6 * STEP, square.width(), 6 * STEP)
    lower = QRectF(square.left(), middle + STEP / 2, square.width(), 4 * STEP)
    painter.drawText(upper, centre | Qt.AlignmentFlag.AlignBottom, texts[0])
    painter.setFont(caption_font(font))
    painter.drawText(lower, centre | Qt.AlignmentFlag.AlignTop, texts[1])


def paint_keyboard_pen(
    painter: QPainter, at: tuple[float, float], radius: float, palette: QPalette, is_down: bool
) -> None:
    """Paint the pen of the keyboard as a ring with cross hairs, filled while it is down; in canvas units."""
    accent = palette.color(QPalette.ColorRole.Accent)
    painter.setPen(QPen(accent, 1.5))
    painter.setBrush(accent if is_down else Qt.BrushStyle.NoBrush)
    middle = QPointF(*at)
    painter.drawEllipse(middle, radius, radius)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        direction = QPointF(dx, dy)
        painter.drawLine(middle + direction * (radius + 3), middle + direction * (radius + 10))


def eraser_cursor(diameter: float, palette: QPalette) -> QCursor:
    """Return a ring of a diameter in device-independent pixels."""
    side = max(8, round(diameter) + 4)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for role, width in ((QPalette.ColorRole.Base, 3), (QPalette.ColorRole.Text, 1.5)):
        painter.setPen(QPen(palette.color(role), width))
        painter.drawEllipse(QRectF(2, 2, side - 4, side - 4))
    painter.end()
    return QCursor(pixmap)
