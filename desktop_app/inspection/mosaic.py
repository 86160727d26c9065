"""All channels of a layer as one image: a grid with a tile for each channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour_settings import Maps, Scale
from desktop_app.inspection.tiles import Grid, best_columns

GAP = 1
"""Transparent space between tiles, in pixels of the mosaic."""

_MIN_TILE_WITH_GAP = 10


def _gap_for(tile_height: int, tile_width: int) -> int:
    """Return the gap between tiles of this size.

    Small tiles have no gap, because a pixel would be a large part of a tile; views draw lines between
    them instead.
    """
    return GAP if max(tile_height, tile_width) >= _MIN_TILE_WITH_GAP else 0


def best_grid(shape: tuple[int, int, int], width: int, height: int) -> Grid:
    """Return the grid with the largest tiles in a panel of width x height pixels.

    Args:
        shape: (height, width, channels) of the activation.
        width, height: size of the panel in pixels.
    """
    tile_height, tile_width, channels = shape
    gap = _gap_for(tile_height, tile_width)

    def grid(columns: int) -> Grid:
        return Grid(channels, tile_width, tile_height, columns, gap)

    return grid(best_columns(channels, lambda columns, _: _fitting_zoom(grid(columns), width, height)))


def legible_grid(shape: tuple[int, int, int], width: int, height: int, min_side: float) -> tuple[Grid, float]:
    """Return the grid and the zoom for a panel; it must scroll if all tiles would be too small.

    Args:
        shape: (height, width, channels) of the activation.
        width, height: size of the panel in pixels.
        min_side: minimum of the longer side of a tile, in pixels.
    """
    grid = best_grid(shape, width, height)
    zoom = _fitting_zoom(grid, width, height)
    side = max(shape[:2])
    if side * zoom >= min_side or grid.count == 1:
        return grid, zoom
    zoom = min_side / side if min_side < side else float(-(-min_side // side))
    columns = int((width / zoom + grid.gap) // (grid.tile_width + grid.gap))
    return replace(grid, columns=min(max(columns, 1), grid.count)), zoom


def _fitting_zoom(grid: Grid, width: int, height: int) -> float:
    """Return the zoom at which a whole mosaic fits a panel."""
    return integer_zoom(min(width / grid.width, height / grid.height))


def integer_zoom(zoom: float) -> float:
    """Round a zoom down to a whole number, unless it is below 1."""
    return float(int(zoom)) if zoom >= 1 else zoom


def paint_mosaic(maps: Maps, scale: Scale, grid: Grid) -> NDArray[np.uint32]:
    """Paint maps into a grid for their shape.

    Returns:
        uint32 (grid.height, grid.width), premultiplied 0xAARRGGBB, 0 between the tiles.
    """
    return arrange_tiles(scale.colours(maps.planes), grid)


def arrange_tiles(tiles: NDArray[np.uint32], grid: Grid) -> NDArray[np.uint32]:
    """Arrange coloured tiles, uint32 (channels, tile height, tile width), in a grid."""
    rows, columns = grid.rows, grid.columns
    pitch_x, pitch_y = grid.pitch
    pixels = np.zeros((rows * pitch_y, columns * pitch_x), dtype=np.uint32)
    cells = pixels.reshape(rows, pitch_y, columns, pitch_x)[:, : grid.tile_height, :, : grid.tile_width]
    full = grid.count // columns
    shape = (full, columns, grid.tile_height, grid.tile_width)
    cells[:full] = tiles[: full * columns].reshape(shape).transpose(0, 2, 1, 3)
    if rest := grid.count - full * columns:
        cells[full, :, :rest] = tiles[full * columns :].transpose(1, 0, 2)
    return np.ascontiguousarray(pixels[: grid.height, : grid.width])
