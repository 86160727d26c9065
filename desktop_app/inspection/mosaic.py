"""All channels of a layer as one image: a grid of tiles, one tile a channel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.look import Maps, Scale

GAP = 1
"""Transparent pixels between tiles, in pixels of the mosaic."""

_SMALL_TILE = 10


@dataclass(frozen=True)
class Grid:
    """Where each channel's tile lies in a mosaic, in its pixels.

    Attributes:
        channels: number of tiles, at least 1.
        tile_height, tile_width: size of one feature map.
        columns: tiles in a row, 1..channels.
        gap: pixels between tiles.
    """

    channels: int
    tile_height: int
    tile_width: int
    columns: int
    gap: int = GAP

    @property
    def rows(self) -> int:
        """Number of rows of tiles."""
        return -(-self.channels // self.columns)

    @property
    def width(self) -> int:
        """Width of the mosaic, without a gap at its right edge."""
        return self.columns * (self.tile_width + self.gap) - self.gap

    @property
    def height(self) -> int:
        """Height of the mosaic, without a gap at its lower edge."""
        return self.rows * (self.tile_height + self.gap) - self.gap

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Channel, row and column of the value under a mosaic pixel, or None in a gap or outside."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return None
        tile_column, column = divmod(int(x), self.tile_width + self.gap)
        tile_row, row = divmod(int(y), self.tile_height + self.gap)
        channel = tile_row * self.columns + tile_column
        if column >= self.tile_width or row >= self.tile_height or channel >= self.channels:
            return None
        return channel, row, column

    def corner(self, channel: int) -> tuple[int, int]:
        """X and y of the first pixel of a channel's tile."""
        row, column = divmod(channel, self.columns)
        return column * (self.tile_width + self.gap), row * (self.tile_height + self.gap)


def gap_for(tile_height: int, tile_width: int) -> int:
    """The gap between tiles of this size: none where a mosaic pixel would be a large part of a tile.

    Whoever paints small tiles draws lines between them instead.
    """
    return GAP if max(tile_height, tile_width) >= _SMALL_TILE else 0


def best_grid(shape: tuple[int, int, int], width: int, height: int) -> Grid:
    """The grid whose tiles come out largest in a panel of width x height pixels.

    Args:
        shape: (height, width, channels) of the activation.
        width: of the panel, in pixels; so is height.
    """
    tile_height, tile_width, channels = shape
    gap = gap_for(tile_height, tile_width)

    def zoom(grid: Grid) -> float:
        return min(width / grid.width, height / grid.height)

    # For every number of rows, the fewest columns that suffice: full rows, no stragglers.
    columns = {-(-channels // rows) for rows in range(1, channels + 1)}
    grids = [Grid(channels, tile_height, tile_width, count, gap) for count in columns]
    return max(grids, key=lambda grid: (whole_zoom(zoom(grid)), grid.columns))


def legible_grid(shape: tuple[int, int, int], width: int, height: int, least: float) -> tuple[Grid, float]:
    """The grid and the zoom for a panel: all of it where that can be made out, else rows to scroll.

    Args:
        shape: (height, width, channels) of the activation.
        width: of the panel, in pixels; so is height.
        least: pixels that the longer side of a tile needs.
    """
    grid = best_grid(shape, width, height)
    zoom = whole_zoom(min(width / grid.width, height / grid.height))
    side = max(shape[:2])
    if side * zoom >= least or grid.channels == 1:
        return grid, zoom
    zoom = least / side if least < side else float(-(-least // side))
    columns = int((width / zoom + grid.gap) // (grid.tile_width + grid.gap))
    return replace(grid, columns=min(max(columns, 1), grid.channels)), zoom


def whole_zoom(zoom: float) -> float:
    """The zoom to paint with: a whole number, or a fraction where even 1 is too large."""
    return float(int(zoom)) if zoom >= 1 else zoom


def tiled(maps: Maps, scale: Scale, grid: Grid) -> NDArray[np.uint32]:
    """Paint measured maps into a grid made for their shape.

    Returns:
        uint32 (grid.height, grid.width), premultiplied 0xAARRGGBB, 0 where there is no map.
    """
    return arranged(scale.colours(maps.planes), grid)


def arranged(tiles: NDArray[np.uint32], grid: Grid) -> NDArray[np.uint32]:
    """Lay coloured tiles, uint32 (channels, tile height, tile width), into a grid."""
    rows, columns, gap = grid.rows, grid.columns, grid.gap
    pitch_y, pitch_x = grid.tile_height + gap, grid.tile_width + gap
    pixels = np.zeros((rows * pitch_y, columns * pitch_x), dtype=np.uint32)
    places = pixels.reshape(rows, pitch_y, columns, pitch_x)[:, : grid.tile_height, :, : grid.tile_width]
    full = grid.channels // columns
    shape = (full, columns, grid.tile_height, grid.tile_width)
    places[:full] = tiles[: full * columns].reshape(shape).transpose(0, 2, 1, 3)
    if rest := grid.channels - full * columns:
        places[full, :, :rest] = tiles[full * columns :].transpose(1, 0, 2)
    return np.ascontiguousarray(pixels[: grid.height, : grid.width])
