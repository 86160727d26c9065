from __future__ import annotations

import numpy as np

from desktop_app.inspection.bars import bar_columns, paint_bars

RED, BLUE = 0xFFFF0000, 0xFF0000FF


def test_bars_extend_up_and_down_from_zero() -> None:
    units = np.array([2.0, -1.0, 0.0], dtype=np.float32)
    colours = np.array([RED, BLUE, RED], dtype=np.uint32)
    image = paint_bars(units, colours, 30, (-1.0, 2.0))
    assert image.shape == (30, 3)
    assert (image[:20, 0] == RED).all()
    assert (image[20:, 0] == 0).all()
    assert (image[:20, 1] == 0).all()
    assert (image[20:, 1] == BLUE).all()
    assert (image[:, 2] == 0).all()


def test_small_units_have_one_pixel() -> None:
    units = np.array([1e-6, -1e-6], dtype=np.float32)
    colours = np.array([RED, BLUE], dtype=np.uint32)
    image = paint_bars(units, colours, 10, (-1.0, 1.0))
    assert np.flatnonzero(image[:, 0]).tolist() == [4]
    assert np.flatnonzero(image[:, 1]).tolist() == [5]


def test_bar_columns_are_the_units_farthest_from_zero() -> None:
    units = np.array([0, 3, -1, -5, 2, 1, 0], dtype=np.float32)
    assert bar_columns(units, 3).tolist() == [3, -5, 2]
    assert bar_columns(units, 7) is units
    assert len(bar_columns(np.ones(1001, dtype=np.float32), 10)) == 10
