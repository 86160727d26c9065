"""One large picture of a layer, alive: a single map, or three channels in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.inspection.colour_settings import ColourSettings, Maps, measure, scale_of
from desktop_app.inspection.mosaic import whole_zoom
from desktop_app.inspection.three_channels import Channels, in_colour
from desktop_app.views.feature_maps.map_marks import silent_marks
from desktop_app.views.parts.number_grid import outline
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.theme import STEP

Activation = NDArray[np.float32]
Pixels = NDArray[np.uint32]


class LivePicture(PointedView):
    """Paints what a subclass makes of an activation, when it is painted and not before."""

    preferred_size = QSize(24 * STEP, 24 * STEP)
    minimum_size = QSize(6 * STEP, 6 * STEP)

    clicked = Signal(int, int)
    """The row and the column that the user chose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without an activation."""
        super().__init__(parent)
        self._activation: Activation | None = None
        self._look = ColourSettings()
        self._pixels: Pixels | None = None
        self._marked: tuple[int, int] | None = None

    def pixels_of(self, maps: Maps, look: ColourSettings) -> Pixels:
        """The picture, uint32 (height, width), 0xAARRGGBB."""
        raise NotImplementedError

    def is_silent(self, maps: Maps) -> bool:
        """Whether the picture says nothing and is to be struck through."""
        return False

    def set_activation(self, activation: Activation | None, look: ColourSettings) -> None:
        """The activation to paint, float32 (height, width, channels), or none."""
        self._activation, self._look, self._pixels = activation, look, None
        self.update()

    def set_marked(self, place: tuple[int, int] | None) -> None:
        """Outline a value, by row and column, or none."""
        if place != self._marked:
            self._marked = place
            self.update()

    def locate(self, position: QPointF) -> tuple[int, int] | None:
        """Row and column of the value at a place of the widget."""
        if self._activation is None:
            return None
        area = self.area()
        height, width = self._activation.shape[:2]
        row = int((position.y() - area.top()) // (area.height() / height))
        column = int((position.x() - area.left()) // (area.width() / width))
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    def press(self, found: tuple[int, int]) -> None:
        """Chooses a value."""
        self.clicked.emit(*found)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """The picture, or an empty frame."""
        if self._activation is None:
            painter.setPen(self.text_style.line)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            return
        maps = measure(self._activation)
        if self._pixels is None:
            self._pixels = np.ascontiguousarray(self.pixels_of(maps, self._look))
        image, area = image_of(self._pixels), self.area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, area.width() < image.width())
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
        outline(painter, self.text_style, value.adjusted(-1, -1, 1, 1), 1.75)

    def area(self) -> QRectF:
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

    def pixels_of(self, maps: Maps, look: ColourSettings) -> Pixels:
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

    def pixels_of(self, maps: Maps, look: ColourSettings) -> Pixels:
        """The three in one."""
        return in_colour(maps, self._channels, look)
