"""Many small pictures side by side: their pixels, and where each of them lies. Numpy only.

Unlike the tiles of a mosaic they lie apart by screen pixels, so that kernels of 3x3 do not drown in
gaps, and they may have captions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import LEVELS, colour_indices, colours_for
from desktop_app.inspection.look import Scale

Pixels = NDArray[np.uint32]
"""Opaque 0xAARRGGBB; 0 where there is nothing."""


@dataclass(frozen=True)
class TileLayout:
    """Where tiles lie, in screen pixels.

    Attributes:
        count: number of tiles, at least 1.
        tile_width, tile_height: of the picture in a tile, in its own pixels.
        columns: tiles in a row, at least 1.
        zoom: screen pixels for each pixel of a picture; whole, a half between 1 and 4, or below 1.
        gap: between tiles.
        caption: height of the caption over each tile, 0 without captions.
    """

    count: int
    tile_width: int
    tile_height: int
    columns: int
    zoom: float
    gap: int
    caption: int

    @property
    def rows(self) -> int:
        """Number of rows of tiles."""
        return -(-self.count // self.columns)

    @property
    def shown_width(self) -> int:
        """Width of a tile on the screen."""
        return max(1, round(self.tile_width * self.zoom))

    @property
    def shown_height(self) -> int:
        """Height of a tile on the screen, without its caption."""
        return max(1, round(self.tile_height * self.zoom))

    @property
    def width(self) -> int:
        """Width of all tiles, with a gap all around."""
        return self.columns * (self.shown_width + self.gap) + self.gap

    @property
    def height(self) -> int:
        """Height of all tiles, with a gap all around."""
        return self.rows * (self.shown_height + self.caption + self.gap) + self.gap

    def corner(self, tile: int) -> tuple[int, int]:
        """Left and top of a tile's picture; its caption lies above."""
        row, column = divmod(tile, self.columns)
        left = self.gap + column * (self.shown_width + self.gap)
        top = self.gap + row * (self.shown_height + self.caption + self.gap) + self.caption
        return left, top

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Tile, and row and column in its picture, at a place; None beside the pictures."""
        column, across = divmod(int(x) - self.gap, self.shown_width + self.gap)
        row, down = divmod(int(y) - self.gap, self.shown_height + self.caption + self.gap)
        down -= self.caption
        tile = row * self.columns + column
        inside = 0 <= across < self.shown_width and 0 <= down < self.shown_height
        if not (inside and 0 <= column < self.columns and row >= 0 and tile < self.count):
            return None
        in_row = min(int(down * self.tile_height / self.shown_height), self.tile_height - 1)
        in_column = min(int(across * self.tile_width / self.shown_width), self.tile_width - 1)
        return tile, in_row, in_column


@dataclass(frozen=True)
class Room:
    """What tiles may take, in screen pixels.

    Attributes:
        width, height: of the view.
        least: the longer side of a tile is never smaller: rather the tiles go on below the view.
        most: nor larger, as far as whole pixels allow.
        gap: between tiles.
        caption: height of the captions, 0 without.
        columns: tiles in a row; 0 for as many as make them largest.
    """

    width: int
    height: int
    least: int
    most: int
    gap: int
    caption: int = 0
    columns: int = 0


def layout_in(room: Room, count: int, tile_width: int, tile_height: int) -> TileLayout:
    """The layout whose tiles come out largest; higher than the room where they would be too small."""
    longer = max(tile_width, tile_height)
    one = TileLayout(count, tile_width, tile_height, 1, 1.0, room.gap, room.caption)
    largest = max(1.0, room.most / longer)

    def zoomed(columns: int) -> TileLayout:
        rows = -(-count // columns)
        across = (room.width - room.gap) / columns - room.gap
        down = (room.height - room.gap) / rows - room.gap - room.caption
        zoom = min(across / tile_width, down / tile_height, largest)
        if zoom < 1:
            # In whole pixels: rounded up, many tiles together would exceed the room.
            zoom = int(zoom * longer) / longer
        return replace(one, columns=columns, zoom=steady_zoom(max(zoom, 0.0)))

    # For every number of rows, the fewest columns that suffice: full rows, no stragglers.
    columns = sorted({-(-count // rows) for rows in range(1, count + 1)})
    if room.columns:
        columns = [min(room.columns, count)]
    best = max(map(zoomed, columns), key=lambda layout: (layout.zoom, layout.columns))
    if best.zoom * longer >= room.least:
        return best
    return _going_on_below(room, one, columns[0] if room.columns else 0)


def _going_on_below(room: Room, one: TileLayout, columns: int) -> TileLayout:
    """The layout of tiles that are as small as they may be, or a little larger to fill the width."""
    zoom = room.least / max(one.tile_width, one.tile_height)
    zoom = float(np.ceil(zoom)) if zoom > 1 else zoom
    width = max(1, round(one.tile_width * zoom)) + room.gap
    columns = columns or min(one.count, max(1, (room.width - room.gap) // width))
    across = (room.width - room.gap) / columns - room.gap
    return replace(one, columns=columns, zoom=max(zoom, steady_zoom(max(across, 1.0) / one.tile_width)))


def steady_zoom(zoom: float) -> float:
    """The zoom to paint with: one at which all pixels come out alike, or below 1 whatever fits."""
    if zoom >= 4:
        return float(int(zoom))
    return int(2 * zoom) / 2 if zoom >= 1 else zoom


def scale_between(low: float, high: float) -> Scale:
    """The scale of values in low..high, in the colours of value_tiles()."""
    factor = (LEVELS - 1) / (high - low)
    return Scale(low, high, colours_for(low), np.asarray(factor, dtype=np.float32), -low * factor)


def value_tiles(values: NDArray[np.float32], low: float, high: float) -> Pixels:
    """Values in the colours of their range.

    Args:
        values: float32 (n, height, width).
        low: the value of the first colour; below 0 for the diverging map.
        high: the value of the last colour.

    Returns:
        uint32 (n, height, width).
    """
    pixels: Pixels = colours_for(low)[colour_indices(values, low, high)]
    return pixels


def picture_tiles(pictures: NDArray[np.uint8]) -> Pixels:
    """Grey pictures or coloured ones.

    Args:
        pictures: uint8 (n, height, width, 1 or 3).

    Returns:
        uint32 (n, height, width).
    """
    wide = pictures.astype(np.uint32)
    red, green, blue = (wide[..., min(i, wide.shape[3] - 1)] for i in range(3))
    pixels: Pixels = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return pixels
