"""Augmentation of model inputs: rotation, shear, scale, shift and elastic deformation."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import CubicSpline

from desktop_app.tasks.augment_images import augment_images, warp
from desktop_app.tasks.augmentation import NO_AUGMENTATION, ImageAugmentation
from tests.tasks.image_draws import assert_uniform

HEIGHT, WIDTH = 25, 33


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


class SampledPositions(NamedTuple):
    """Rows and columns sampled for the pixels around the middle, (n, height, width) each."""

    rows: NDArray[np.float64]
    columns: NDArray[np.float64]

    def matrices(self) -> NDArray[np.float64]:
        """Return the affine maps of (column, row), (n, 2, 2)."""
        (middle_y, middle_x) = (size // 2 for size in self.rows.shape[1:])

        def slopes(values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
            here = values[:, middle_y, middle_x]
            return [values[:, middle_y, middle_x + 1] - here, values[:, middle_y + 1, middle_x] - here]

        return np.stack([*slopes(self.columns), *slopes(self.rows)], axis=1).reshape(-1, 2, 2)

    def shifts(self) -> NDArray[np.float64]:
        """Return the shift of the middle to the right and down, (n, 2)."""
        middle = self.columns.shape[1] // 2, self.columns.shape[2] // 2
        x, y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
        return np.stack([self.columns[:, *middle] - x, self.rows[:, *middle] - y], axis=1)


def sampled_positions(
    settings: ImageAugmentation, count: int, strength: float = 1.0, margin: int = 8, seed: int = 0
) -> SampledPositions:
    """Augment images that contain the row and column of each pixel."""
    scale = np.float32(64)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32) / scale
    images = np.repeat(np.stack([rows, columns], axis=-1)[None], count, axis=0)
    strengths = np.full(count, strength, np.float32)
    augmented = augment_images(images, strengths, settings, np.random.default_rng(seed)).astype(np.float64)
    inner = augmented[:, margin:-margin, margin:-margin] * float(scale)
    return SampledPositions(inner[..., 0], inner[..., 1])


def are_independent(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(abs(np.corrcoef(one, other)[0, 1]) < 0.15)


def test_shifts_are_drawn_independently_for_both_axes() -> None:
    positions = sampled_positions(replace(NO_AUGMENTATION, shift=3.0), 400)
    right, below = positions.shifts().T
    assert_uniform(right, 3.0)
    assert_uniform(below, 3.0)
    assert are_independent(right, below)
    np.testing.assert_allclose(positions.matrices(), np.broadcast_to(np.eye(2), (400, 2, 2)), atol=1e-4)


def test_rotation_is_about_the_centre_in_degrees() -> None:
    positions = sampled_positions(replace(NO_AUGMENTATION, rotation=20.0), 400)
    matrices = positions.matrices()
    angles = np.rad2deg(np.arctan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    assert_uniform(angles, 20.0)
    cos, sin = np.cos(np.deg2rad(angles)), np.sin(np.deg2rad(angles))
    wanted = np.stack([cos, -sin, sin, cos], axis=1).reshape(-1, 2, 2)
    np.testing.assert_allclose(matrices, wanted, atol=1e-4)
    np.testing.assert_allclose(positions.shifts(), 0, atol=1e-4)


def test_shear_is_a_share_of_the_height() -> None:
    positions = sampled_positions(replace(NO_AUGMENTATION, shear=0.3), 400)
    matrices = positions.matrices()
    assert_uniform(matrices[:, 0, 1], 0.3)
    matrices[:, 0, 1] = 0
    np.testing.assert_allclose(matrices, np.broadcast_to(np.eye(2), (400, 2, 2)), atol=1e-4)
    np.testing.assert_allclose(positions.shifts(), 0, atol=1e-4)


def test_scales_are_drawn_independently_for_both_axes() -> None:
    positions = sampled_positions(replace(NO_AUGMENTATION, scale=0.2), 400)
    matrices = positions.matrices()
    wide, high = np.log(matrices[:, 0, 0]), np.log(matrices[:, 1, 1])
    assert_uniform(wide, 0.2)
    assert_uniform(high, 0.2)
    assert are_independent(wide, high)
    np.testing.assert_allclose(matrices[:, [0, 1], [1, 0]], 0, atol=1e-4)
    np.testing.assert_allclose(positions.shifts(), 0, atol=1e-4)


def test_combined_map_equals_single_changes() -> None:
    together = replace(NO_AUGMENTATION, rotation=15.0, scale=0.15, shear=0.2, shift=2.0)
    positions = sampled_positions(together, 30)
    turned = sampled_positions(replace(NO_AUGMENTATION, rotation=15.0), 30).matrices()
    zoomed = sampled_positions(replace(NO_AUGMENTATION, scale=0.15), 30).matrices()
    slanted = sampled_positions(replace(NO_AUGMENTATION, shear=0.2), 30).matrices() - np.eye(2)
    np.testing.assert_allclose(positions.matrices(), turned @ zoomed + slanted, atol=1e-3)
    shifted = sampled_positions(replace(NO_AUGMENTATION, shift=2.0), 30)
    np.testing.assert_allclose(positions.shifts(), shifted.shifts(), atol=1e-4)


def test_strength_scales_the_warp() -> None:
    wide = replace(NO_AUGMENTATION, shift=4.0, shear=0.3)
    whole, half = (sampled_positions(wide, 20, strength=strength) for strength in (1.0, 0.5))
    np.testing.assert_allclose(half.shifts(), whole.shifts() / 2, atol=1e-4)
    np.testing.assert_allclose(half.matrices() - np.eye(2), (whole.matrices() - np.eye(2)) / 2, atol=1e-4)
    bent = replace(NO_AUGMENTATION, elastic=2.0)
    whole, half = (sampled_positions(bent, 20, strength=strength) for strength in (1.0, 0.5))
    still = sampled_positions(NO_AUGMENTATION, 20)
    np.testing.assert_allclose(half.rows - still.rows, (whole.rows - still.rows) / 2, atol=1e-4)
    np.testing.assert_allclose(half.columns - still.columns, (whole.columns - still.columns) / 2, atol=1e-4)


def test_strength_is_per_image() -> None:
    images = np.repeat(np.random.default_rng(1).random((1, 12, 12, 1), dtype=np.float32), 2, axis=0)
    strength = np.array([0, 1], np.float32)
    strong = replace(NO_AUGMENTATION, rotation=30.0, shear=0.3, scale=0.3, shift=3.0, elastic=1.0)
    still, augmented = augment_images(images, strength, strong, np.random.default_rng(2))
    np.testing.assert_allclose(still, images[0], atol=1e-5)
    assert np.abs(augmented - images[1]).max() > 0.1


def test_elastic_deformation_is_a_spline_through_a_coarse_grid() -> None:
    count, margin = 300, 3
    settings, still = (
        replace(NO_AUGMENTATION, elastic=0.6),
        sampled_positions(NO_AUGMENTATION, count, margin=margin),
    )
    bent = sampled_positions(settings, count, margin=margin)
    # Cubic splines over a grid of 5×5 points from edge to edge.
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
    assert are_independent(*moves)
