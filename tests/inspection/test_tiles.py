from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.inspection.colour import DIVERGING, SEQUENTIAL
from desktop_app.inspection.tiles import (
    Grid,
    TileArea,
    TileLayout,
    best_columns,
    fit_tiles,
    image_tiles,
    round_zoom,
    scale_between,
    value_tiles,
)

AREAS = st.builds(
    TileArea,
    width=st.integers(60, 2000),
    height=st.integers(40, 1200),
    min_side=st.integers(1, 40),
    max_side=st.integers(40, 400),
    gap=st.integers(0, 8),
    caption=st.integers(0, 20),
    columns=st.just(0),
)


@given(AREAS, st.integers(1, 600), st.integers(1, 40), st.integers(1, 40))
def test_tiles_fit_the_area_or_have_the_minimum_size(
    area: TileArea, count: int, width: int, height: int
) -> None:
    layout = fit_tiles(area, count, width, height)
    assert layout.count == count
    assert 1 <= layout.columns <= count
    assert layout.grid.rows * layout.columns >= count
    assert max(layout.shown_width, layout.shown_height) <= max(
        area.max_side, width, height, area.min_side * 2
    )
    if layout.grid.height > area.height + layout.grid.rows:
        assert layout.zoom * max(width, height) <= max(2 * area.min_side, area.min_side + max(width, height))
        assert layout.grid.width <= area.width + layout.columns or layout.columns == 1


@given(AREAS, st.integers(1, 50), st.integers(1, 12), st.integers(1, 12), st.data())
def test_locate_finds_every_painted_pixel(
    area: TileArea, count: int, width: int, height: int, data: st.DataObject
) -> None:
    layout = fit_tiles(area, count, width, height)
    tile = data.draw(st.integers(0, count - 1))
    column, row = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    left, top = layout.grid.corner(tile)
    x = left + (column + 0.5) * layout.shown_width / width
    y = top + (row + 0.5) * layout.shown_height / height
    found = layout.locate(x, y)
    assert found is not None
    assert found[0] == tile
    if layout.zoom >= 1:
        assert found[1:] == (row, column)


def test_locate_finds_nothing_in_gaps_and_captions() -> None:
    layout = TileLayout(count=3, tile_width=4, tile_height=2, columns=2, zoom=5.0, gap=3, caption=7)
    assert (layout.grid.width, layout.grid.height) == (2 * 23 + 3, 2 * 20 + 3)
    assert layout.grid.corner(2) == (3, 3 + 20 + 7)
    assert layout.locate(3, 10) == (0, 0, 0)
    assert layout.locate(22, 19) == (0, 1, 3)
    for x, y in ((2, 12), (23, 12), (10, 9), (10, 20), (30, 35), (-1, 12), (12, -1), (60, 12)):
        assert layout.locate(x, y) is None


@pytest.mark.parametrize(
    ("zoom", "expected"),
    [(0.7, 0.7), (1.0, 1.0), (1.4, 1.0), (1.7, 1.5), (3.99, 3.5), (4.9, 4.0), (11.2, 11.0)],
)
def test_round_zoom_makes_all_pixels_equally_large(zoom: float, expected: float) -> None:
    assert round_zoom(zoom) == expected


def test_value_tiles_have_the_colours_of_the_scale() -> None:
    values = np.array([[[-2.0, 0.0, 1.0]]], dtype=np.float32)
    signed = value_tiles(values, -2.0, 2.0)
    assert signed[0, 0, 0] == DIVERGING[0]
    assert signed[0, 0, 2] == DIVERGING[191]
    assert (value_tiles(np.abs(values), 0.0, 2.0)[0, 0] == SEQUENTIAL[[255, 0, 128]]).all()
    scale = scale_between(-2.0, 2.0)
    assert (scale.colours(values) == signed).all()
    assert (scale.low, scale.high, scale.zero) == (-2.0, 2.0, 127.5)


def test_image_tiles_keep_the_colours() -> None:
    images = np.array([[[[1, 2, 3], [255, 0, 128]]]], dtype=np.uint8)
    assert image_tiles(images).tolist() == [[[0xFF010203, 0xFFFF0080]]]
    assert image_tiles(images[..., :1]).tolist() == [[[0xFF010101, 0xFFFFFFFF]]]


@given(st.integers(1, 200), st.integers(1, 2000), st.integers(1, 2000))
def test_best_columns_give_the_largest_tiles(count: int, width: int, height: int) -> None:
    def size(columns: int, rows: int) -> float:
        return min(width / columns, height / rows)

    best = best_columns(count, size)
    rows = -(-count // best)
    assert best == -(-count // rows), "fewer columns suffice"
    assert size(best, rows) == max(size(each, -(-count // each)) for each in range(1, count + 1))


def test_best_columns_is_the_largest_of_equally_good_numbers() -> None:
    assert best_columns(6, lambda columns, rows: 1.0) == 6
    assert best_columns(6, lambda columns, rows: -abs(columns - rows)) == 3


@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_grid_locates_every_tile_pixel_once(
    count: int, columns: int, gap: int, margin: int, caption: int
) -> None:
    grid = Grid(count, 3, 2, columns, gap, margin, caption)
    found = [grid.locate(x + 0.5, y + 0.5) for y in range(grid.height) for x in range(grid.width)]
    inside = [each for each in found if each is not None]
    assert len(inside) == len(set(inside)) == count * 3 * 2
    for tile in range(count):
        left, top = grid.corner(tile)
        assert grid.locate(left, top) == (tile, 0, 0)
        assert margin <= left <= grid.width - margin - 3
        assert margin + caption <= top <= grid.height - margin - 2
    assert grid.locate(-0.5, margin + caption) is None
