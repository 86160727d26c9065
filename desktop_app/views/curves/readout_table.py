"""Paints what is read off the curves: a table on a card beside the line at its epoch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen

from desktop_app.views.curves.readout import Readout
from desktop_app.views.parts.text_style import LEFT, RIGHT, TextStyle
from desktop_app.views.parts.theme import STEP

_GAP = 1.5 * STEP


def paint_table(painter: QPainter, style: TextStyle, readout: Readout, at: QPointF, within: QSize) -> None:
    """Paint the table to the right of a point; to its left, or higher, where there is no room."""
    small, lines = style.small, (readout.heads, *readout.rows)
    widths = [max(small.width(line[i]) for line in lines) for i in range(len(readout.heads))]
    width = sum(widths) + _GAP * (len(widths) - 1) + 2 * STEP
    height = small.height * len(lines) + STEP
    left = at.x() + _GAP
    if left + width > within.width():
        left = max(0.0, at.x() - _GAP - width)
    card = QRectF(left, min(at.y(), max(0.0, within.height() - height)), width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(style.line, 1))
    painter.setBrush(style.base)
    painter.drawRoundedRect(card, STEP / 2, STEP / 2)
    y = card.top() + (STEP + small.height) / 2
    for number, line in enumerate(lines):
        x = card.left() + STEP
        for column, (text, room) in enumerate(zip(line, widths, strict=True)):
            # Names begin at the left, numbers end at the right.
            start = QPointF(x + room if column else x, y)
            anchor = RIGHT if column else LEFT
            small.write(painter, start, text, style.text if number else style.quiet, anchor)
            x += room + _GAP
        y += small.height
