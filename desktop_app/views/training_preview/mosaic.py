"""Grid of filters or feature maps with a title and a colour legend."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.tiles import best_columns, image_tiles, scale_between, value_tiles
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

_MIN_HEIGHT_FOR_LEGEND = 14 * STEP

_SIZES = TileSizes(least=12, most=8 * STEP, gap=3)

Images = NDArray[np.float32] | NDArray[np.uint8]


class Mosaic(QWidget):
    """Tiles in the order of channels: a filter and its feature map have the same position in two mosaics."""

    pointed_at = Signal(object)
    """The mouse has moved: channel, row and column under it, or None."""
    chosen = Signal(int)
    """Channel that the user has clicked."""

    def __init__(self, name: str) -> None:
        """Create an empty mosaic with an accessible name."""
        super().__init__()
        self._images: Images | None = None
        self._title, self._legend = Caption(), Legend()
        self._title.setObjectName("mosaic_title")
        self._grid = TileGrid(_SIZES)
        self._grid.setAccessibleName(name)
        self._grid.pointed_at.connect(self.pointed_at)
        self._grid.chosen.connect(self.chosen)
        self._view = TileView(self._grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._title)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._legend)

    def show_images(self, title: str, images: Images | None, hint: str = "") -> None:
        """Show images, uint8 (n, height, width, 3), or values, float32 (n, height, width), or a hint."""
        self._title.set_text(title)
        self._grid.set_hint(hint)
        self._images = images
        if images is None or not len(images):
            self._legend.set_scale(None)
            self._grid.set_tiles(None)
            return
        self._arrange()
        if images.ndim == 4:
            self._legend.set_scale(None)
            self._grid.set_tiles(Tiles(image_tiles(images.astype(np.uint8, copy=False))))
        else:
            values = images.astype(np.float32, copy=False)
            low, height = value_range(values)
            self._legend.set_scale(scale_between(low, height))
            self._grid.set_tiles(Tiles(value_tiles(values, low, height)))

    @property
    def pointed(self) -> tuple[int, int, int] | None:
        """Channel, row and column that are under the mouse now, or None."""
        found: tuple[int, int, int] | None = self._grid.pointed
        return found

    def set_chosen(self, channel: int | None) -> None:
        """Set the selected channel."""
        tiles = self._grid.tiles
        fits = channel is not None and tiles is not None and channel < len(tiles.pixels)
        self._grid.set_chosen(channel if fits else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the tiles."""
        super().resizeEvent(event)
        # No legend in a low mosaic.
        self._legend.setVisible(self.height() >= _MIN_HEIGHT_FOR_LEGEND)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Return room for some tiles and the legend."""
        return QSize(14 * STEP, 10 * STEP)

    def _arrange(self) -> None:
        """Set the number of columns that makes square tiles largest."""
        if self._images is not None and len(self._images):
            width, height = self._view.viewport().size().toTuple()
            columns = best_columns(len(self._images), lambda across, down: min(width / across, height / down))
            self._grid.set_sizes(replace(_SIZES, columns=columns))
