"""Drawings of the output shapes of layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.views.parts.text_style import TextStyle
from desktop_app.views.parts.theme import mixed

_MOST_SHEETS = 6
_OFFSET = 2.5
_LEAST = 5.0
_ROW = 7.0
_SMALLEST_POWER, _LARGEST_POWER = 1, 13


@dataclass(frozen=True, eq=False)
class LayerShapes:
    """Paints feature maps as sheets, in proportion to the model input, and vectors as bars.

    Attributes:
        info: the network.
        text_style: fonts and colours.
    """

    info: NetworkInfo
    text_style: TextStyle

    def paint(self, painter: QPainter, number: int, square: QRectF) -> None:
        """Paint the output shape of a layer in the middle of a square."""
        shape = self.info.layers[number].shape
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.text_style.quiet, 1))
        painter.setBrush(mixed(self.text_style.window, self.text_style.accent, 0.18))
        if len(shape) == 3:
            self._paint_sheets(painter, shape[0], shape[1], shape[2], square)
        else:
            share = (math.log2(max(shape[-1], 2)) - _SMALLEST_POWER) / (_LARGEST_POWER - _SMALLEST_POWER)
            length = square.height() * (0.2 + 0.8 * min(1.0, share))
            bar = QRectF(0, 0, _ROW, length)
            bar.moveCenter(square.center())
            painter.drawRoundedRect(bar, 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_sheets(
        self, painter: QPainter, height: int, width: int, channels: int, square: QRectF
    ) -> None:
        """Paint one sheet for each doubling of the channels."""
        sheets = min(_MOST_SHEETS, 1 + int(math.log2(max(1, channels))))
        available = square.height() - (_MOST_SHEETS - 1) * _OFFSET
        largest = max(self.info.input_shape[:2])
        sheet = QRectF(
            0, 0, max(_LEAST, available * width / largest), max(_LEAST, available * height / largest)
        )
        spread = (sheets - 1) * _OFFSET / 2
        for number in range(sheets):
            offset = spread - number * _OFFSET
            sheet.moveCenter(square.center() + QPointF(offset, -offset))
            painter.drawRect(sheet)
