"""Rows of bars: values of channels, each row with its own range."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter

from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.painted import ChoosingView
from desktop_app.views.parts.theme import STEP, mixed

Rows = Mapping[str, NDArray[np.float32]]


class BarRows(ChoosingView):
    """Rows of bars up or down from a zero line."""

    preferred_size = QSize(60 * STEP, 24 * STEP)
    minimum_size = QSize(12 * STEP, 8 * STEP)

    def __init__(self) -> None:
        """Start without bars."""
        super().__init__()
        self._rows: Rows = MappingProxyType({})

    def set_rows(self, rows: Rows) -> None:
        """Show values, float32 (channels,), by the name of the row; all of the same length."""
        self._rows = rows
        self._choice = None
        self.update()

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(next(iter(self._rows.values()))) if self._rows else 0

    def count_and_columns(self) -> tuple[int, int]:
        """Return the number of channels, and 0: they are in one row."""
        return self.count, 0

    def number_of(self, found: int) -> int:
        """Return the channel itself."""
        return found

    def locate(self, position: QPointF) -> int | None:
        """Return the channel at a point of the widget, or None."""
        channel = int(position.x() * self.count // max(1, self.width())) if self.count else -1
        return channel if 0 <= channel < self.count and 0 <= position.y() < self.height() else None

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the rows below each other, with name and range above each."""
        if not self._rows:
            return
        height = self.height() / len(self._rows)
        small = self.text_style.small
        for number, (name, values) in enumerate(self._rows.items()):
            top = number * height
            low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
            text = self.tr("{name}: {low} to {high}").format(
                name=name, low=numeral(float(values.min())), high=numeral(float(values.max()))
            )
            small.write(painter, QPointF(0, top + small.height / 2), text, self.text_style.quiet)
            area = QRectF(0, top + small.height + 2, self.width(), max(4.0, height - small.height - STEP))
            self._paint_row(painter, values, area, (low, high if high > low else low + 1.0))

    def _paint_row(
        self, painter: QPainter, values: NDArray[np.float32], area: QRectF, ends: tuple[float, float]
    ) -> None:
        (low, high), style = ends, self.text_style
        quiet = mixed(style.text, style.window, 0.35)
        pitch = area.width() / len(values)
        gap = 1.0 if pitch >= 4 else 0.0
        scale = area.height() / (high - low)
        zero = area.top() + high * scale
        if self._choice is not None:
            column = QRectF(self._choice * pitch, area.top(), pitch - gap, area.height())
            painter.fillRect(column, style.line)
        for channel, value in enumerate(values.tolist()):
            bar = QRectF(channel * pitch, zero - value * scale, pitch - gap, value * scale).normalized()
            painter.fillRect(bar, style.accent if channel == self._choice else quiet)
        painter.fillRect(QRectF(0, zero, area.width(), 1), style.quiet)
