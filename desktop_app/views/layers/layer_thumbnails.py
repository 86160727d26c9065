"""Thumbnails of several layers in one image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from desktop_app.inspection.thumbnail import colour_thumbnail, thumbnail
from desktop_app.views.parts.pixels import image_of

_WHOLE_ZOOM_SHARE = 0.9
"""Share of the square from which a whole zoom is used."""
_EVEN_ENOUGH = 2
"""Zoom from which uneven pixels are not visible."""


class LayerThumbnails:
    """Thumbnails of layers, side by side in one image."""

    def __init__(
        self,
        activations: Mapping[str, NDArray[np.float32]],
        layers: Iterable[str],
        side: int,
        coloured: str = "",
    ) -> None:
        """Create thumbnails that fit a square of side pixels; coloured: a layer with red, green and blue."""
        made = {
            name: (colour_thumbnail if name == coloured else thumbnail)(activations[name], side)
            for name in layers
            if name in activations
        }
        pictures = {name: picture for name, picture in made.items() if picture is not None}
        height = max((picture.shape[0] for picture in pictures.values()), default=1)
        width = sum(picture.shape[1] for picture in pictures.values()) or 1
        self._pixels = np.zeros((height, width), dtype=np.uint32)
        self._areas: dict[str, QRectF] = {}
        left = 0
        for name, picture in pictures.items():
            high, wide = picture.shape
            self._pixels[:high, left : left + wide] = picture
            self._areas[name] = QRectF(left, 0, wide, high)
            left += wide
        self._image = image_of(self._pixels)

    def __contains__(self, layer: str) -> bool:
        """Return whether a layer has a thumbnail."""
        return layer in self._areas

    def paint(self, painter: QPainter, layer: str, square: QRectF, ratio: float) -> None:
        """Paint the thumbnail of a layer in a square, as large as fits.

        Args:
            painter: to paint with.
            layer: one that has a thumbnail.
            square: where, in device-independent pixels.
            ratio: screen pixels for each of these.
        """
        source = self._areas[layer]
        zoom = min(square.width() / source.width(), square.height() / source.height()) * ratio
        # A whole zoom keeps pixels sharp, unless the thumbnail would be too small.
        if zoom >= 1 and int(zoom) >= _WHOLE_ZOOM_SHARE * zoom:
            zoom = int(zoom)
        is_uneven = zoom != int(zoom) and zoom < _EVEN_ENOUGH
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_uneven)
        area = QRectF(0, 0, source.width() * zoom / ratio, source.height() * zoom / ratio)
        area.moveCenter(square.center())
        area.moveTo(round(area.left() * ratio) / ratio, round(area.top() * ratio) / ratio)
        painter.drawImage(area, self._image, source)
