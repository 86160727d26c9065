"""All channels of a layer as one image: a grid of tiles, one tile a channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour_settings import Maps, Scale
from desktop_app.inspection.tiles import Grid, best_columns

GAP = 1
"""Transparent pixels between tiles, in pixels of the mosaic."""

_SMALL_TILE = 10


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

    def grid(columns: int) -> Grid:
        return Grid(channels, tile_width, tile_height, columns, gap)

    return grid(best_columns(channels, lambda columns, _: fitting_zoom(grid(columns), width, height)))


def legible_grid(shape: tuple[int, int, int], width: int, height: int, least: float) -> tuple[Grid, float]:
    """The grid and the zoom for a panel: all of it where that can be made out, else rows to scroll.

    Args:
        shape: (height, width, channels) of the activation.
        width: of the panel, in pixels; so is height.
        least: pixels that the longer side of a tile needs.
    """
    grid = best_grid(shape, width, height)
    zoom = fitting_zoom(grid, width, height)
    side = max(shape[:2])
    if side * zoom >= least or grid.count == 1:
        return grid, zoom
    zoom = least / side if least < side else float(-(-least // side))
    columns = int((width / zoom + grid.gap) // (grid.tile_width + grid.gap))
    return replace(grid, columns=min(max(columns, 1), grid.count)), zoom


def fitting_zoom(grid: Grid, width: int, height: int) -> float:
    """The zoom at which all of a mosaic fits a panel."""
    return integer_zoom(min(width / grid.width, height / grid.height))


def integer_zoom(zoom: float) -> float:
    """The zoom to paint with: a whole number, or a fraction where even 1 is too large."""
    return float(int(zoom)) if zoom >= 1 else zoom


def paint_mosaic(maps: Maps, scale: Scale, grid: Grid) -> NDArray[np.uint32]:
    """Paint measured maps into a grid made for their shape.

    Returns:
        uint32 (grid.height, grid.width), premultiplied 0xAARRGGBB, 0 where there is no map.
    """
    return arrange_tiles(scale.colours(maps.planes), grid)


def arrange_tiles(tiles: NDArray[np.uint32], grid: Grid) -> NDArray[np.uint32]:
    """Lay coloured tiles, uint32 (channels, tile height, tile width), into a grid."""
    rows, columns = grid.rows, grid.columns
    pitch_x, pitch_y = grid.pitch
    pixels = np.zeros((rows * pitch_y, columns * pitch_x), dtype=np.uint32)
    places = pixels.reshape(rows, pitch_y, columns, pitch_x)[:, : grid.tile_height, :, : grid.tile_width]
    full = grid.count // columns
    shape = (full, columns, grid.tile_height, grid.tile_width)
    places[:full] = tiles[: full * columns].reshape(shape).transpose(0, 2, 1, 3)
    if rest := grid.count - full * columns:
        places[full, :, :rest] = tiles[full * columns :].transpose(1, 0, 2)
    return np.ascontiguousarray(pixels[: grid.height, : grid.width])
