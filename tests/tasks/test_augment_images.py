"""Augmentation of model inputs: each setting alone, all together, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import CubicSpline

from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augment_images import augment_images, augment_labelled, augment_pairs, warp
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation

FLIPS: tuple[Literal["none", "horizontal"], ...] = ("none", "horizontal")
SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)], [(25, 50), (50, 50)]])


def test_warp_agrees_with_scipy() -> None:
    rng = np.random.default_rng(5)
    images = rng.random((3, 9, 11, 2)).astype(np.float32)
    rows, columns = (rng.uniform(-4, 14, images.shape[:3]).astype(np.float32) for _ in range(2))
    expected = np.stack(
        [
            np.stack(
                [
                    ndimage.map_coordinates(image[..., k], [r, c], order=1, mode="grid-constant", cval=0.0)
                    for k in range(2)
                ],
                axis=-1,
            )
            for image, r, c in zip(images, rows, columns, strict=True)
        ]
    )
    np.testing.assert_allclose(warp(images, rows, columns), expected, atol=1e-5)


def test_strength_zero_moves_nothing() -> None:
    images = np.random.default_rng(6).random((4, 28, 20, 3)).astype(np.float32)
    still = ImageAugmentation(thickness=0, gamma=0)
    varied = augment_images(images, np.zeros(4, np.float32), still, np.random.default_rng(0))
    np.testing.assert_allclose(varied, images, atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_varied_images_stay_images(seed: int) -> None:
    rng = np.random.default_rng(seed)
    normalized = normalize(rasterize(SEVEN), 28, 1)
    assert normalized is not None
    images = np.repeat(normalized.model_input[None], 32, axis=0)
    varied = augment_images(images, np.ones(32, np.float32), ImageAugmentation(), rng)
    assert varied.dtype == np.float32
    assert varied.shape == images.shape
    assert varied.min() >= 0
    assert varied.max() <= 1
    share = varied.sum(axis=(1, 2, 3)) / images[0].sum()
    assert share.min() > 0.4
    assert share.max() < 2.2
    assert np.ptp(share) > 0.05


def corner_images(count: int) -> NDArray[np.float32]:
    """Images with one bright spot, above on the left."""
    images = np.zeros((count, 28, 28, 1), dtype=np.float32)
    images[:, 6:10, 4:9] = 1
    return images


@pytest.mark.parametrize(("flip", "axis"), [("horizontal", 2), ("vertical", 1)])
def test_about_half_of_the_images_are_mirrored(flip: Literal["horizontal", "vertical"], axis: int) -> None:
    images = corner_images(400)
    varied = augment_images(
        images, np.ones(400, np.float32), replace(NO_AUGMENTATION, flip=flip), np.random.default_rng(1)
    )
    is_mirrored = np.isclose(varied, np.flip(images, axis), atol=1e-4).all(axis=(1, 2, 3))
    is_same = np.isclose(varied, images, atol=1e-4).all(axis=(1, 2, 3))
    assert (is_mirrored ^ is_same).all()
    assert 150 < is_mirrored.sum() < 250


def test_both_ways_of_mirroring_are_drawn_each_on_its_own() -> None:
    images = corner_images(400)
    both = replace(NO_AUGMENTATION, flip="both")
    varied = augment_images(images, np.ones(400, np.float32), both, np.random.default_rng(2))
    quarters = [
        int(np.isclose(varied, np.flip(images, axes), atol=1e-4).all(axis=(1, 2, 3)).sum())
        for axes in ((), (1,), (2,), (1, 2))
    ]
    assert sum(quarters) == 400
    assert min(quarters) > 60


def test_mirroring_changes_nothing_else() -> None:
    images = np.repeat(corner_images(1), 60, axis=0)
    strength = np.ones(60, np.float32)
    before, mirrored = (
        augment_images(images, strength, replace(ImageAugmentation(), flip=flip), np.random.default_rng(3))
        for flip in FLIPS
    )
    is_same = (before == mirrored).all(axis=(1, 2, 3))
    assert (is_same | (before == mirrored[:, :, ::-1]).all(axis=(1, 2, 3))).all()
    assert 10 < is_same.sum() < 50


def test_channels_of_an_image_are_augmented_alike() -> None:
    grey = np.random.default_rng(4).random((20, 16, 24, 1)).astype(np.float32)
    colour = np.repeat(grey, 3, axis=3)
    strong = replace(ImageAugmentation(), flip="both", thickness=1.0)
    strength = np.ones(20, np.float32)
    one = augment_images(grey, strength, strong, np.random.default_rng(5))
    several = augment_images(colour, strength, strong, np.random.default_rng(5))
    np.testing.assert_array_equal(several, np.repeat(one, 3, axis=3))


def test_an_image_and_the_one_that_it_is_to_become_are_flipped_alike() -> None:
    targets = np.random.default_rng(6).integers(0, 256, (50, 8, 8, 3), np.uint8)
    inputs = targets[:, ::2, ::2].astype(np.float32) / np.float32(255)
    both = replace(ImageAugmentation(), flip="both")
    flipped, wanted = augment_pairs(inputs, targets, np.ones(50, np.float32), both, np.random.default_rng(7))
    # Each place of the small image is still one of the four that it was taken from.
    places = [wanted[:, row::2, column::2] / np.float32(255) for row in (0, 1) for column in (0, 1)]
    alike = np.stack([np.isclose(flipped, place).all(axis=(1, 2, 3)) for place in places])
    assert alike.any(axis=0).all()
    assert (alike.sum(axis=1) > 3).all()
    assert wanted.dtype == np.uint8
    assert not np.array_equal(wanted, targets)


# ------------------------------------------------------------------------------ where pixels come from


HEIGHT, WIDTH = 25, 33


class Places(NamedTuple):
    """Rows and columns that were read for the pixels around the middle, (n, height, width) each."""

    rows: NDArray[np.float64]
    columns: NDArray[np.float64]

    def matrices(self) -> NDArray[np.float64]:
        """The affine maps, (n, 2, 2), from columns and rows to columns and rows."""
        (middle_y, middle_x) = (size // 2 for size in self.rows.shape[1:])

        def slopes(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
            here = values[:, middle_y, middle_x]
            return [values[:, middle_y, middle_x + 1] - here, values[:, middle_y + 1, middle_x] - here]

        return np.stack([*slopes(self.columns), *slopes(self.rows)], axis=1).reshape(-1, 2, 2)

    def shifts(self) -> NDArray[np.float64]:
        """How far right and below of its own place the middle was read, (n, 2)."""
        middle = self.columns.shape[1] // 2, self.columns.shape[2] // 2
        x, y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
        return np.stack([self.columns[:, *middle] - x, self.rows[:, *middle] - y], axis=1)


def read_places(
    settings: ImageAugmentation, count: int, strength: float = 1.0, margin: int = 8, seed: int = 0
) -> Places:
    """What was read where: the images hold the number of each pixel's row and column."""
    scale = np.float32(64)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32) / scale
    images = np.repeat(np.stack([rows, columns], axis=-1)[None], count, axis=0)
    strengths = np.full(count, strength, np.float32)
    varied = augment_images(images, strengths, settings, np.random.default_rng(seed)).astype(np.float64)
    inner = varied[:, margin:-margin, margin:-margin] * float(scale)
    return Places(inner[..., 0], inner[..., 1])


def assert_spread_evenly(values: NDArray[np.float64], extent: float) -> None:
    """Drawn evenly from -extent to extent."""
    assert np.abs(values).max() <= extent * 1.001
    assert values.min() < -0.95 * extent
    assert values.max() > 0.95 * extent
    assert abs(values.mean()) < 0.1 * extent
    assert values.std() == pytest.approx(extent / np.sqrt(3), rel=0.1)


def independent(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(abs(np.corrcoef(one, other)[0, 1]) < 0.15)


def test_images_are_shifted_both_ways_on_their_own() -> None:
    places = read_places(replace(NO_AUGMENTATION, shift=3.0), 400)
    right, below = places.shifts().T
    assert_spread_evenly(right, 3.0)
    assert_spread_evenly(below, 3.0)
    assert independent(right, below)
    np.testing.assert_allclose(places.matrices(), np.broadcast_to(np.eye(2), (400, 2, 2)), atol=1e-4)


def test_images_turn_around_their_middle_by_degrees() -> None:
    places = read_places(replace(NO_AUGMENTATION, rotation=20.0), 400)
    matrices = places.matrices()
    angles = np.rad2deg(np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    assert_spread_evenly(angles, 20.0)
    cos, sin = np.cos(np.deg2rad(angles)), np.sin(np.deg2rad(angles))
    wanted = np.stack([cos, -sin, sin, cos], axis=1).reshape(-1, 2, 2)
    np.testing.assert_allclose(matrices, wanted, atol=1e-4)
    np.testing.assert_allclose(places.shifts(), 0, atol=1e-4)


def test_columns_are_slanted_by_a_share_of_the_height() -> None:
    places = read_places(replace(NO_AUGMENTATION, shear=0.3), 400)
    matrices = places.matrices()
    assert_spread_evenly(matrices[:, 0, 1], 0.3)
    matrices[:, 0, 1] = 0
    np.testing.assert_allclose(matrices, np.broadcast_to(np.eye(2), (400, 2, 2)), atol=1e-4)
    np.testing.assert_allclose(places.shifts(), 0, atol=1e-4)


def test_width_and_height_are_zoomed_on_their_own() -> None:
    places = read_places(replace(NO_AUGMENTATION, scale=0.2), 400)
    matrices = places.matrices()
    wide, high = np.log(matrices[:, 0, 0]), np.log(matrices[:, 1, 1])
    assert_spread_evenly(wide, 0.2)
    assert_spread_evenly(high, 0.2)
    assert independent(wide, high)
    np.testing.assert_allclose(matrices[:, [0, 1], [1, 0]], 0, atol=1e-4)
    np.testing.assert_allclose(places.shifts(), 0, atol=1e-4)


def test_one_map_turns_zooms_slants_and_shifts() -> None:
    """What each setting does alone with the same numbers drawn is what they do together."""
    together = replace(NO_AUGMENTATION, rotation=15.0, scale=0.15, shear=0.2, shift=2.0)
    places = read_places(together, 30)
    turned = read_places(replace(NO_AUGMENTATION, rotation=15.0), 30).matrices()
    zoomed = read_places(replace(NO_AUGMENTATION, scale=0.15), 30).matrices()
    slanted = read_places(replace(NO_AUGMENTATION, shear=0.2), 30).matrices() - np.eye(2)
    np.testing.assert_allclose(places.matrices(), turned @ zoomed + slanted, atol=1e-3)
    shifted = read_places(replace(NO_AUGMENTATION, shift=2.0), 30)
    np.testing.assert_allclose(places.shifts(), shifted.shifts(), atol=1e-4)


def test_strength_is_how_far_images_stray() -> None:
    wide = replace(NO_AUGMENTATION, shift=4.0, shear=0.3)
    whole, half = (read_places(wide, 20, strength=strength) for strength in (1.0, 0.5))
    np.testing.assert_allclose(half.shifts(), whole.shifts() / 2, atol=1e-4)
    np.testing.assert_allclose(half.matrices() - np.eye(2), (whole.matrices() - np.eye(2)) / 2, atol=1e-4)
    bent = replace(NO_AUGMENTATION, elastic=2.0)
    whole, half = (read_places(bent, 20, strength=strength) for strength in (1.0, 0.5))
    still = read_places(NO_AUGMENTATION, 20)
    np.testing.assert_allclose(half.rows - still.rows, (whole.rows - still.rows) / 2, atol=1e-4)
    np.testing.assert_allclose(half.columns - still.columns, (whole.columns - still.columns) / 2, atol=1e-4)


def test_each_image_strays_by_its_own_strength() -> None:
    images = np.repeat(np.random.default_rng(1).random((1, 12, 12, 1), dtype=np.float32), 2, axis=0)
    strength = np.array([0, 1], np.float32)
    strong = replace(NO_AUGMENTATION, rotation=30.0, shear=0.3, scale=0.3, shift=3.0, elastic=1.0)
    still, varied = augment_images(images, strength, strong, np.random.default_rng(2))
    np.testing.assert_allclose(still, images[0], atol=1e-5)
    assert np.abs(varied - images[1]).max() > 0.1


def test_places_of_a_coarse_grid_are_moved_and_a_smooth_curve_leads_through_them() -> None:
    count, margin = 300, 3
    settings, still = (
        replace(NO_AUGMENTATION, elastic=0.6),
        read_places(NO_AUGMENTATION, count, margin=margin),
    )
    bent = read_places(settings, count, margin=margin)
    # Cubic splines over a grid of 5×5 places from edge to edge.
    basis = CubicSpline(np.linspace(0, 1, 5), np.eye(5))
    down, across = (basis(np.linspace(0, 1, size))[margin:-margin] for size in (HEIGHT, WIDTH))
    moves = []
    for before, after in zip(still, bent, strict=True):
        bend = after - before
        grid = np.linalg.pinv(down) @ bend @ np.linalg.pinv(across).T
        np.testing.assert_allclose(down @ grid @ across.T, bend, atol=1e-3)
        moves.append(grid[:, 1:-1, 1:-1].ravel())
        assert moves[-1].std() == pytest.approx(0.6, rel=0.05)
        assert abs(moves[-1].mean()) < 0.05
    assert independent(*moves)


# ------------------------------------------------------------------------------ strokes and contrast


def dots(count: int) -> NDArray[np.float32]:
    """A dot in the first of two channels, a square in the second."""
    images = np.zeros((count, 9, 9, 2), dtype=np.float32)
    images[:, 4, 4, 0] = 1
    images[:, 2:7, 2:7, 1] = 0.8
    return images


def test_half_of_the_chosen_images_get_thicker_and_half_thinner_strokes() -> None:
    images = dots(600)
    varied = augment_images(
        images, np.ones(600, np.float32), replace(NO_AUGMENTATION, thickness=0.6), np.random.default_rng(1)
    )
    centre, beside, diagonal = varied[:, 4, 4, 0], varied[:, 3, 4, 0], varied[:, 3, 3, 0]
    thicker, thinner = beside > 0.01, centre < 0.99
    assert not (thicker & thinner).any()
    assert thicker.sum() == pytest.approx(0.3 * 600, abs=40)
    assert thinner.sum() == pytest.approx(0.3 * 600, abs=40)
    np.testing.assert_allclose(varied[~thicker & ~thinner], images[~thicker & ~thinner], atol=1e-5)
    # Mixed with a dilation by a cross, from a fifth of it to all of it; with an erosion by less.
    for row, column in ((3, 4), (5, 4), (4, 3), (4, 5)):
        np.testing.assert_allclose(varied[:, row, column, 0], beside, atol=1e-5)
    np.testing.assert_allclose(diagonal, 0, atol=1e-5)
    assert 0.199 < beside[thicker].min() < 0.25
    assert 0.95 < beside[thicker].max() <= 1
    lost = 1 - centre[thinner]
    assert 0.119 < lost.min() < 0.15
    assert 0.57 < lost.max() < 0.601
    # The other channel goes with it, by the same share of its own brightness.
    np.testing.assert_allclose(varied[thicker, 1, 4, 1], 0.8 * beside[thicker], atol=1e-5)
    np.testing.assert_allclose(varied[thinner, 2, 4, 1], 0.8 * (1 - lost), atol=1e-5)
    np.testing.assert_allclose(varied[:, 4, 4, 1], 0.8, atol=1e-5)


def test_all_images_can_be_chosen_and_none() -> None:
    images, strength = dots(100), np.ones(100, np.float32)
    for share, changed in ((1.0, True), (0.0, False)):
        varied = augment_images(
            images, strength, replace(NO_AUGMENTATION, thickness=share), np.random.default_rng(2)
        )
        assert ((np.abs(varied - images) > 0.01).any(axis=(1, 2, 3)) == changed).all()


def test_contrast_is_changed_by_an_exponent_for_each_image() -> None:
    images = np.full((400, 6, 6, 2), 0.5, dtype=np.float32)
    images[:, 3] = 0.25
    varied = augment_images(
        images, np.ones(400, np.float32), replace(NO_AUGMENTATION, gamma=0.4), np.random.default_rng(3)
    )
    assert varied.dtype == np.float32
    exponents = np.log(varied[:, 2, 2, 0]) / np.log(0.5)
    assert_spread_evenly(np.log(exponents.astype(np.float64)), 0.4)
    np.testing.assert_allclose(varied, images ** exponents[:, None, None, None], rtol=1e-3)


# ------------------------------------------------------------------------------ with what is wanted


def test_labels_stay_as_they_are() -> None:
    images, labels = dots(20), np.arange(20)
    strength = np.ones(20, np.float32)
    varied, targets = augment_labelled(
        images, labels, strength, ImageAugmentation(), np.random.default_rng(4)
    )
    assert targets is labels
    np.testing.assert_array_equal(
        varied, augment_images(images, strength, ImageAugmentation(), np.random.default_rng(4))
    )


def test_pairs_that_are_given_are_not_changed_themselves() -> None:
    inputs, targets = (np.random.default_rng(seed).random((30, 4, 4, 3), np.float32) for seed in (1, 2))
    before = inputs.copy(), targets.copy()
    both = replace(NO_AUGMENTATION, flip="both")
    flipped, wanted = augment_pairs(inputs, targets, np.ones(30, np.float32), both, np.random.default_rng(5))
    assert not np.array_equal(flipped, inputs)
    assert not np.array_equal(wanted, targets)
    np.testing.assert_array_equal(inputs, before[0])
    np.testing.assert_array_equal(targets, before[1])
