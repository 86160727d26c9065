"""Marks on pictures of values: outlines, what says nothing, numbers in their cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_app.gui.lettering import MIDDLE, Type
from desktop_app.gui.numerals import numeral
from desktop_app.inspection.look import Values

_DARK, _LIGHT = QColor("#10141a"), QColor("#ffffff")
_BRIGHT = 140.0
_SHADE = QColor(0, 0, 0, 150)


def outline(painter: QPainter, area: QRectF, colour: QColor) -> None:
    """A frame about an area, with an edge that shows on every colour."""
    around = area.adjusted(-1, -1, 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_LIGHT, 3.5), QPen(colour, 1.75)):
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(around)


def dashed_outline(painter: QPainter, area: QRectF) -> None:
    """A frame of dashes about an area: here the keyboard is."""
    around = area.adjusted(-1, -1, 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_LIGHT, 2.5))
    painter.drawRect(around)
    dashes = QPen(_DARK, 2.5)
    dashes.setDashPattern([1.5, 1.5])
    painter.setPen(dashes)
    painter.drawRect(around)


def silent_mark(painter: QPainter, area: QRectF) -> None:
    """A stroke across a map that says nothing, light with a dark edge: it shows on every colour."""
    inset = min(area.width(), area.height()) * 0.3
    inner = area.adjusted(inset, inset, -inset, -inset)
    line = QLineF(inner.bottomLeft(), inner.topRight())
    for pen in (QPen(_SHADE, 3), QPen(QColor(255, 255, 255, 200), 1.25)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(line)


def text_colour(ground: int) -> QColor:
    """What can be read on a colour 0xAARRGGBB."""
    colour = QColor.fromRgb(ground)
    luma = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return _DARK if luma > _BRIGHT else _LIGHT


def numbers(painter: QPainter, kind: Type, values: Values, grounds: NDArray[np.uint32], area: QRectF) -> None:
    """Write values into their cells.

    Args:
        painter: to paint with.
        kind: of the numbers.
        values: float32 (rows, columns).
        grounds: uint32 (rows, columns), the colours of the cells.
        area: of all cells.
    """
    height, width = area.height() / values.shape[0], area.width() / values.shape[1]
    rows = zip(values.tolist(), grounds.tolist(), strict=True)
    for row, (row_values, row_grounds) in enumerate(rows):
        middle = area.top() + (row + 0.5) * height
        for column, (value, ground) in enumerate(zip(row_values, row_grounds, strict=True)):
            at = QPointF(area.left() + (column + 0.5) * width, middle)
            kind.write(painter, at, short_number(value), text_colour(ground), MIDDLE)


def short_number(value: float) -> str:
    """A number of few characters, for a small cell: two digits that count."""
    return numeral(float(f"{value:.2g}"))
