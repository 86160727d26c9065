"""Similarity of images to their originals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.tasks.image_quality import image_quality, ink_boxes


def images() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return two similar images, float32 (16, 20)."""
    y, x = np.mgrid[:16, :20]
    first = ((np.sin(x / 3) + np.cos(y / 2)) / 4 + 0.5).astype(np.float32)
    second = np.clip(first + 0.2 * np.sin(x * y / 7), 0, 1).astype(np.float32)
    return first, second


def test_ssim_is_that_of_scikit_image() -> None:
    """The expected values are the means of the full map of scikit-image 0.26.

    Options: gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=1.
    """
    first, second = images()
    given = np.stack([second, first * 0.5, 1 - first])[..., None]
    originals = np.stack([first] * 3)[..., None]
    quality = image_quality(given, originals)
    expected = [0.6624248262077973, 0.6478284745028089, -0.6944432656013042]
    np.testing.assert_allclose(quality.ssim, expected, atol=1e-6)


def test_equal_images_have_the_best_values() -> None:
    image = np.stack(images())[..., None]
    quality = image_quality(image, image)
    for psnr, ssim in ((quality.psnr, quality.ssim), (quality.psnr_in_box, quality.ssim_in_box)):
        assert psnr.tolist() == [100, 100]
        np.testing.assert_allclose(ssim, 1)


def test_box_contains_the_ink_and_no_more() -> None:
    originals = np.zeros((2, 8, 9, 1), np.float32)
    originals[0, 2, 3], originals[0, 5, 6], originals[0, 7, 8] = 1, 0.5, 0.05
    boxes = ink_boxes(originals)
    rows, columns = np.nonzero(boxes[0])
    assert set(rows.tolist()) == {2, 3, 4, 5}
    assert set(columns.tolist()) == {3, 4, 5, 6}
    assert boxes[1].all(), "without ink, the box is the image"


def test_psnr_inside_the_box_ignores_errors_outside() -> None:
    original = np.zeros((1, 10, 10, 1), np.float32)
    original[0, 3:7, 3:7] = 1
    outside, inside = original.copy(), original.copy()
    outside[0, 0, 0], inside[0, 4, 4] = 0.5, 0.5
    quality = image_quality(np.concatenate([outside, inside]), np.repeat(original, 2, axis=0))
    np.testing.assert_allclose(quality.psnr, 10 * np.log10(100 / 0.25))
    np.testing.assert_allclose(quality.psnr_in_box, [100, 10 * np.log10(16 / 0.25)])
    assert quality.ssim[0] < quality.ssim_in_box[0]


def test_values_are_clipped() -> None:
    original = np.zeros((1, 4, 4, 3), np.float32)
    original[..., 2:, :] = 1
    quality = image_quality(original * 3 - 1, original)
    assert quality.psnr.tolist() == [100]


def test_many_images_have_the_values_of_single_ones() -> None:
    rng = np.random.default_rng(1)
    originals = rng.random((1003, 6, 5, 1), np.float32)
    given = (originals + rng.normal(0, 0.1, originals.shape)).astype(np.float32)
    quality = image_quality(given, originals)
    last = image_quality(given[-1:], originals[-1:])
    assert quality.psnr.shape == quality.ssim_in_box.shape == (1003,)
    assert quality.ssim[-1] == pytest.approx(last.ssim[0])
    assert quality.psnr_in_box[-1] == pytest.approx(last.psnr_in_box[0])
