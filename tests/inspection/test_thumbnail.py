from __future__ import annotations

import numpy as np
import pytest

from desktop_app.inspection.colour import DIVERGING, SEQUENTIAL
from desktop_app.inspection.thumbnail import colour_thumbnail, thumbnail


def test_first_four_maps_are_a_square() -> None:
    activation = np.random.default_rng(0).random((12, 12, 64), dtype=np.float32)
    image = thumbnail(activation, 40)
    assert image is not None
    assert image.shape == (25, 25)
    high = float(activation[:, :, :4].max())
    for channel, (top, left) in enumerate(((0, 0), (0, 13), (13, 0), (13, 13))):
        tile = image[top : top + 12, left : left + 12]
        expected = SEQUENTIAL[np.rint(activation[:, :, channel] / high * 255).astype(int)]
        assert (tile == expected).mean() > 0.99  # rounding of float32 may differ
    assert (image[12] == 0).all()


def test_single_map_fills_the_thumbnail() -> None:
    activation = np.zeros((28, 28, 1), dtype=np.float32)
    activation[3, 5, 0] = -2
    image = thumbnail(activation, 56)
    assert image is not None
    assert image.shape == (28, 28)
    assert image[3, 5] == DIVERGING[0]
    assert image[0, 0] == DIVERGING[128]


def test_small_maps_show_more_channels() -> None:
    image = thumbnail(np.ones((4, 4, 128), dtype=np.float32), 56)
    assert image is not None
    assert image.shape == (24, 24)
    few = thumbnail(np.ones((1, 1, 16), dtype=np.float32), 56)
    assert few is not None
    assert few.shape == (4, 4)


def test_large_maps_keep_thin_lines() -> None:
    activation = np.zeros((300, 200, 1), dtype=np.float32)
    activation[151, :, 0] = 1
    image = thumbnail(activation, 56)
    assert image is not None
    assert max(image.shape) <= 70
    assert (image == SEQUENTIAL[255]).any(axis=0).all()


def test_units_are_bars() -> None:
    image = thumbnail(np.array([1.0, 0.5], dtype=np.float32), 40)
    assert image is not None
    assert image.shape == (40, 40)
    assert (image[:, :20] == SEQUENTIAL[255]).all()
    assert (image[:20, 20:] == 0).all()
    assert (image[20:, 20:] == SEQUENTIAL[128]).all()
    many = thumbnail(np.ones(5000, dtype=np.float32), 40)
    assert many is not None
    assert many.shape == (40, 40)


def test_sequence_is_one_map() -> None:
    sequence = np.zeros((20, 30), dtype=np.float32)
    sequence[4, 7] = 1
    image = thumbnail(sequence, 56)
    assert image is not None
    assert image.shape == (20, 30)
    assert image[4, 7] == SEQUENTIAL[255]


@pytest.mark.parametrize("shape", [(), (2, 2, 2, 2), (0,), (4, 4, 0)])
def test_other_ranks_have_no_thumbnail(shape: tuple[int, ...]) -> None:
    assert thumbnail(np.zeros(shape, dtype=np.float32), 40) is None


def test_values_that_are_not_finite_have_a_thumbnail() -> None:
    for shape in ((5, 5, 4), (7,)):
        activation = np.ones(shape, dtype=np.float32)
        activation.flat[0] = np.nan
        activation.flat[1] = np.inf
        assert thumbnail(activation, 40) is not None


def test_colour_thumbnail_has_the_colours_of_the_input() -> None:
    model_input = np.zeros((40, 60, 3), np.float32)
    model_input[..., 1] = 1
    made = colour_thumbnail(model_input, 30)
    assert made.shape == (20, 30)
    assert (made == 0xFF00FF00).all()
