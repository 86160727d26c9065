"""Layout of tiles of one size, and their colours.

Tiles on the screen have gaps in screen pixels and may have captions; tiles of a mosaic (see
inspection.mosaic) have gaps in pixels of the mosaic.
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
"""Opaque 0xAARRGGBB, or 0."""


@dataclass(frozen=True)
class Grid:
    """Positions of tiles of one size in rows; all lengths in the same pixels.

    Attributes:
        count: number of tiles, at least 1.
        tile_width, tile_height: size of a tile.
        columns: tiles in a row, at least 1.
        gap: space between tiles.
        margin: space around all tiles.
        caption: height of the caption above each tile.
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
        """Distances from one tile to the next: horizontal, vertical."""
        return self.tile_width + self.gap, self.tile_height + self.caption + self.gap

    @property
    def width(self) -> int:
        """Total size, margin included."""
        return self.columns * self.pitch[0] - self.gap + 2 * self.margin

    @property
    def height(self) -> int:
        """Total size, margin included."""
        return self.rows * self.pitch[1] - self.gap + 2 * self.margin

    def corner(self, tile: int) -> tuple[int, int]:
        """Return left and top of a tile, below its caption."""
        row, column = divmod(tile, self.columns)
        return self.margin + column * self.pitch[0], self.margin + row * self.pitch[1] + self.caption

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return tile, row and column of the pixel at a position; None outside of the tiles."""
        tile_column, column = divmod(math.floor(x) - self.margin, self.pitch[0])
        tile_row, row = divmod(math.floor(y) - self.margin, self.pitch[1])
        tile, row = tile_row * self.columns + tile_column, row - self.caption
        inside = 0 <= column < self.tile_width and 0 <= row < self.tile_height
        if not (inside and 0 <= tile_column < self.columns and tile_row >= 0 and tile < self.count):
            return None
        return tile, row, column


def best_columns(count: int, size: Callable[[int, int], float]) -> int:
    """Return the number of columns with the largest tiles; of several, the largest number.

    Args:
        count: number of tiles, at least 1.
        size: returns the size of a tile for numbers of columns and rows.
    """
    # The fewest columns for each number of rows.
    columns = {-(-count // rows) for rows in range(1, count + 1)}
    return max(columns, key=lambda each: (size(each, -(-count // each)), each))


@dataclass(frozen=True)
class TileLayout:
    """Layout of zoomed tiles, in screen pixels.

    Attributes:
        count: number of tiles, at least 1.
        tile_width, tile_height: size of the image of a tile, in image pixels.
        columns: tiles in a row, at least 1.
        zoom: screen pixels for each image pixel; see `round_zoom`.
        gap: space between and around tiles.
        caption: height of the caption above each tile, 0 without captions.
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
        """The tiles in screen pixels."""
        width, height = self.shown_width, self.shown_height
        return Grid(self.count, width, height, self.columns, self.gap, self.gap, self.caption)

    def locate(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return tile, row and column of the image pixel at a position; None outside of the tiles."""
        found = self.grid.locate(x, y)
        if found is None:
            return None
        tile, down, across = found
        row = min(int(down * self.tile_height / self.shown_height), self.tile_height - 1)
        column = min(int(across * self.tile_width / self.shown_width), self.tile_width - 1)
        return tile, row, column


@dataclass(frozen=True)
class TileArea:
    """Area for tiles and limits of their size, in screen pixels.

    Attributes:
        width, height: size of the view.
        min_side: minimum of the longer side of a tile; the tiles scroll if they need more height.
        max_side: maximum of the longer side, except for tiles that are larger without zoom.
        gap: space between tiles.
        caption: height of the captions, 0 without captions.
        columns: tiles in a row; 0 for the number with the largest tiles.
    """

    width: int
    height: int
    min_side: int
    max_side: int
    gap: int
    caption: int
    columns: int


def fit_tiles(area: TileArea, count: int, tile_width: int, tile_height: int) -> TileLayout:
    """Return the layout with the largest tiles; it exceeds the height of the area if they are too small."""
    longer = max(tile_width, tile_height)
    single = TileLayout(count, tile_width, tile_height, 1, 1.0, area.gap, area.caption)
    largest = max(1.0, area.max_side / longer)

    def zoomed(columns: int) -> TileLayout:
        rows = -(-count // columns)
        width = (area.width - area.gap) / columns - area.gap
        height = (area.height - area.gap) / rows - area.gap - area.caption
        zoom = min(width / tile_width, height / tile_height, largest)
        if zoom < 1:
            # Rounded down to whole pixels, so that many tiles do not exceed the area.
            zoom = int(zoom * longer) / longer
        return replace(single, columns=columns, zoom=round_zoom(max(zoom, 0.0)))

    columns = min(area.columns, count)
    best = zoomed(columns or best_columns(count, lambda each, _: zoomed(each).zoom))
    return best if best.zoom * longer >= area.min_side else _scrolling_layout(area, single, columns)


def _scrolling_layout(area: TileArea, single: TileLayout, columns: int) -> TileLayout:
    """Return the layout with tiles of the minimum size, or slightly larger to fill the width."""
    longer = max(single.tile_width, single.tile_height)
    zoom = area.min_side / longer
    if zoom > 1:
        zoom = float(np.ceil(zoom)) if zoom > 4 else float(np.ceil(2 * zoom)) / 2
    width = max(1, round(single.tile_width * zoom)) + area.gap
    columns = columns or min(single.count, max(1, (area.width - area.gap) // width))
    available = (area.width - area.gap) / columns - area.gap
    filling = min(max(available, 1.0) / single.tile_width, 2 * area.min_side / longer)
    return replace(single, columns=columns, zoom=max(zoom, round_zoom(filling)))


def round_zoom(zoom: float) -> float:
    """Round a zoom down: to halves below 4, else to whole numbers; unchanged below 1."""
    if zoom >= 4:
        return float(int(zoom))
    return int(2 * zoom) / 2 if zoom >= 1 else zoom


def scale_between(low: float, high: float) -> Scale:
    """Return the scale of values in low..high, with the colours of `value_tiles`."""
    factor = (LEVELS - 1) / (high - low)
    return Scale(low, high, colours_for(low), np.asarray(factor, dtype=np.float32), -low * factor)


def value_tiles(values: NDArray[np.float32], low: float, high: float) -> Pixels:
    """Return values as colours.

    Args:
        values: float32 (n, height, width).
        low: value of the first colour; below 0 for the diverging map.
        high: value of the last colour.

    Returns:
        uint32 (n, height, width).
    """
    pixels: Pixels = colours_for(low)[colour_indices(values, low, high)]
    return pixels


def input_tiles(inputs: NDArray[np.float32]) -> Pixels:
    """Return model inputs as colours: grey inputs with the colour map of values, others unchanged.

    Args:
        inputs: float32 (n, height, width, channels) in 0..1.

    Returns:
        uint32 (n, height, width).
    """
    if inputs.shape[3] == 1:
        return value_tiles(inputs[..., 0], 0.0, 1.0)
    return image_tiles(np.rint(inputs * 255).astype(np.uint8))


def image_tiles(images: NDArray[np.uint8]) -> Pixels:
    """Return grey or RGB images as colours.

    Args:
        images: uint8 (n, height, width, 1 or 3).

    Returns:
        uint32 (n, height, width).
    """
    channels = images.astype(np.uint32)
    red, green, blue = (channels[..., min(i, channels.shape[3] - 1)] for i in range(3))
    pixels: Pixels = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return pixels
