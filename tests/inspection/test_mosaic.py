from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.inspection.colour import DIVERGING, SEQUENTIAL
from desktop_app.inspection.colour_settings import ColourSettings, Scale, measure, scale_of
from desktop_app.inspection.mosaic import best_grid, integer_zoom, legible_grid, paint_mosaic
from desktop_app.inspection.tiles import Grid


def painted(activation: NDArray[np.float32], grid: Grid) -> tuple[NDArray[np.uint32], Scale]:
    maps = measure(activation)
    scale = scale_of(maps, ColourSettings())
    return paint_mosaic(maps, scale, grid), scale


def test_locate_finds_every_painted_value() -> None:
    rng = np.random.default_rng(1)
    activation = rng.random((3, 4, 5), dtype=np.float32)
    activation[0, 0, 0] = 1.0
    grid = Grid(count=5, tile_height=3, tile_width=4, columns=2, gap=1)
    pixels, _ = painted(activation, grid)
    assert pixels.shape == (grid.height, grid.width) == (11, 9)
    located = set()
    for y in range(grid.height):
        for x in range(grid.width):
            found = grid.locate(x, y)
            if found is None:
                assert pixels[y, x] == 0
                continue
            channel, row, column = found
            located.add(found)
            index = round(float(activation[row, column, channel]) * 255)
            assert pixels[y, x] == SEQUENTIAL[index]
    assert len(located) == activation.size


def test_negative_values_have_diverging_colours() -> None:
    activation = np.array([-2.0, 0.0, 1.0], dtype=np.float32).reshape(1, 1, 3)
    pixels, scale = painted(activation, Grid(3, 1, 1, 3, gap=1))
    assert (scale.low, scale.high) == (-2.0, 2.0)
    assert pixels[0, 0] == DIVERGING[0]
    assert pixels[0, 2] == DIVERGING[128]


def test_locate_finds_nothing_in_gaps_and_outside() -> None:
    grid = Grid(count=3, tile_height=2, tile_width=2, columns=2, gap=1)
    assert grid.locate(0, 0) == (0, 0, 0)
    assert grid.locate(2, 0) is None  # the gap
    assert grid.locate(4.9, 1.9) == (1, 1, 1)
    assert grid.locate(3, 3) is None  # where a fourth channel would be
    assert grid.locate(-1, 0) is None
    assert grid.locate(0, grid.height) is None


@given(
    shape=st.tuples(st.integers(1, 28), st.integers(1, 28), st.integers(1, 130)),
    width=st.integers(100, 2000),
    height=st.integers(50, 600),
)
def test_best_grid_has_the_largest_tiles(shape: tuple[int, int, int], width: int, height: int) -> None:
    def zoom(grid: Grid) -> float:
        return integer_zoom(min(width / grid.width, height / grid.height))

    best = best_grid(shape, width, height)
    assert best.rows * best.columns >= shape[2] > (best.rows - 1) * best.columns
    others = (replace(best, columns=columns) for columns in range(1, shape[2] + 1))
    assert zoom(best) == max(map(zoom, others))


def test_small_tiles_have_no_gaps() -> None:
    assert best_grid((9, 9, 20), 400, 300).gap == 0
    assert best_grid((10, 3, 20), 400, 300).gap == 1
    grid = best_grid((2, 2, 6), 60, 40)
    assert [grid.locate(x, 0) for x in range(4)] == [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1)]


def test_corners_are_the_first_pixels_of_channels() -> None:
    grid = Grid(count=7, tile_height=3, tile_width=4, columns=3, gap=1)
    for channel in range(7):
        assert grid.locate(*grid.corner(channel)) == (channel, 0, 0)


@given(
    shape=st.tuples(st.integers(1, 28), st.integers(1, 28), st.integers(1, 600)),
    width=st.integers(60, 2000),
    height=st.integers(40, 600),
)
def test_legible_grid_has_the_minimum_tile_size(shape: tuple[int, int, int], width: int, height: int) -> None:
    grid, zoom = legible_grid(shape, width, height, 30)
    assert grid.rows * grid.columns >= shape[2]
    fits = grid.width * zoom <= width and grid.height * zoom <= height
    assert fits or zoom == integer_zoom(zoom)
    if shape[2] > 1:
        assert max(shape[:2]) * zoom >= 30
        assert grid.width * zoom <= width or grid.columns == 1


@pytest.mark.parametrize(("zoom", "whole"), [(3.9, 3.0), (1.0, 1.0), (0.4, 0.4)])
def test_integer_zoom_is_a_whole_number_from_1(zoom: float, whole: float) -> None:
    assert integer_zoom(zoom) == whole
