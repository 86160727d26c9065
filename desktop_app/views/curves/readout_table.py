"""Painting of a readout: a table beside the line at its epoch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen

from desktop_app.views.curves.readout import Readout
from desktop_app.views.parts.text_style import LEFT, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

_GAP = 1.5 * STEP


def paint_table(painter: QPainter, style: TextStyle, readout: Readout, point: QPointF, size: QSize) -> None:
    """Paint the table to the right of a point, or to its left or higher if there is no room."""
    small, lines = style.small, (readout.titles, *readout.rows)
    widths = [max(small.width(line[i]) for line in lines) for i in range(len(readout.titles))]
    width = sum(widths) + _GAP * (len(widths) - 1) + 2 * STEP
    height = small.height * len(lines) + STEP
    left = point.x() + _GAP
    if left + width > size.width():
        left = max(0.0, point.x() - _GAP - width)
    card = QRectF(left, min(point.y(), max(0.0, size.height() - height)), width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.line, 1))
    painter.setBrush(style.base)
    painter.drawRoundedRect(card, STEP / 2, STEP / 2)
    y = card.top() + (STEP + small.height) / 2
    for number, line in enumerate(lines):
        x = card.left() + STEP
        for column, (text, column_width) in enumerate(zip(line, widths, strict=True)):
            # Names are left-aligned, numbers right-aligned.
            start = QPointF(x + column_width if column else x, y)
            anchor = RIGHT if column else LEFT
            small.write(painter, start, text, style.text if number else style.quiet, anchor)
            x += column_width + _GAP
        y += small.height
