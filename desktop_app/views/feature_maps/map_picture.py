"""The picture of a layer's maps: made once for an activation, painted through a viewport."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from desktop_app.inspection.colour_settings import Maps, Scale
from desktop_app.inspection.mosaic import tiled
from desktop_app.inspection.tiles import Grid
from desktop_app.networks.arithmetic import Position
from desktop_app.views.feature_maps.map_marks import numbers, silent_marks
from desktop_app.views.feature_maps.viewport import Viewport
from desktop_app.views.parts.pixels import image_of
from desktop_app.views.parts.text_style import TextStyle as Lettering

NUMBER_CELL = 34
"""Side of a value's square, in device-independent pixels, from which its number is written in it."""

_MOST_NUMBERS = 700
_SMALLEST_MARKED = 7
_SMALLEST_LINED = 4


@dataclass(frozen=True, eq=False)
class MapPicture:
    """Maps laid out in a grid, with their colours.

    Attributes:
        maps: what is shown.
        scale: their colours.
        grid: one for their shape.
        rank: of the activation: 3, or 2 or 1 where it was made into maps.
    """

    maps: Maps
    scale: Scale
    grid: Grid
    rank: int = 3

    # --- places ---

    def position_at(self, content: QPointF) -> Position | None:
        """Index into the activation of the value at a place of the mosaic."""
        found = self.grid.locate(content.x(), content.y())
        if found is None:
            return None
        channel, row, column = found
        return {1: (channel,), 2: (row, column)}.get(self.rank, (row, column, channel))

    def part_of(self, position: Position) -> QRectF | None:
        """The square of a value in the mosaic; None where the activation has no such position."""
        place = self._place_of(position)
        if place is None:
            return None
        channel, row, column = place
        left, top = self.grid.corner(channel)
        return QRectF(left + column, top + row, 1, 1)

    def channel_of(self, position: Position) -> int | None:
        """The map in which a position lies."""
        place = self._place_of(position)
        return None if place is None else place[0]

    def part_of_map(self, channel: int) -> QRectF:
        """The tile of a channel in the mosaic."""
        left, top = self.grid.corner(channel)
        return QRectF(left, top, self.grid.tile_width, self.grid.tile_height)

    def beside(self, position: Position, right: int, down: int) -> Position:
        """The position so many values farther on, across gaps; the same at the edges of the mosaic."""
        part = self.part_of(position)
        if part is None:
            return position
        at = part.center() + QPointF(right, down)
        found = self.position_at(at) or self.position_at(at + QPointF(right, down) * self.grid.gap)
        return found or position

    def _place_of(self, position: Position) -> tuple[int, int, int] | None:
        if len(position) != self.rank:
            return None
        place = {1: (*position, 0, 0), 2: (0, *position)}.get(self.rank, (*position[2:], *position[:2]))
        channel, row, column = place
        inside = (0 <= row < self.grid.tile_height) and (0 <= column < self.grid.tile_width)
        return (channel, row, column) if inside and 0 <= channel < self.grid.count else None

    # --- painting ---

    def paint(self, painter: QPainter, viewport: Viewport, ratio: float, letters: Lettering) -> None:
        """Paint what the viewport shows.

        Args:
            painter: to paint with, in device-independent pixels.
            viewport: where, in screen pixels.
            ratio: screen pixels for each device-independent pixel.
            letters: for numbers, and the colour between tiles.
        """
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        grid = self.grid
        # Whole pixels stay sharp; where several values share a pixel, all of them count.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, viewport.zoom < 1)
        painter.drawImage(viewport.area, image_of(self._pixels))
        if grid.gap == 0:
            self._paint_lines(painter, viewport, ratio, letters.line)
        painter.restore()
        self._paint_marks(painter, viewport, ratio)
        if viewport.zoom >= NUMBER_CELL * ratio:
            self._paint_numbers(painter, viewport, ratio, letters)

    @cached_property
    def _pixels(self) -> NDArray[np.uint32]:
        return tiled(self.maps, self.scale, self.grid)

    @cached_property
    def _silent(self) -> NDArray[np.bool_]:
        return self.maps.silent()

    def _paint_lines(self, painter: QPainter, viewport: Viewport, ratio: float, colour: QColor) -> None:
        """Lines between tiles that lie without a gap, over the edges of both."""
        grid, area, zoom = self.grid, viewport.area, viewport.zoom
        width, height = grid.tile_width * zoom, grid.tile_height * zoom
        if max(width, height) < _SMALLEST_LINED:
            return
        thickness = max(1, round(min(2 * ratio, zoom / 3)))
        left, top = round(area.left()), round(area.top())
        last_row = grid.count - (grid.rows - 1) * grid.columns
        for i in range(1, grid.columns):
            # Where the last row has no tiles there is nothing to divide.
            high = round((grid.rows if i <= last_row else grid.rows - 1) * height)
            painter.fillRect(left + round(i * width) - thickness // 2, top, thickness, high, colour)
        for i in range(1, grid.rows):
            y = top + round(i * height) - thickness // 2
            painter.fillRect(left, y, round(area.width()), thickness, colour)

    def _paint_marks(self, painter: QPainter, viewport: Viewport, ratio: float) -> None:
        """Strike through what says nothing; single values show by themselves that they are 0."""
        grid, zoom = self.grid, viewport.zoom / ratio
        side = min(grid.tile_width, grid.tile_height) * zoom
        if self.maps.planes[0].size == 1 or side < _SMALLEST_MARKED or not self._silent.any():
            return
        rows, columns = np.divmod(np.flatnonzero(self._silent), grid.columns)
        wide, high = grid.pitch
        x = (columns * wide + grid.tile_width / 2) * zoom - viewport.left / ratio
        y = (rows * high + grid.tile_height / 2) * zoom - viewport.top / ratio
        seen = (y > -side) & (y < viewport.height / ratio + side)
        silent_marks(painter, zip(x[seen].tolist(), y[seen].tolist(), strict=True), side)

    def _paint_numbers(self, painter: QPainter, viewport: Viewport, ratio: float, letters: Lettering) -> None:
        seen = viewport.seen
        if seen.width() * seen.height() > _MOST_NUMBERS:
            return
        for channel in self._seen_channels(viewport):
            left, top = self.grid.corner(channel)
            part = self.part_of_map(channel).intersected(seen).toAlignedRect()
            rows, columns = slice(part.top(), part.bottom() + 1), slice(part.left(), part.right() + 1)
            plane = self.maps.planes[channel]
            values = plane[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
            area = scaled(viewport.area_of(QRectF(part)), 1 / ratio)
            numbers(painter, letters.small, values, self._pixels[rows, columns], area)

    def _seen_channels(self, viewport: Viewport) -> list[int]:
        """Channels of which something is seen."""
        seen, grid = viewport.seen, self.grid
        wide, high = grid.pitch
        columns = range(int(seen.left() // wide), min(int(-(-seen.right() // wide)), grid.columns))
        rows = range(int(seen.top() // high), min(int(-(-seen.bottom() // high)), grid.rows))
        channels = (row * grid.columns + column for row in rows for column in columns)
        return [channel for channel in channels if channel < grid.count]


def scaled(area: QRectF, factor: float) -> QRectF:
    """The same area in larger or smaller pixels."""
    return QRectF(area.left() * factor, area.top() * factor, area.width() * factor, area.height() * factor)
