"""Numbers of channels as rows of bars, one row for each kind of number, each with its own range."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.theme import STEP, caption_font, mixed

Rows = Mapping[str, NDArray[np.float32]]


class BarRows(QWidget):
    """Paints rows of bars, up from a zero line or down from it."""

    pointed_at = Signal(object)
    """The channel under the mouse, or None."""
    chosen = Signal(int)
    """The channel that the user wants to see more of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without bars."""
        super().__init__(parent)
        self._rows: Rows = MappingProxyType({})
        self._choice: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Rows) -> None:
        """Words to float32 (channels,), all equally long; none for an empty view."""
        self._rows = rows
        self._choice = None
        self.update()

    def set_chosen(self, channel: int | None) -> None:
        """Mark a channel, or none."""
        self._choice = channel
        self.update()

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(next(iter(self._rows.values()))) if self._rows else 0

    def sizeHint(self) -> QSize:
        """Wide rather than high."""
        return QSize(60 * STEP, 24 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Enough to see that there is something."""
        return QSize(12 * STEP, 8 * STEP)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells which channel lies under the mouse."""
        self.pointed_at.emit(self.locate(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses the channel under the mouse."""
        channel = self.locate(event.position())
        if channel is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(channel)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the mouse any more."""
        self.pointed_at.emit(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose the channel beside the chosen one."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if not self.count or step is None:
            super().keyPressEvent(event)
            return
        wanted = 0 if self._choice is None else self._choice + step
        self._choose(min(max(wanted, 0), self.count - 1))

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        self.update()

    def locate(self, position: QPointF) -> int | None:
        """The channel at a place of the widget, or None."""
        channel = int(position.x() * self.count // max(1, self.width())) if self.count else -1
        return channel if 0 <= channel < self.count and 0 <= position.y() < self.height() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """One row below the other, its words and range over it."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().window())
        painter.setFont(caption_font(self.font()))
        if not self._rows:
            return
        height = self.height() / len(self._rows)
        words = QFontMetricsF(painter.font()).height()
        for number, (name, values) in enumerate(self._rows.items()):
            top = number * height
            low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
            text = self.tr("{name}: {low} to {high}").format(
                name=name, low=numeral(float(values.min())), high=numeral(float(values.max()))
            )
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(QPointF(0, top + QFontMetricsF(painter.font()).ascent()), text)
            area = QRectF(0, top + words + 2, self.width(), max(4.0, height - words - STEP))
            self._paint_row(painter, values, area, (low, high if high > low else low + 1.0))

    def _paint_row(
        self, painter: QPainter, values: NDArray[np.float32], area: QRectF, ends: tuple[float, float]
    ) -> None:
        low, high = ends
        palette = self.palette()
        quiet = mixed(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Window), 0.35)
        pitch = area.width() / len(values)
        gap = 1.0 if pitch >= 4 else 0.0
        scale = area.height() / (high - low)
        zero = area.top() + high * scale
        if self._choice is not None:
            column = QRectF(self._choice * pitch, area.top(), pitch - gap, area.height())
            painter.fillRect(column, palette.mid())
        for channel, value in enumerate(values.tolist()):
            bar = QRectF(channel * pitch, zero - value * scale, pitch - gap, value * scale).normalized()
            chosen = channel == self._choice
            colour = palette.color(QPalette.ColorRole.Accent) if chosen else quiet
            painter.fillRect(bar, QColor(colour))
        painter.fillRect(QRectF(0, zero, area.width(), 1), palette.color(QPalette.ColorRole.PlaceholderText))

    def _choose(self, channel: int) -> None:
        self.set_chosen(channel)
        self.chosen.emit(channel)
