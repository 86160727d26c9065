"""Large images of a layer: a single map, or three channels in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter

from desktop_app.inspection.colour_settings import ColourSettings, Maps, measure, scale_of
from desktop_app.inspection.mosaic import integer_zoom
from desktop_app.inspection.three_channels import Channels, rgb_image
from desktop_app.views.feature_maps.map_marks import paint_constant_marks
from desktop_app.views.parts.number_grid import outline
from desktop_app.views.parts.painted import PointedView
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.theme import STEP

Activation = NDArray[np.float32]
Pixels = NDArray[np.uint32]


class LayerImage(PointedView):
    """An image of an activation, computed when it is painted."""

    preferred_size = QSize(24 * STEP, 24 * STEP)
    minimum_size = QSize(6 * STEP, 6 * STEP)

    clicked = Signal(int, int)
    """Row and column that the user chose."""

    def __init__(self) -> None:
        """Start without an activation."""
        super().__init__()
        self._activation: Activation | None = None
        self._settings = ColourSettings()
        self._pixels: Pixels | None = None
        self._marked: tuple[int, int] | None = None

    def pixels_of(self, maps: Maps, settings: ColourSettings) -> Pixels:
        """Return the image, uint32 (height, width), 0xAARRGGBB."""
        raise NotImplementedError

    def is_constant(self, maps: Maps) -> bool:
        """Return whether the image is constant and is marked as such."""
        return False

    def set_activation(self, activation: Activation | None, settings: ColourSettings) -> None:
        """Show an activation, float32 (height, width, channels), or none."""
        self._activation, self._settings, self._pixels = activation, settings, None
        self.update()

    def set_marked(self, position: tuple[int, int] | None) -> None:
        """Outline a value by row and column, or none."""
        if position != self._marked:
            self._marked = position
            self.update()

    def locate(self, position: QPointF) -> tuple[int, int] | None:
        """Return row and column of the value at a point of the widget."""
        if self._activation is None:
            return None
        area = self.area()
        height, width = self._activation.shape[:2]
        row = int((position.y() - area.top()) // (area.height() / height))
        column = int((position.x() - area.left()) // (area.width() / width))
        return (row, column) if 0 <= row < height and 0 <= column < width else None

    def press(self, found: tuple[int, int]) -> None:
        """Choose a value."""
        self.clicked.emit(*found)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Paint the image, or an empty frame."""
        if self._activation is None:
            painter.setPen(self.text_style.line)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            return
        maps = measure(self._activation)
        if self._pixels is None:
            self._pixels = np.ascontiguousarray(self.pixels_of(maps, self._settings))
        image, area = image_of(self._pixels), self.area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, area.width() < image.width())
        painter.drawImage(area, image)
        if self._marked is not None:
            self._paint_mark(painter, area, self._marked)
        if self.is_constant(maps):
            middle = (area.center().x(), area.center().y())
            paint_constant_marks(painter, [middle], min(area.width(), area.height()))

    def _paint_mark(self, painter: QPainter, area: QRectF, position: tuple[int, int]) -> None:
        assert self._activation is not None
        height, width = self._activation.shape[:2]
        high, wide = area.height() / height, area.width() / width
        value = QRectF(area.left() + position[1] * wide, area.top() + position[0] * high, wide, high)
        outline(painter, self.text_style, value.adjusted(-1, -1, 1, 1), 1.75)

    def area(self) -> QRectF:
        """Return the area of the image: as large as whole screen pixels allow, at the top, centred."""
        assert self._activation is not None
        height, width = self._activation.shape[:2]
        ratio = self.devicePixelRatioF()
        zoom = integer_zoom(min(self.width() * ratio / width, self.height() * ratio / height)) / ratio
        left = round((self.width() - width * zoom) / 2 * ratio) / ratio
        return QRectF(left, 0, width * zoom, height * zoom)


class ChannelImage(LayerImage):
    """The image of a single map."""

    def __init__(self, channel: int) -> None:
        """Show a channel."""
        super().__init__()
        self._channel = channel

    def pixels_of(self, maps: Maps, settings: ColourSettings) -> Pixels:
        """Return the map in the colours of the layer."""
        return scale_of(maps, settings).for_channel(self._channel).colours(maps.planes[self._channel])

    def is_constant(self, maps: Maps) -> bool:
        """Return whether the map is constant."""
        return bool(maps.constant_channels()[self._channel])


class ColourImage(LayerImage):
    """Three channels as red, green and blue."""

    def __init__(self) -> None:
        """Start with the first channel."""
        super().__init__()
        self._channels: Channels = (0, 0, 0)

    def set_channels(self, channels: Channels) -> None:
        """Set the channels to show as red, green and blue."""
        self._channels = channels
        self._pixels = None
        self.update()

    def pixels_of(self, maps: Maps, settings: ColourSettings) -> Pixels:
        """Return the three channels as an image."""
        return rgb_image(maps, self._channels, settings)
