from __future__ import annotations

import numpy as np
import pytest

from desktop_app.inspection.colour import DIVERGING, SEQUENTIAL
from desktop_app.inspection.thumbnail import thumbnail


def test_the_first_four_maps_in_a_square() -> None:
    activation = np.random.default_rng(0).random((12, 12, 64), dtype=np.float32)
    picture = thumbnail(activation, 40)
    assert picture is not None
    assert picture.shape == (25, 25)
    high = float(activation[:, :, :4].max())
    for channel, (top, left) in enumerate(((0, 0), (0, 13), (13, 0), (13, 13))):
        tile = picture[top : top + 12, left : left + 12]
        expected = SEQUENTIAL[np.rint(activation[:, :, channel] / high * 255).astype(int)]
        assert (tile == expected).mean() > 0.99  # float32 may fall on the other side of a half
    assert (picture[12] == 0).all()


def test_a_single_map_is_shown_alone() -> None:
    activation = np.zeros((28, 28, 1), dtype=np.float32)
    activation[3, 5, 0] = -2
    picture = thumbnail(activation, 56)
    assert picture is not None
    assert picture.shape == (28, 28)
    assert picture[3, 5] == DIVERGING[0]
    assert picture[0, 0] == DIVERGING[128]


def test_small_maps_show_more_channels() -> None:
    picture = thumbnail(np.ones((4, 4, 128), dtype=np.float32), 56)
    assert picture is not None
    assert picture.shape == (24, 24)
    few = thumbnail(np.ones((1, 1, 16), dtype=np.float32), 56)
    assert few is not None
    assert few.shape == (4, 4)


def test_large_maps_keep_thin_lines() -> None:
    activation = np.zeros((300, 200, 1), dtype=np.float32)
    activation[151, :, 0] = 1
    picture = thumbnail(activation, 56)
    assert picture is not None
    assert max(picture.shape) <= 70
    assert (picture == SEQUENTIAL[255]).any(axis=0).all()


def test_units_are_bars() -> None:
    picture = thumbnail(np.array([1.0, 0.5], dtype=np.float32), 40)
    assert picture is not None
    assert picture.shape == (40, 40)
    assert (picture[:, :20] == SEQUENTIAL[255]).all()
    assert (picture[:20, 20:] == 0).all()
    assert (picture[20:, 20:] == SEQUENTIAL[128]).all()
    many = thumbnail(np.ones(5000, dtype=np.float32), 40)
    assert many is not None
    assert many.shape == (40, 40)


def test_a_sequence_is_one_picture() -> None:
    sequence = np.zeros((20, 30), dtype=np.float32)
    sequence[4, 7] = 1
    picture = thumbnail(sequence, 56)
    assert picture is not None
    assert picture.shape == (20, 30)
    assert picture[4, 7] == SEQUENTIAL[255]


@pytest.mark.parametrize("shape", [(), (2, 2, 2, 2), (0,), (4, 4, 0)])
def test_what_is_no_picture_has_none(shape: tuple[int, ...]) -> None:
    assert thumbnail(np.zeros(shape, dtype=np.float32), 40) is None


def test_values_that_are_no_numbers_do_no_harm() -> None:
    for shape in ((5, 5, 4), (7,)):
        activation = np.ones(shape, dtype=np.float32)
        activation.flat[0] = np.nan
        activation.flat[1] = np.inf
        assert thumbnail(activation, 40) is not None
