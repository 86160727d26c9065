"""Marks on maps: outlines, pins, marks of constant maps, and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from desktop_app.inspection.colour_settings import Values
from desktop_app.views.parts.numerals import rounded_numeral
from desktop_app.views.parts.readable import DARK, LIGHT, text_colour_on
from desktop_app.views.parts.text_style import MIDDLE, TextFont

_SHADE, _STROKE = QColor(0, 0, 0, 150), QColor(255, 255, 255, 200)


def paint_dashed_outline(painter: QPainter, area: QRectF) -> None:
    """Paint the keyboard cursor: a dashed frame around an area."""
    around = area.adjusted(-1, -1, 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(LIGHT, 2.5))
    painter.drawRect(around)
    dashes = QPen(DARK, 2.5)
    dashes.setDashPattern([1.5, 1.5])
    painter.setPen(dashes)
    painter.drawRect(around)


def paint_pin(painter: QPainter, area: QRectF, pin: QPixmap, window: QColor) -> None:
    """Paint a pin on a translucent background."""
    plot_area = QColor(window)
    plot_area.setAlphaF(0.85)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(plot_area)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    margin = (area.width() - pin.deviceIndependentSize().width()) / 2
    painter.drawPixmap(area.topLeft() + QPointF(margin, margin), pin)


def paint_constant_marks(painter: QPainter, middles: Iterable[tuple[float, float]], side: float) -> None:
    """Paint a stroke across constant maps, light with a dark edge, visible on every colour.

    Args:
        painter: in device-independent pixels.
        middles: x and y of the middle of each map.
        side: shorter side of a map.
    """
    # Cached as an image: antialiased strokes take ten times as long, and there may be hundreds.
    # The device may be a printer, so its own pixels are used.
    extent = round(0.4 * side) + 4
    mark = _constant_mark(extent, painter.deviceTransform().m11())
    for x, y in middles:
        painter.drawImage(QPointF(x - extent / 2, y - extent / 2), mark)


@lru_cache(maxsize=16)
def _constant_mark(extent: int, ratio: float) -> QImage:
    pixels = round(extent * ratio)
    mark = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    mark.setDevicePixelRatio(ratio)
    mark.fill(Qt.GlobalColor.transparent)
    painter = QPainter(mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(_SHADE, 3), QPen(_STROKE, 1.25)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QLineF(2, extent - 2, extent - 2, 2))
    painter.end()
    return mark


def paint_numbers(
    painter: QPainter, kind: TextFont, values: Values, backgrounds: NDArray[np.uint32], area: QRectF
) -> None:
    """Write values into their cells.

    Args:
        painter: to paint with.
        font: of the numbers.
        values: float32 (rows, columns).
        backgrounds: uint32 (rows, columns), colours of the cells.
        area: of all cells.
    """
    height, width = area.height() / values.shape[0], area.width() / values.shape[1]
    rows = zip(values.tolist(), backgrounds.tolist(), strict=True)
    for row, (row_values, row_backgrounds) in enumerate(rows):
        middle = area.top() + (row + 0.5) * height
        for column, (value, plot_area) in enumerate(zip(row_values, row_backgrounds, strict=True)):
            at = QPointF(area.left() + (column + 0.5) * width, middle)
            kind.write(painter, at, short_number(value), text_colour_on(plot_area), MIDDLE)


def short_number(value: float) -> str:
    """Return a number with two significant digits and few characters."""
    return rounded_numeral(value, 2)
