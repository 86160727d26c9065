"""Tiles of one size side by side: where each of them lies, and how many in a row make them largest.

Pictures on the screen lie apart by screen pixels, so that kernels of 3x3 do not drown in gaps, and
may have captions; the tiles of a mosaic (see inspection.mosaic) lie apart by its own pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import LEVELS, colour_indices, colours_for
from desktop_app.inspection.colour_settings import Scale

Pixels = NDArray[np.uint32]
"""Opaque 0xAARRGGBB; 0 where there is nothing."""


@dataclass(frozen=True)
class Grid:
    """Tiles of one size in rows, in pixels of any kind.

    Attributes:
        count: number of tiles, at least 1.
        tile_width, tile_height: of a tile.
        columns: tiles in a row, at least 1.
        gap: between tiles.
        margin: around all of them.
        caption: height of what stands over each tile.
    """

    count: int
    tile_width: int
    tile_height: int
    columns: int
    gap: int = 0
    margin: int = 0
    caption: int = 0

    @property
    def rows(self) -> int:
        """Number of rows of tiles."""
        return -(-self.count // self.columns)

    @property
    def pitch(self) -> tuple[int, int]:
        """From one tile to the next, across and down."""
        return self.tile_width + self.gap, self.tile_height + self.caption + self.gap

    @property
    def width(self) -> int:
        """Of all tiles and the margin."""
        return self.columns * self.pitch[0] - self.gap + 2 * self.margin

    @property
    def height(self) -> int:
        """Of all tiles and the margin."""
        return self.rows * self.pitch[1] - self.gap + 2 * self.margin

    def corner(self, tile: int) -> tuple[int, int]:
        """Left and top of a tile; its caption lies above."""
        row, column = divmod(tile, self.columns)
        return self.margin + column * self.pitch[0], self.margin + row * self.pitch[1] + self.caption

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Tile, and row and column of a pixel in it, at a place; None beside the tiles."""
        tile_column, column = divmod(math.floor(x) - self.margin, self.pitch[0])
        tile_row, row = divmod(math.floor(y) - self.margin, self.pitch[1])
        tile, row = tile_row * self.columns + tile_column, row - self.caption
        inside = 0 <= column < self.tile_width and 0 <= row < self.tile_height
        if not (inside and 0 <= tile_column < self.columns and tile_row >= 0 and tile < self.count):
            return None
        return tile, row, column


def best_columns(count: int, size: Callable[[int, int], float]) -> int:
    """How many of some tiles in a row make them largest; where several do, the most.

    Args:
        count: number of tiles, at least 1.
        size: of a tile, from numbers of columns and rows.
    """
    # For every number of rows, the fewest columns that suffice: full rows, no stragglers.
    columns = {-(-count // rows) for rows in range(1, count + 1)}
    return max(columns, key=lambda each: (size(each, -(-count // each)), each))


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
    def shown_width(self) -> int:
        """Width of a tile on the screen."""
        return max(1, round(self.tile_width * self.zoom))

    @property
    def shown_height(self) -> int:
        """Height of a tile on the screen, without its caption."""
        return max(1, round(self.tile_height * self.zoom))

    @property
    def grid(self) -> Grid:
        """Where the tiles lie, with a gap all around."""
        width, height = self.shown_width, self.shown_height
        return Grid(self.count, width, height, self.columns, self.gap, self.gap, self.caption)

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Tile, and row and column in its picture, at a place; None beside the pictures."""
        found = self.grid.locate(x, y)
        if found is None:
            return None
        tile, down, across = found
        row = min(int(down * self.tile_height / self.shown_height), self.tile_height - 1)
        column = min(int(across * self.tile_width / self.shown_width), self.tile_width - 1)
        return tile, row, column


@dataclass(frozen=True)
class TileArea:
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


def fit_tiles(room: TileArea, count: int, tile_width: int, tile_height: int) -> TileLayout:
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
        return replace(one, columns=columns, zoom=round_zoom(max(zoom, 0.0)))

    columns = min(room.columns, count)
    best = zoomed(columns or best_columns(count, lambda each, _: zoomed(each).zoom))
    return best if best.zoom * longer >= room.least else _going_on_below(room, one, columns)


def _going_on_below(room: TileArea, one: TileLayout, columns: int) -> TileLayout:
    """The layout of tiles that are as small as they may be, or a little larger to fill the width."""
    longer = max(one.tile_width, one.tile_height)
    zoom = room.least / longer
    zoom = float(np.ceil(zoom)) if zoom > 1 else zoom
    width = max(1, round(one.tile_width * zoom)) + room.gap
    columns = columns or min(one.count, max(1, (room.width - room.gap) // width))
    across = (room.width - room.gap) / columns - room.gap
    filling = min(max(across, 1.0) / one.tile_width, 2 * room.least / longer)
    return replace(one, columns=columns, zoom=max(zoom, round_zoom(filling)))


def round_zoom(zoom: float) -> float:
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


def input_tiles(inputs: NDArray[np.float32]) -> Pixels:
    """Model inputs: grey ones in the colours of values, others as they are.

    Args:
        inputs: float32 (n, height, width, channels) in 0..1.

    Returns:
        uint32 (n, height, width).
    """
    if inputs.shape[3] == 1:
        return value_tiles(inputs[..., 0], 0.0, 1.0)
    return image_tiles(np.rint(inputs * 255).astype(np.uint8))


def image_tiles(pictures: NDArray[np.uint8]) -> Pixels:
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
