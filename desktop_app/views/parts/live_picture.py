"""One large picture of a layer, alive: a single map, or three channels in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.inspection.look import Look, Maps, measure, scale_of
from desktop_app.inspection.mosaic import whole_zoom
from desktop_app.inspection.three_channels import Channels, in_colour
from desktop_app.views.feature_maps.map_marks import outline, silent_marks
from desktop_app.views.parts.theme import STEP

Activation = NDArray[np.float32]
Pixels = NDArray[np.uint32]


class LivePicture(QWidget):
    """Paints what a subclass makes of an activation, when it is painted and not before."""

    pointed_at = Signal(object)
    """Row and column under the mouse, or None."""
    clicked = Signal(int, int)
    """The row and the column that the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without an activation."""
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._activation: Activation | None = None
        self._look = Look()
        self._pixels: Pixels | None = None
        self._marked: tuple[int, int] | None = None

    def pixels_of(self, maps: Maps, look: Look) -> Pixels:
        """The picture, uint32 (height, width), 0xAARRGGBB."""
        raise NotImplementedError

    def is_silent(self, maps: Maps) -> bool:
        """Whether the picture says nothing and is to be struck through."""
        return False

    def set_activation(self, activation: Activation | None, look: Look) -> None:
        """The activation to paint, float32 (height, width, channels), or none."""
        self._activation, self._look, self._pixels = activation, look, None
        self.update()

    def set_marked(self, place: tuple[int, int] | None) -> None:
        """Outline a value, by row and column, or none."""
        if place != self._marked:
            self._marked = place
            self.update()

    def place_at(self, at: QPointF) -> tuple[int, int] | None:
        """Row and column of the value at a place of the widget."""
        if self._activation is None:
            return None
        area = self._area()
        height, width = self._activation.shape[:2]
        row = int((at.y() - area.top()) // (area.height() / height))
        column = int((at.x() - area.left()) // (area.width() / width))
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    def sizeHint(self) -> QSize:
        """A large picture."""
        return QSize(24 * STEP, 24 * STEP)

    def minimumSizeHint(self) -> QSize:
        """A small one."""
        return QSize(6 * STEP, 6 * STEP)

    def changeEvent(self, event: QEvent) -> None:
        """A new palette is painted at once."""
        super().changeEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tells what lies under the mouse."""
        self.pointed_at.emit(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the mouse any more."""
        self.pointed_at.emit(None)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Chooses a value."""
        place = self.place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.clicked.emit(*place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, or an empty frame."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.window())
        if self._activation is None:
            painter.setPen(palette.color(QPalette.ColorRole.Mid))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            return
        maps = measure(self._activation)
        if self._pixels is None:
            self._pixels = np.ascontiguousarray(self.pixels_of(maps, self._look))
        height, width = self._pixels.shape
        image = QImage(self._pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        area = self._area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, area.width() < width)
        painter.drawImage(area, image)
        if self._marked is not None:
            self._paint_mark(painter, area, self._marked)
        if self.is_silent(maps):
            middle = (area.center().x(), area.center().y())
            silent_marks(painter, [middle], min(area.width(), area.height()))

    def _paint_mark(self, painter: QPainter, area: QRectF, place: tuple[int, int]) -> None:
        assert self._activation is not None
        height, width = self._activation.shape[:2]
        high, wide = area.height() / height, area.width() / width
        value = QRectF(area.left() + place[1] * wide, area.top() + place[0] * high, wide, high)
        outline(painter, value, self.palette().color(QPalette.ColorRole.Accent))

    def _area(self) -> QRectF:
        """The picture as large as whole screen pixels allow, in the middle of the upper edge."""
        assert self._activation is not None
        height, width = self._activation.shape[:2]
        ratio = self.devicePixelRatioF()
        zoom = whole_zoom(min(self.width() * ratio / width, self.height() * ratio / height)) / ratio
        left = round((self.width() - width * zoom) / 2 * ratio) / ratio
        return QRectF(left, 0, width * zoom, height * zoom)


class ChannelPicture(LivePicture):
    """One map."""

    def __init__(self, channel: int, parent: QWidget | None = None) -> None:
        """Show a channel."""
        super().__init__(parent)
        self._channel = channel

    def pixels_of(self, maps: Maps, look: Look) -> Pixels:
        """The map in the colours that it has beside the others of its layer."""
        return scale_of(maps, look).only(self._channel).colours(maps.planes[self._channel])

    def is_silent(self, maps: Maps) -> bool:
        """Whether all of the map is the same."""
        return bool(maps.silent()[self._channel])


class ColourPicture(LivePicture):
    """Three channels as red, green and blue."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with the first channel alone."""
        super().__init__(parent)
        self._channels: Channels = (0, 0, 0)

    def set_channels(self, channels: Channels) -> None:
        """The channels to show as red, green and blue."""
        self._channels = channels
        self._pixels = None
        self.update()

    def pixels_of(self, maps: Maps, look: Look) -> Pixels:
        """The three in one."""
        return in_colour(maps, self._channels, look)
