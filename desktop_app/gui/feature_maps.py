"""Feature maps: every channel of a layer as one image, redrawn with every pen movement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.gui.theme import STEP
from desktop_app.inspection.colour import colour_indices, colours_for, value_range
from desktop_app.inspection.mosaic import Grid, Mosaic, best_grid, mosaic, whole_zoom

Activation = NDArray[np.float32]


class FeatureMapView(QWidget):
    """Paints one layer's activation: a mosaic of maps, or a bar for each unit of a dense layer.

    The mosaic is made when it is painted: of activations that come faster than the screen, only
    the last costs anything.
    """

    pointed_at = Signal(str)
    """What lies under the mouse, in words; empty where nothing does."""
    range_changed = Signal(float, float)
    """The values that have the first and the last colour."""
    value_chosen = Signal(object)
    """The position in the activation, (row, column, channel) or (unit,), that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without an activation."""
        super().__init__(parent)
        self.setObjectName("feature_maps")
        self.setAccessibleName(self.tr("Feature maps"))
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._activation: Activation | None = None
        self._mosaic: Mosaic | None = None
        self._grid: Grid | None = None
        self._grid_for: tuple[int, ...] = ()
        self._range = (0.0, 1.0)
        self._mouse: QPointF | None = None
        self._marked: tuple[int, ...] | None = None

    def set_activation(self, activation: Activation | None) -> None:
        """The activation to paint, float32 (height, width, channels) or (units,), or none."""
        self._activation = activation
        self._mosaic = None
        if activation is not None and (values := value_range(activation)) != self._range:
            self._range = values
            self.range_changed.emit(*values)
        if self._mouse is not None:
            self._tell()
        self.update()

    def activation(self) -> Activation | None:
        """What is painted."""
        return self._activation

    def set_marked(self, position: tuple[int, ...] | None) -> None:
        """Outline the value at a position of the activation, or none."""
        self._marked = position
        self.update()

    def sizeHint(self) -> QSize:
        """Across the window, a few rows high."""
        return QSize(100 * STEP, 24 * STEP)

    def minimumSizeHint(self) -> QSize:
        """A row of small maps."""
        return QSize(40 * STEP, 10 * STEP)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells what lies under the mouse."""
        self._mouse = event.position()
        self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses what lies under the mouse."""
        position = self.position_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self.value_chosen.emit(position)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the mouse any more."""
        self._mouse = None
        self.pointed_at.emit("")
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mosaic or the bars; without an activation, what would fill the panel."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().window())
        if self._activation is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            hint = self.tr("What each channel of the network answers appears here while you draw.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, hint)
        elif self._activation.ndim == 1:
            self._paint_bars(painter, self._activation)
        elif self._activation.ndim == 3:
            self._paint_mosaic(painter, self._activation)

    def position_at(self, place: QPointF) -> tuple[int, ...] | None:
        """Index into the activation of the value at a place of the widget, or None where none is."""
        if self._activation is None:
            return None
        if self._activation.ndim == 1:
            unit = int(place.x() / self.width() * len(self._activation))
            return (unit,) if 0 <= unit < len(self._activation) else None
        grid, area = self._placed(self._activation.shape)
        at = (place * self.devicePixelRatioF() - area.topLeft()) * (grid.width / area.width())
        found = grid.locate(at.x(), at.y())
        if found is None:
            return None
        channel, row, column = found
        return row, column, channel

    def describe(self, place: QPointF) -> str:
        """Channel or unit and value at a place of the widget, in words; empty where there is none."""
        position = self.position_at(place)
        if position is None or self._activation is None:
            return ""
        value = f"{self._activation[position]:.4g}"
        if len(position) == 1:
            return self.tr("unit {unit} · {value}").format(unit=position[0], value=value)
        row, column, channel = position
        words = self.tr("channel {channel} · row {row}, column {column} · {value}")
        return words.format(channel=channel, row=row, column=column, value=value)

    def _tell(self) -> None:
        if self._mouse is not None:
            self.pointed_at.emit(self.describe(self._mouse))

    def _placed(self, shape: tuple[int, ...]) -> tuple[Grid, QRectF]:
        """The grid for a shape and where it is painted, in screen pixels."""
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        if self._grid is None or self._grid_for != (*shape, width, height):
            self._grid = best_grid((shape[0], shape[1], shape[2]), width, height)
            self._grid_for = (*shape, width, height)
        grid = self._grid
        zoom = whole_zoom(min(width / grid.width, height / grid.height))
        return grid, QRectF(0, 0, grid.width * zoom, grid.height * zoom)

    def _paint_mosaic(self, painter: QPainter, activation: Activation) -> None:
        grid, area = self._placed(activation.shape)
        if self._mosaic is None or self._mosaic.grid is not grid:
            self._mosaic = mosaic(activation, grid)
        pixels = self._mosaic.pixels
        image = QImage(
            pixels.data,
            grid.width,
            grid.height,
            4 * grid.width,
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        painter.drawImage(area, image)
        if self._marked is not None and len(self._marked) == 3:
            row, column, channel = self._marked
            zoom = area.width() / grid.width
            left = (channel % grid.columns) * (grid.tile_width + 1) + column
            top = (channel // grid.columns) * (grid.tile_height + 1) + row
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2 * ratio))
            painter.drawRect(QRectF(left * zoom, top * zoom, zoom, zoom))

    def _paint_bars(self, painter: QPainter, units: Activation) -> None:
        """A bar for each unit, up from the zero line or down from it, in the colour of its value."""
        low, high = self._range
        colours = colours_for(low)[colour_indices(units, low, high)].tolist()
        pitch = self.width() / len(units)
        gap = 1.0 if pitch >= 4 else 0.0
        zero = self.height() * high / (high - low)
        painter.fillRect(self.rect(), QColor.fromRgba(int(colours_for(low)[128 if low < 0 else 0])))
        scale = self.height() / (high - low)
        for i, (value, colour) in enumerate(zip(units.tolist(), colours, strict=True)):
            bar = QRectF(i * pitch, zero - value * scale, pitch - gap, value * scale).normalized()
            painter.fillRect(bar, QColor.fromRgba(colour))


class Legend(QWidget):
    """The colour map with the values at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with 0 to 1."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("Legend of the colours"))
        self._low, self._high = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_range(self, low: float, high: float) -> None:
        """The values that have the first and the last colour."""
        self._low, self._high = low, high
        self.setAccessibleDescription(self.text())
        self.update()

    def text(self) -> str:
        """The range in words."""
        return self.tr("{low} to {high}").format(low=f"{self._low:.3g}", high=f"{self._high:.3g}")

    def sizeHint(self) -> QSize:
        """A short strip between two numbers."""
        return QSize(30 * STEP, 2 * STEP)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is painted at once."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Number, strip, number."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        number = 7 * STEP
        strip = QRectF(number, 0.3 * self.height(), self.width() - 2 * number, 0.4 * self.height())
        line = QRectF(self.rect())
        middle = Qt.AlignmentFlag.AlignVCenter
        right = QRectF(strip.right() + STEP, 0, number - STEP, self.height())
        left = QRectF(line.left(), 0, number - STEP, self.height())
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | middle, f"{self._low:.3g}")
        painter.drawText(right, Qt.AlignmentFlag.AlignLeft | middle, f"{self._high:.3g}")
        colours = colours_for(self._low)
        image = QImage(colours.data, len(colours), 1, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(strip, image)
