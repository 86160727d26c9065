"""All channels of a layer as one image: a grid of tiles, one tile a channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import colour_indices, colours_for, value_range

GAP = 1
"""Transparent pixels between tiles, in pixels of the mosaic."""


@dataclass(frozen=True)
class Grid:
    """Where each channel's tile lies in a mosaic, in its pixels.

    Attributes:
        channels: number of tiles, at least 1.
        tile_height, tile_width: size of one feature map.
        columns: tiles in a row, 1..channels.
    """

    channels: int
    tile_height: int
    tile_width: int
    columns: int

    @property
    def rows(self) -> int:
        """Number of rows of tiles."""
        return -(-self.channels // self.columns)

    @property
    def width(self) -> int:
        """Width of the mosaic, without a gap at its right edge."""
        return self.columns * (self.tile_width + GAP) - GAP

    @property
    def height(self) -> int:
        """Height of the mosaic, without a gap at its lower edge."""
        return self.rows * (self.tile_height + GAP) - GAP

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Channel, row and column of the value under a mosaic pixel, or None in a gap or outside."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return None
        tile_column, column = divmod(int(x), self.tile_width + GAP)
        tile_row, row = divmod(int(y), self.tile_height + GAP)
        channel = tile_row * self.columns + tile_column
        if column >= self.tile_width or row >= self.tile_height or channel >= self.channels:
            return None
        return channel, row, column


@dataclass(frozen=True, eq=False)
class Mosaic:
    """A painted grid.

    Attributes:
        pixels: uint32 (grid.height, grid.width), premultiplied 0xAARRGGBB, 0 in gaps.
        grid: where the tiles lie.
        low, high: the values that have the first and the last colour; low < 0 means diverging.
    """

    pixels: NDArray[np.uint32]
    grid: Grid
    low: float
    high: float


def best_grid(shape: tuple[int, int, int], width: int, height: int) -> Grid:
    """The grid whose tiles come out largest in a panel of width x height pixels.

    Args:
        shape: (height, width, channels) of the activation.
        width: of the panel, in pixels; so is height.
    """
    tile_height, tile_width, channels = shape

    def zoom(grid: Grid) -> float:
        return min(width / grid.width, height / grid.height)

    # For every number of rows, the fewest columns that suffice: full rows, no stragglers.
    columns = {-(-channels // rows) for rows in range(1, channels + 1)}
    grids = [Grid(channels, tile_height, tile_width, count) for count in columns]
    return max(grids, key=lambda grid: (whole_zoom(zoom(grid)), grid.columns))


def whole_zoom(zoom: float) -> float:
    """The zoom to paint with: a whole number, or a fraction where even 1 is too large."""
    return float(int(zoom)) if zoom >= 1 else zoom


def mosaic(activation: NDArray[np.float32], grid: Grid) -> Mosaic:
    """Paint an activation, float32 (height, width, channels), into a grid made for its shape."""
    low, high = value_range(activation)
    colours = colours_for(low)[colour_indices(activation, low, high)]
    tiles = np.zeros((grid.rows * grid.columns, grid.tile_height, grid.tile_width), dtype=np.uint32)
    tiles[: grid.channels] = colours.transpose(2, 0, 1)
    pixels = np.zeros(
        (grid.rows, grid.tile_height + GAP, grid.columns, grid.tile_width + GAP), dtype=np.uint32
    )
    by_row = tiles.reshape(grid.rows, grid.columns, grid.tile_height, grid.tile_width)
    pixels[:, : grid.tile_height, :, : grid.tile_width] = by_row.transpose(0, 2, 1, 3)
    flat = pixels.reshape(grid.rows * (grid.tile_height + GAP), grid.columns * (grid.tile_width + GAP))
    return Mosaic(np.ascontiguousarray(flat[: grid.height, : grid.width]), grid, low, high)
