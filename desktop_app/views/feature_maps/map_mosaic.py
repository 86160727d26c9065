"""The mosaic of the maps of a layer, painted through a viewport."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from desktop_app.inspection.colour_settings import Maps, Scale
from desktop_app.inspection.mosaic import paint_mosaic
from desktop_app.inspection.tiles import Grid
from desktop_app.networks.arithmetic import Position
from desktop_app.views.feature_maps.map_marks import paint_constant_marks, paint_numbers
from desktop_app.views.feature_maps.viewport import Viewport, scaled
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import TextStyle

NUMBER_CELL = 34
"""Minimum side of a cell with a number, in device-independent pixels."""

_MAX_NUMBERS = 700
_MIN_MARKED = 7
_MIN_TILE_WITH_LINES = 4


@dataclass(frozen=True, eq=False)
class MapMosaic:
    """Maps in a grid, with their colours.

    Attributes:
        maps: to show.
        scale: their colours.
        grid: for their shape.
        rank: of the activation: 3, or 1 or 2 if it was converted into maps.
    """

    maps: Maps
    scale: Scale
    grid: Grid
    rank: int = 3

    # --- positions ---

    def position_at(self, content: QPointF) -> Position | None:
        """Return the index into the activation at a point of the mosaic; None outside."""
        found = self.grid.locate(content.x(), content.y())
        if found is None:
            return None
        channel, row, column = found
        return {1: (channel,), 2: (row, column)}.get(self.rank, (row, column, channel))

    def square_of(self, position: Position) -> QRectF | None:
        """Return the cell of a value in the mosaic; None for invalid positions."""
        indices = self._indices_of(position)
        if indices is None:
            return None
        channel, row, column = indices
        left, top = self.grid.corner(channel)
        return QRectF(left + column, top + row, 1, 1)

    def channel_of(self, position: Position) -> int | None:
        """Return the map of a position; None for invalid positions."""
        indices = self._indices_of(position)
        return None if indices is None else indices[0]

    def tile_of(self, channel: int) -> QRectF:
        """Return the tile of a channel in the mosaic."""
        left, top = self.grid.corner(channel)
        return QRectF(left, top, self.grid.tile_width, self.grid.tile_height)

    def neighbour(self, position: Position, right: int, down: int) -> Position:
        """Return the position some values away, across gaps; the same position at the edges."""
        part = self.square_of(position)
        if part is None:
            return position
        at = part.center() + QPointF(right, down)
        found = self.position_at(at) or self.position_at(at + QPointF(right, down) * self.grid.gap)
        return found or position

    def _indices_of(self, position: Position) -> tuple[int, int, int] | None:
        if len(position) != self.rank:
            return None
        indices = {1: (*position, 0, 0), 2: (0, *position)}.get(self.rank, (*position[2:], *position[:2]))
        channel, row, column = indices
        inside = (0 <= row < self.grid.tile_height) and (0 <= column < self.grid.tile_width)
        return (channel, row, column) if inside and 0 <= channel < self.grid.count else None

    # --- painting ---

    def paint(self, painter: QPainter, viewport: Viewport, ratio: float, style: TextStyle) -> None:
        """Paint what the viewport shows.

        Args:
            painter: in device-independent pixels.
            viewport: in screen pixels.
            ratio: screen pixels per device-independent pixel.
            style: font of numbers, and the colour between tiles.
        """
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        grid = self.grid
        # Enlarged pixels stay sharp; reduced ones are averaged.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom < 1)
        if grid.gap:
            self._paint_gaps(painter, viewport, style.line)
        painter.drawImage(viewport.area, image_of(self._pixels))
        if grid.gap == 0:
            self._paint_lines(painter, viewport, ratio, style.line)
        painter.restore()
        self._paint_marks(painter, viewport, ratio)
        if viewport.zoom >= NUMBER_CELL * ratio:
            self._paint_numbers(painter, viewport, ratio, style)

    @cached_property
    def _pixels(self) -> NDArray[np.uint32]:
        return paint_mosaic(self.maps, self.scale, self.grid)

    @cached_property
    def _silent(self) -> NDArray[np.bool_]:
        return self.maps.constant_channels()

    def _paint_gaps(self, painter: QPainter, viewport: Viewport, colour: QColor) -> None:
        """Paint the gaps between tiles: dark tiles on a dark window would have no edges."""
        grid, area, zoom = self.grid, viewport.area, viewport.zoom
        wide, high = grid.pitch
        last_row = grid.count - (grid.rows - 1) * grid.columns
        # Beside missing tiles of the last row there are no gaps.
        for columns, rows in ((grid.columns, grid.rows - 1), (last_row, grid.rows)):
            width, height = columns * wide - grid.gap, max(0, rows * high - grid.gap)
            painter.fillRect(QRectF(area.left(), area.top(), width * zoom, height * zoom), colour)

    def _paint_lines(self, painter: QPainter, viewport: Viewport, ratio: float, colour: QColor) -> None:
        """Paint lines between tiles without a gap, over the edges of both."""
        grid, area, zoom = self.grid, viewport.area, viewport.zoom
        width, height = grid.tile_width * zoom, grid.tile_height * zoom
        if max(width, height) < _MIN_TILE_WITH_LINES:
            return
        thickness = max(1, round(min(2 * ratio, zoom / 3)))
        left, top = round(area.left()), round(area.top())
        last_row = grid.count - (grid.rows - 1) * grid.columns
        for i in range(1, grid.columns):
            # No line beside missing tiles of the last row.
            high = round((grid.rows if i <= last_row else grid.rows - 1) * height)
            painter.fillRect(left + round(i * width) - thickness // 2, top, thickness, high, colour)
        for i in range(1, grid.rows):
            y = top + round(i * height) - thickness // 2
            painter.fillRect(left, y, round(area.width()), thickness, colour)

    def _paint_marks(self, painter: QPainter, viewport: Viewport, ratio: float) -> None:
        """Mark constant maps, unless they have a single value."""
        grid, zoom = self.grid, viewport.zoom / ratio
        side = min(grid.tile_width, grid.tile_height) * zoom
        if self.maps.planes[0].size == 1 or side < _MIN_MARKED or not self._silent.any():
            return
        rows, columns = np.divmod(np.flatnonzero(self._silent), grid.columns)
        wide, high = grid.pitch
        x = (columns * wide + grid.tile_width / 2) * zoom - viewport.left / ratio
        y = (rows * high + grid.tile_height / 2) * zoom - viewport.top / ratio
        visible = (y > -side) & (y < viewport.height / ratio + side)
        paint_constant_marks(painter, zip(x[visible].tolist(), y[visible].tolist(), strict=True), side)

    def _paint_numbers(self, painter: QPainter, viewport: Viewport, ratio: float, style: TextStyle) -> None:
        visible = viewport.visible
        if visible.width() * visible.height() > _MAX_NUMBERS:
            return
        for channel in self._visible_channels(viewport):
            left, top = self.grid.corner(channel)
            part = self.tile_of(channel).intersected(visible).toAlignedRect()
            rows, columns = slice(part.top(), part.bottom() + 1), slice(part.left(), part.right() + 1)
            plane = self.maps.planes[channel]
            values = plane[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
            area = scaled(viewport.area_of(QRectF(part)), 1 / ratio)
            paint_numbers(painter, style.small, values, self._pixels[rows, columns], area)

    def _visible_channels(self, viewport: Viewport) -> list[int]:
        """Return the channels that are at least partly visible."""
        visible, grid = viewport.visible, self.grid
        wide, high = grid.pitch
        columns = range(int(visible.left() // wide), min(int(-(-visible.right() // wide)), grid.columns))
        rows = range(int(visible.top() // high), min(int(-(-visible.bottom() // high)), grid.rows))
        channels = (row * grid.columns + column for row in rows for column in columns)
        return [channel for channel in channels if channel < grid.count]
