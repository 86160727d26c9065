"""Thumbnails of many layers in one image, for those that are seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop_app.inspection.thumbnail import thumbnail
from desktop_app.views.parts.pixels import image_of

_SHARP = 0.9
"""Of the room for a thumbnail, what whole pixels must fill."""
_EVEN_ENOUGH = 2
"""Screen pixels for each value, from which one more or less does not show."""


class LayerThumbnails:
    """The thumbnails of some layers, each in a square of one strip of pixels."""

    def __init__(
        self, activations: Mapping[str, NDArray[np.float32]], layers: Iterable[str], side: int
    ) -> None:
        """Make thumbnails of these layers that fit a square of side pixels."""
        made = {name: thumbnail(activations[name], side) for name in layers if name in activations}
        pictures = {name: picture for name, picture in made.items() if picture is not None}
        height = max((picture.shape[0] for picture in pictures.values()), default=1)
        width = sum(picture.shape[1] for picture in pictures.values()) or 1
        self._pixels = np.zeros((height, width), dtype=np.uint32)
        self._places: dict[str, QRectF] = {}
        left = 0
        for name, picture in pictures.items():
            high, wide = picture.shape
            self._pixels[:high, left : left + wide] = picture
            self._places[name] = QRectF(left, 0, wide, high)
            left += wide
        self._image = image_of(self._pixels)

    def __contains__(self, layer: str) -> bool:
        """Whether a layer has a thumbnail."""
        return layer in self._places

    def paint(self, painter: QPainter, layer: str, square: QRectF, ratio: float) -> None:
        """Paint a layer's thumbnail into its square, as large as fits.

        Args:
            painter: to paint with.
            layer: one that has a thumbnail.
            square: where, in device-independent pixels.
            ratio: screen pixels for each of these.
        """
        place = self._places[layer]
        zoom = min(square.width() / place.width(), square.height() / place.height()) * ratio
        # Values are sharp squares, unless much of the room would stay empty or few pixels uneven.
        if zoom >= 1 and int(zoom) >= _SHARP * zoom:
            zoom = int(zoom)
        is_uneven = zoom != int(zoom) and zoom < _EVEN_ENOUGH
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_uneven)
        area = QRectF(0, 0, place.width() * zoom / ratio, place.height() * zoom / ratio)
        area.moveCenter(square.center())
        area.moveTo(round(area.left() * ratio) / ratio, round(area.top() * ratio) / ratio)
        painter.drawImage(area, self._image, place)
