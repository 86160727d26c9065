"""Augmentation of model inputs: colours, cutout and mixup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta

from desktop_app.tasks.augment_images import augment_images, augment_labelled
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from tests.tasks.image_draws import assert_uniform, random_images


def augmented(images: NDArray[np.float32], seed: int = 1, **settings: Any) -> NDArray[np.float32]:
    """Augment images with the given settings only."""
    only = replace(NO_AUGMENTATION, **settings)
    return augment_images(images, np.ones(len(images), np.float32), only, np.random.default_rng(seed))


def test_brightness_is_added_to_all_pixels() -> None:
    images = np.full((500, 4, 4, 3), 0.5, np.float32)
    images[:, 1] = 0.4
    changes = (augmented(images, brightness=0.3) - images).astype(np.float64)
    assert_uniform(changes[:, 0, 0, 0], 0.3)
    np.testing.assert_allclose(changes, np.broadcast_to(changes[:, :1, :1, :1], changes.shape), atol=1e-6)


def test_contrast_changes_differences_from_the_mean() -> None:
    images = 0.3 + 0.4 * random_images(500)
    changed = augmented(images, contrast=0.4).astype(np.float64)
    means = images.mean(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(changed.mean(axis=(1, 2, 3), keepdims=True), means, atol=1e-5)
    factors = changed.std(axis=(1, 2, 3)) / images.std(axis=(1, 2, 3))
    assert_uniform(factors - 1, 0.4)
    np.testing.assert_allclose(changed - means, factors[:, None, None, None] * (images - means), atol=1e-5)


def test_saturation_changes_differences_from_grey() -> None:
    images = 0.3 + 0.4 * random_images(500)
    changed = augmented(images, saturation=0.4).astype(np.float64)
    luminance = np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(changed @ luminance, images @ luminance, atol=1e-5)
    greys = (images @ luminance)[..., None]
    factors = (changed - greys).std(axis=(1, 2, 3)) / (images - greys).std(axis=(1, 2, 3))
    assert_uniform(factors - 1, 0.4)
    grey = images[..., :1].repeat(3, axis=3)
    np.testing.assert_allclose(augmented(grey, saturation=1.0), grey, atol=1e-6)
    np.testing.assert_array_equal(augmented(images[..., :1], saturation=1.0), images[..., :1])


@pytest.mark.parametrize("size", [1, 2, 3, 6, 64])
def test_cutout_replaces_a_square_by_the_mean_colour(size: int) -> None:
    images = random_images(300)
    changed = augmented(images, cutout=size)
    is_changed = (changed != images).any(axis=3)
    heights, widths = is_changed.any(axis=2).sum(axis=1), is_changed.any(axis=1).sum(axis=1)
    # The changed pixels form a rectangle, which is a square unless the edge of the image cuts it.
    np.testing.assert_array_equal(is_changed.sum(axis=(1, 2)), heights * widths)
    assert heights.min() >= 1
    assert (heights.max(), widths.max()) == (min(size, 8), min(size, 10))
    means = np.broadcast_to(images.mean(axis=(1, 2), keepdims=True), images.shape)
    np.testing.assert_allclose(changed[is_changed], means[is_changed], atol=1e-6)


def test_cutout_reaches_every_pixel() -> None:
    images = random_images(1).repeat(1500, axis=0)
    is_changed = (augmented(images, cutout=1) != images).any(axis=3)
    assert is_changed.sum(axis=0).min() > 5


def test_mixup_mixes_images_and_labels_with_the_same_share() -> None:
    count = 400
    labels = np.eye(count, dtype=np.float32)
    images = labels.reshape(count, 20, 20, 1)
    mixed, targets = augment_labelled(
        images,
        labels,
        np.ones(count, np.float32),
        replace(NO_AUGMENTATION, mixup=0.5),
        np.random.default_rng(1),
    )
    np.testing.assert_allclose(mixed.reshape(count, -1), targets, atol=1e-6)
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert targets.dtype == mixed.dtype == np.float32
    assert ((targets > 0).sum(axis=1) <= 2).all()
    np.testing.assert_array_equal(targets.argmax(axis=1), np.arange(count))
    # The larger of the shares of a beta distribution with both parameters 0.5 has this distribution.
    largest = np.sort(targets.max(axis=1))
    expected = beta(0.5, 0.5).ppf(0.5 + np.arange(0.5, count) / count / 2)
    assert np.abs(largest - expected).max() < 0.05
