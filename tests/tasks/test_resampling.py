"""Reduction and enlargement of images."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.tasks.resampling import METHODS, downscale_image, enlarge_image


def test_downscaling_weighs_pixels_by_their_distance() -> None:
    row = np.array([[0, 0, 80, 160, 240, 240]], np.uint8)
    image = np.repeat(row, 2, axis=0)[..., None]
    # Weights 1, 3, 3, 1 of 8; at the ends only those inside the image.
    expected = [round((3 * 0 + 3 * 0 + 80) / 7), round((0 + 3 * 80 + 3 * 160 + 240) / 8), 229]
    assert downscale_image(image, 2)[..., 0].tolist() == [expected]


@pytest.mark.parametrize("channels", [1, 3])
def test_shapes_of_reduction_and_enlargement(channels: int) -> None:
    image = np.random.default_rng(1).integers(0, 256, (12, 18, channels), np.uint8)
    small = downscale_image(image, 3)
    assert small.shape == (4, 6, channels)
    assert small.dtype == np.uint8
    np.testing.assert_array_equal(downscale_image(image, 1), image)
    for method in METHODS:
        large = enlarge_image(small, 3, method)
        assert large.shape == image.shape
        assert large.dtype == np.uint8
        np.testing.assert_array_equal(enlarge_image(image, 1, method), image)


def test_nearest_repeats_pixels() -> None:
    image = np.array([[1, 2], [3, 4]], np.uint8)[..., None]
    expected = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert enlarge_image(image, 2, "nearest")[..., 0].tolist() == expected


def test_bicubic_and_lanczos_restore_a_smooth_image_better_than_nearest() -> None:
    rows, columns = np.mgrid[:24, :24]
    image = np.rint(127 + 60 * np.sin(rows / 4) + 60 * np.cos(columns / 5)).astype(np.uint8)[..., None]
    small = downscale_image(image, 2)
    errors = {
        method: np.abs(enlarge_image(small, 2, method)[4:-4, 4:-4].astype(int) - image[4:-4, 4:-4]).mean()
        for method in METHODS
    }
    assert errors["nearest"] > 2 * max(errors["bicubic"], errors["lanczos"])
