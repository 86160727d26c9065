"""Filters or feature maps side by side, with what they are above and what their colours mean below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.tiles import best_columns, picture_tiles, scale_between, value_tiles
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP
from desktop_app.views.parts.tile_grid import TileGrid, Tiles, TileSizes, TileView

_LOW = 14 * STEP

_SIZES = TileSizes(least=12, most=8 * STEP, gap=3)

Pictures = NDArray[np.float32] | NDArray[np.uint8]


class Mosaic(QWidget):
    """Tiles in the channels' order: a filter and its map stand at the same place of two mosaics."""

    pointed_at = Signal(object)
    """Channel, row and column under the mouse, or None."""
    chosen = Signal(int)
    """The channel that the user wants to see framed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start without tiles; name is for those who do not see."""
        super().__init__(parent)
        self._pictures: Pictures | None = None
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

    def show_pictures(self, title: str, pictures: Pictures | None, hint: str = "") -> None:
        """Show small pictures: uint8 (n, height, width, 3), or float32 (n, height, width) in colours.

        Without any, a hint at what would fill the place.
        """
        self._title.set_text(title)
        self._grid.set_hint(hint)
        self._pictures = pictures
        if pictures is None or not len(pictures):
            self._legend.set_scale(None)
            self._grid.set_tiles(None)
            return
        self._arrange()
        if pictures.ndim == 4:
            self._legend.set_scale(None)
            self._grid.set_tiles(Tiles(picture_tiles(pictures.astype(np.uint8, copy=False))))
        else:
            values = pictures.astype(np.float32, copy=False)
            low, high = value_range(values)
            self._legend.set_scale(scale_between(low, high))
            self._grid.set_tiles(Tiles(value_tiles(values, low, high)))

    def set_chosen(self, channel: int | None) -> None:
        """Frame a channel, or none."""
        tiles = self._grid.tiles
        fits = channel is not None and tiles is not None and channel < len(tiles.pixels)
        self._grid.set_chosen(channel if fits else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tiles find new places."""
        super().resizeEvent(event)
        # Where it is low, colours tell enough without their scale.
        self._legend.setVisible(self.height() >= _LOW)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Some tiles, and the legend."""
        return QSize(14 * STEP, 10 * STEP)

    def _arrange(self) -> None:
        """So many in a row that square tiles would come out largest, whatever shape they have."""
        if self._pictures is not None and len(self._pictures):
            wide, high = self._view.viewport().size().toTuple()
            columns = best_columns(len(self._pictures), lambda across, down: min(wide / across, high / down))
            self._grid.set_columns(columns)
