"""Augmentation of model inputs: single and combined settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augment_images import augment_images, augment_labelled, augment_pairs
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation
from tests.tasks.image_draws import assert_uniform, random_images

FLIPS: tuple[Literal["none", "horizontal"], ...] = ("none", "horizontal")
SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)], [(25, 50), (50, 50)]])


def test_strength_zero_changes_nothing() -> None:
    images = np.random.default_rng(6).random((4, 28, 20, 3)).astype(np.float32)
    still = ImageAugmentation(thickness=0, gamma=0)
    augmented = augment_images(images, np.zeros(4, np.float32), still, np.random.default_rng(0))
    np.testing.assert_allclose(augmented, images, atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_augmented_images_are_valid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    normalized = normalize(rasterize(SEVEN), 28, 1)
    assert normalized is not None
    images = np.repeat(normalized.model_input[None], 32, axis=0)
    augmented = augment_images(images, np.ones(32, np.float32), ImageAugmentation(), rng)
    assert augmented.dtype == np.float32
    assert augmented.shape == images.shape
    assert augmented.min() >= 0
    assert augmented.max() <= 1
    share = augmented.sum(axis=(1, 2, 3)) / images[0].sum()
    assert share.min() > 0.4
    assert share.max() < 2.2
    assert np.ptp(share) > 0.05


def corner_images(count: int) -> NDArray[np.float32]:
    """Return images with one bright spot at the top left."""
    images = np.zeros((count, 28, 28, 1), dtype=np.float32)
    images[:, 6:10, 4:9] = 1
    return images


@pytest.mark.parametrize(("flip", "axis"), [("horizontal", 2), ("vertical", 1)])
def test_about_half_of_the_images_are_mirrored(flip: Literal["horizontal", "vertical"], axis: int) -> None:
    images = corner_images(400)
    augmented = augment_images(
        images, np.ones(400, np.float32), replace(NO_AUGMENTATION, flip=flip), np.random.default_rng(1)
    )
    is_mirrored = np.isclose(augmented, np.flip(images, axis), atol=1e-4).all(axis=(1, 2, 3))
    is_same = np.isclose(augmented, images, atol=1e-4).all(axis=(1, 2, 3))
    assert (is_mirrored ^ is_same).all()
    assert 150 < is_mirrored.sum() < 250


def test_both_flip_directions_are_drawn_independently() -> None:
    images = corner_images(400)
    both = replace(NO_AUGMENTATION, flip="both")
    augmented = augment_images(images, np.ones(400, np.float32), both, np.random.default_rng(2))
    quarters = [
        int(np.isclose(augmented, np.flip(images, axes), atol=1e-4).all(axis=(1, 2, 3)).sum())
        for axes in ((), (1,), (2,), (1, 2))
    ]
    assert sum(quarters) == 400
    assert min(quarters) > 60


def test_flip_does_not_affect_other_changes() -> None:
    images = np.repeat(corner_images(1), 60, axis=0)
    strength = np.ones(60, np.float32)
    before, mirrored = (
        augment_images(images, strength, replace(ImageAugmentation(), flip=flip), np.random.default_rng(3))
        for flip in FLIPS
    )
    is_same = (before == mirrored).all(axis=(1, 2, 3))
    assert (is_same | (before == mirrored[:, :, ::-1]).all(axis=(1, 2, 3))).all()
    assert 10 < is_same.sum() < 50


def test_channels_of_an_image_are_augmented_equally() -> None:
    grey = np.random.default_rng(4).random((20, 16, 24, 1)).astype(np.float32)
    colour = np.repeat(grey, 3, axis=3)
    strong = replace(ImageAugmentation(), flip="both", thickness=1.0)
    strength = np.ones(20, np.float32)
    one = augment_images(grey, strength, strong, np.random.default_rng(5))
    several = augment_images(colour, strength, strong, np.random.default_rng(5))
    np.testing.assert_allclose(several, np.repeat(one, 3, axis=3), rtol=1e-5)


def test_input_and_target_image_are_flipped_equally() -> None:
    targets = np.random.default_rng(6).integers(0, 256, (50, 8, 8, 3), np.uint8)
    inputs = targets[:, ::2, ::2].astype(np.float32) / np.float32(255)
    both = replace(ImageAugmentation(), flip="both")
    flipped, wanted = augment_pairs(inputs, targets, np.ones(50, np.float32), both, np.random.default_rng(7))
    # Each pixel of the input still equals the target pixel from which it was taken.
    positions = [wanted[:, row::2, column::2] / np.float32(255) for row in (0, 1) for column in (0, 1)]
    is_equal = np.stack([np.isclose(flipped, position).all(axis=(1, 2, 3)) for position in positions])
    assert is_equal.any(axis=0).all()
    assert (is_equal.sum(axis=1) > 3).all()
    assert wanted.dtype == np.uint8
    assert not np.array_equal(wanted, targets)


def test_earlier_settings_draw_the_same_random_numbers_as_before() -> None:
    """Runs of earlier versions are resumed with the same augmentation."""
    images, strength = corner_images(8), np.ones(8, np.float32)
    for settings, following in (
        (ImageAugmentation(), 0.6017226258045879),
        (NO_AUGMENTATION, 0.6017226258045879),
        (replace(ImageAugmentation(), flip="both"), 0.39535066387097817),
    ):
        rng = np.random.default_rng(9)
        augment_images(images, strength, settings, rng)
        assert rng.random() == following


def test_unchanged_images_are_returned_if_all_settings_are_zero() -> None:
    images = np.random.default_rng(10).random((20, 9, 8, 3), np.float32)
    augmented = augment_images(images, np.ones(20, np.float32), NO_AUGMENTATION, np.random.default_rng(1))
    np.testing.assert_array_equal(augmented, images)


@given(crop=st.integers(1, 16), height=st.integers(1, 12), width=st.integers(1, 12), seed=st.integers(0, 999))
def test_crop_moves_images_by_whole_pixels(crop: int, height: int, width: int, seed: int) -> None:
    images = np.random.default_rng(seed).uniform(0.1, 1, (30, height, width, 3)).astype(np.float32)
    before = images.copy()
    cropped = augment_images(
        images, np.ones(30, np.float32), replace(NO_AUGMENTATION, crop=crop), np.random.default_rng(seed)
    )
    np.testing.assert_array_equal(images, before)
    padded = np.pad(images, ((0, 0), (crop, crop), (crop, crop), (0, 0)))
    offsets = range(2 * crop + 1)
    for one, source in zip(cropped, padded, strict=True):
        windows = (source[top : top + height, left : left + width] for top in offsets for left in offsets)
        assert any(np.array_equal(one, window) for window in windows)


def test_crop_offsets_are_uniform_and_independent() -> None:
    images = np.zeros((2000, 15, 15, 1), np.float32)
    images[:, 7, 7] = 1
    cropped = augment_images(
        images, np.ones(2000, np.float32), replace(NO_AUGMENTATION, crop=2), np.random.default_rng(3)
    )
    _, rows, columns, _ = np.nonzero(cropped)
    counts = np.bincount((rows - 5) * 5 + columns - 5, minlength=25)
    assert counts.shape == (25,)
    assert counts.min() > 45
    assert counts.max() < 120


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_input_and_target_image_are_cropped_equally(scale: int) -> None:
    inputs = np.random.default_rng(6).random((40, 8, 6, 3), np.float32)
    targets = inputs.repeat(scale, axis=1).repeat(scale, axis=2)
    settings = replace(NO_AUGMENTATION, crop=3, flip="both")
    cropped, wanted = augment_pairs(
        inputs, targets, np.ones(40, np.float32), settings, np.random.default_rng(7)
    )
    np.testing.assert_array_equal(cropped.repeat(scale, axis=1).repeat(scale, axis=2), wanted)
    assert (cropped == 0).any()


# ------------------------------------------------------------------------------ thickness and contrast


def dots(count: int) -> NDArray[np.float32]:
    """Return images with a dot in the first channel and a square in the second."""
    images = np.zeros((count, 9, 9, 2), dtype=np.float32)
    images[:, 4, 4, 0] = 1
    images[:, 2:7, 2:7, 1] = 0.8
    return images


def test_half_of_the_selected_images_get_thicker_and_half_thinner_strokes() -> None:
    images = dots(600)
    augmented = augment_images(
        images, np.ones(600, np.float32), replace(NO_AUGMENTATION, thickness=0.6), np.random.default_rng(1)
    )
    centre, beside, diagonal = augmented[:, 4, 4, 0], augmented[:, 3, 4, 0], augmented[:, 3, 3, 0]
    thicker, thinner = beside > 0.01, centre < 0.99
    assert not (thicker & thinner).any()
    assert thicker.sum() == pytest.approx(0.3 * 600, abs=40)
    assert thinner.sum() == pytest.approx(0.3 * 600, abs=40)
    np.testing.assert_allclose(augmented[~thicker & ~thinner], images[~thicker & ~thinner], atol=1e-5)
    # The weight of the dilation by a cross is 0.2 to 1, that of the erosion 0.12 to 0.6.
    for row, column in ((3, 4), (5, 4), (4, 3), (4, 5)):
        np.testing.assert_allclose(augmented[:, row, column, 0], beside, atol=1e-5)
    np.testing.assert_allclose(diagonal, 0, atol=1e-5)
    assert 0.199 < beside[thicker].min() < 0.25
    assert 0.95 < beside[thicker].max() <= 1
    lost = 1 - centre[thinner]
    assert 0.119 < lost.min() < 0.15
    assert 0.57 < lost.max() < 0.601
    # The other channel changes by the same share of its brightness.
    np.testing.assert_allclose(augmented[thicker, 1, 4, 1], 0.8 * beside[thicker], atol=1e-5)
    np.testing.assert_allclose(augmented[thinner, 2, 4, 1], 0.8 * (1 - lost), atol=1e-5)
    np.testing.assert_allclose(augmented[:, 4, 4, 1], 0.8, atol=1e-5)


def test_thickness_can_change_all_images_or_none() -> None:
    images, strength = dots(100), np.ones(100, np.float32)
    for share, changed in ((1.0, True), (0.0, False)):
        augmented = augment_images(
            images, strength, replace(NO_AUGMENTATION, thickness=share), np.random.default_rng(2)
        )
        assert ((np.abs(augmented - images) > 0.01).any(axis=(1, 2, 3)) == changed).all()


def test_gamma_is_drawn_for_each_image() -> None:
    images = np.full((400, 6, 6, 2), 0.5, dtype=np.float32)
    images[:, 3] = 0.25
    augmented = augment_images(
        images, np.ones(400, np.float32), replace(NO_AUGMENTATION, gamma=0.4), np.random.default_rng(3)
    )
    assert augmented.dtype == np.float32
    exponents = np.log(augmented[:, 2, 2, 0]) / np.log(0.5)
    assert_uniform(np.log(exponents.astype(np.float64)), 0.4)
    np.testing.assert_allclose(augmented, images ** exponents[:, None, None, None], rtol=1e-3)


def test_gamma_changes_the_brightness_and_keeps_the_colours() -> None:
    colours = random_images(50, 3)
    colours[:, :4] = 0
    augmented = augment_images(
        colours, np.ones(50, np.float32), replace(NO_AUGMENTATION, gamma=0.4), np.random.default_rng(3)
    )
    assert not augmented[:, :4].any()
    before, after = colours[:, 4:], augmented[:, 4:]
    assert np.abs(after - before).mean() > 0.02
    is_whole = (after < 1).all(axis=3) & (before > 0.01).all(axis=3)
    shares = [images / images.mean(axis=3, keepdims=True) for images in (before, after)]
    np.testing.assert_allclose(shares[1][is_whole], shares[0][is_whole], rtol=1e-4)


# ------------------------------------------------------------------------------ all settings


SETTINGS = st.builds(
    ImageAugmentation,
    rotation=st.sampled_from([0.0, 90.0]),
    gamma=st.sampled_from([0.0, 1.0]),
    flip=st.sampled_from(["none", "both"]),
    crop=st.integers(0, 16),
    brightness=st.floats(0, 1),
    contrast=st.floats(0, 1),
    saturation=st.floats(0, 1),
    cutout=st.integers(0, 64),
    mixup=st.floats(0, 1),
)


@given(settings=SETTINGS, channels=st.sampled_from([1, 3]), seed=st.integers(0, 99))
def test_all_settings_together_give_valid_reproducible_images(
    settings: ImageAugmentation, channels: int, seed: int
) -> None:
    images, labels = random_images(9, channels), np.eye(3, dtype=np.float32)[np.arange(9) % 3]
    before = images.copy()
    results = [
        augment_labelled(images, labels, np.ones(9, np.float32), settings, np.random.default_rng(seed))
        for _ in range(2)
    ]
    np.testing.assert_array_equal(images, before)
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)
    changed, targets = results[0]
    assert changed.shape == images.shape
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert targets.min() >= 0
    assert settings.mixup or targets is labels


# ------------------------------------------------------------------------------ targets


def test_labels_stay_unchanged() -> None:
    images, labels = dots(20), np.arange(20)
    strength = np.ones(20, np.float32)
    augmented, targets = augment_labelled(
        images, labels, strength, ImageAugmentation(), np.random.default_rng(4)
    )
    assert targets is labels
    np.testing.assert_array_equal(
        augmented, augment_images(images, strength, ImageAugmentation(), np.random.default_rng(4))
    )


def test_augment_pairs_does_not_change_its_arguments() -> None:
    inputs, targets = (np.random.default_rng(seed).random((30, 4, 4, 3), np.float32) for seed in (1, 2))
    before = inputs.copy(), targets.copy()
    both = replace(NO_AUGMENTATION, flip="both")
    flipped, wanted = augment_pairs(inputs, targets, np.ones(30, np.float32), both, np.random.default_rng(5))
    assert not np.array_equal(flipped, inputs)
    assert not np.array_equal(wanted, targets)
    np.testing.assert_array_equal(inputs, before[0])
    np.testing.assert_array_equal(targets, before[1])


def test_chosen_share_of_images_gets_a_lower_resolution() -> None:
    images = np.random.default_rng(8).random((1000, 28, 20, 1)).astype(np.float32)
    lower = replace(NO_AUGMENTATION, resolution=0.3)
    augmented = augment_images(images, np.ones(1000, np.float32), lower, np.random.default_rng(3))
    is_changed = (augmented != images).any(axis=(1, 2, 3))
    assert 0.25 < is_changed.mean() < 0.35
    # Averages of areas differ less from each other, and at most a bicubic curve exceeds their range.
    assert augmented[is_changed].std(axis=(1, 2, 3)).max() < images.std()
    np.testing.assert_allclose(augmented.mean(axis=(1, 2, 3)), images.mean(axis=(1, 2, 3)), atol=0.05)


def test_lower_resolution_keeps_even_areas_and_averages_squares() -> None:
    """A reduced image enlarged by nearest has few values; an even one is kept at all resolutions."""
    lower = replace(NO_AUGMENTATION, resolution=1)
    even = np.full((50, 28, 28, 1), 0.4, np.float32)
    kept = augment_images(even, np.ones(50, np.float32), lower, np.random.default_rng(4))
    np.testing.assert_allclose(kept, even, atol=1e-5)
    images = np.random.default_rng(9).random((60, 28, 28, 1)).astype(np.float32)
    augmented = augment_images(images, np.ones(60, np.float32), lower, np.random.default_rng(4))
    counts = [len(np.unique(image)) for image in augmented]
    squares = [round(count**0.5) for count in counts if count <= 21**2]
    assert 10 < len(squares) < 30
    assert min(squares) >= 9
    assert len(set(squares)) > 5
