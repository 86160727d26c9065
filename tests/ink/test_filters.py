"""Filters, compared with those of SciPy and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from desktop_app.ink.filters import box_mean, closing, gaussian, local_median, quantile

SHAPES = [(1, 1), (3, 40), (28, 28), (64, 45), (130, 70)]


def grey(shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return random values in 0..1."""
    return np.random.default_rng(3).random(shape, dtype=np.float32)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [3, 13, 29])
def test_closing_agrees_with_scipy(shape: tuple[int, int], size: int) -> None:
    image = grey(shape)
    expected = ndimage.grey_closing(np.pad(image, size, mode="edge"), size=(size, size))
    assert np.array_equal(closing(image, size), expected[size:-size, size:-size])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [3, 8, 60])
def test_box_mean_agrees_with_scipy(shape: tuple[int, int], size: int) -> None:
    image = grey(shape)
    expected = ndimage.uniform_filter(image, size, mode="nearest")
    assert np.abs(box_mean(image, size) - expected).max() < 1e-6


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sigma", [0.07, 0.5, 2.5, 4.8])
def test_gaussian_agrees_with_scipy(shape: tuple[int, int], sigma: float) -> None:
    image = grey(shape)
    expected = ndimage.gaussian_filter(image, sigma, mode="nearest")
    assert np.abs(gaussian(image, sigma) - expected).max() < 1e-6


@pytest.mark.parametrize("shape", SHAPES)
def test_local_median_at_every_pixel_agrees_with_scipy(shape: tuple[int, int]) -> None:
    image = grey(shape)
    expected = ndimage.median_filter(image, size=9, mode="nearest")
    assert np.array_equal(local_median(image, 9, max(shape)), expected)


@pytest.mark.parametrize("places", [16, 20, 31])
def test_local_median_of_a_gradient_is_interpolated_exactly(places: int) -> None:
    y, x = np.mgrid[:64, :45].astype(np.float32) / 64
    image = 0.2 + 0.5 * x + 0.3 * y
    expected = ndimage.median_filter(image, size=9, mode="nearest")
    middle = slice(8, -8), slice(8, -8)
    assert np.abs(local_median(image, 9, places)[middle] - expected[middle]).max() < 1e-5


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("size", [1, 2, 17, 1000])
def test_quantile_agrees_with_numpy(share: float, size: int) -> None:
    values = grey((1, size))
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-6)
