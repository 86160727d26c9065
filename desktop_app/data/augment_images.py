"""Variety for model inputs: affine and elastic warps, thickness and contrast, a whole batch at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import CubicSpline

from desktop_app.tasks.augmentation import ImageAugmentation

Images = NDArray[np.float32]

_GRID = 5


def vary_images(
    images: Images, strength: NDArray[np.float32], variety: ImageAugmentation, rng: np.random.Generator
) -> Images:
    """Vary each image in its own way.

    The elastic part is a coarse grid of random displacements, spread smoothly over the image
    (after Simard, Steinkraus and Platt, 2003); it is added to the affine map, so that pixels are
    interpolated only once.

    Args:
        images: float32 (n, height, width) in 0..1.
        strength: float32 (n,), how far each image may stray, 1 for all that variety allows.
        variety: the ranges.
        rng: the source of randomness.

    Returns:
        float32 (n, height, width) in 0..1.
    """
    warped = warp(images, *_coordinates(images.shape, strength, variety, rng))
    thickened = _change_thickness(warped, variety, rng)
    gamma = np.exp(rng.uniform(-variety.gamma, variety.gamma, (len(images), 1, 1))).astype(np.float32)
    return _mirrored(np.clip(thickened, 0.0, 1.0) ** gamma, variety, rng)


def warp(images: Images, rows: NDArray[np.float32], columns: NDArray[np.float32]) -> Images:
    """Read each image at fractional places, bilinearly, with 0 outside.

    Args:
        images: float32 (n, height, width).
        rows: float32 (n, height, width), the row to read for each output pixel.
        columns: the same for columns.

    Returns:
        float32 (n, height, width).
    """
    count, height, width = images.shape
    # An empty border makes everything outside read as 0; it is two wide where a place's lower and
    # right neighbours are read as well.
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2)))
    rows = np.clip(rows + 1, 0, height + 1)
    columns = np.clip(columns + 1, 0, width + 1)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top.astype(np.float32), columns - left.astype(np.float32)
    flat = padded.reshape(-1)
    stride = width + 3
    base = np.arange(count, dtype=np.int32)[:, None, None] * ((height + 3) * stride) + top * stride + left
    upper = flat[base] * (1 - right) + flat[base + 1] * right
    lower = flat[base + stride] * (1 - right) + flat[base + stride + 1] * right
    warped: Images = upper * (1 - down) + lower * down
    return warped


def _coordinates(
    shape: tuple[int, ...],
    strength: NDArray[np.float32],
    variety: ImageAugmentation,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows and columns to read from, (n, height, width) each."""
    count, height, width = shape

    def draw(extent: float) -> NDArray[np.float64]:
        return rng.uniform(-extent, extent, count) * strength

    angle, slant = np.deg2rad(draw(variety.rotation)), draw(variety.shear)
    scale_x, scale_y = np.exp(draw(variety.scale)), np.exp(draw(variety.scale))
    y, x = np.mgrid[:height, :width].astype(np.float32) - np.float32((height - 1) / 2)
    cos, sin = np.cos(angle), np.sin(angle)
    xx, xy = cos * scale_x, -sin * scale_y + slant
    yx, yy = sin * scale_x, cos * scale_y
    amplitude = variety.elastic * strength[:, None, None]
    bend_x = _smooth(rng.normal(0.0, 1.0, (count, _GRID, _GRID)) * amplitude, height, width)
    bend_y = _smooth(rng.normal(0.0, 1.0, (count, _GRID, _GRID)) * amplitude, height, width)

    def spread(values: NDArray[np.float64]) -> NDArray[np.float32]:
        return values.astype(np.float32)[:, None, None]

    columns = spread(xx) * x + spread(xy) * y + bend_x + spread(draw(variety.shift) + (width - 1) / 2)
    rows = spread(yx) * x + spread(yy) * y + bend_y + spread(draw(variety.shift) + (height - 1) / 2)
    return rows, columns


def _smooth(grid: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """Spread grids (n, g, g) over (n, height, width) by cubic splines."""
    knots = np.linspace(0.0, 1.0, grid.shape[1])
    basis = CubicSpline(knots, np.eye(len(knots)))
    vertical = basis(np.linspace(0.0, 1.0, height)).astype(np.float32)
    horizontal = basis(np.linspace(0.0, 1.0, width)).astype(np.float32)
    spread: NDArray[np.float32] = vertical @ grid.astype(np.float32) @ horizontal.T
    return spread


def _change_thickness(images: Images, variety: ImageAugmentation, rng: np.random.Generator) -> Images:
    """Some images with thicker, some with thinner strokes, by mixing with a dilation or erosion."""
    choice = rng.random(len(images))
    amount = rng.uniform(0.2, 1.0, (len(images), 1, 1)).astype(np.float32)
    changed = images.copy()
    cross = ndimage.generate_binary_structure(2, 1)[None]
    thicker = choice < variety.thickness / 2
    thinner = (choice >= variety.thickness / 2) & (choice < variety.thickness)
    for chosen, change, share in (
        (thicker, ndimage.grey_dilation, 1.0),
        (thinner, ndimage.grey_erosion, 0.6),
    ):
        if chosen.any():
            picked = images[chosen]
            weight = amount[chosen] * np.float32(share)
            changed[chosen] = picked + weight * (change(picked, footprint=cross) - picked)
    return changed


def _mirrored(images: Images, variety: ImageAugmentation, rng: np.random.Generator) -> Images:
    """Half of the images mirrored, each way that variety wants on its own."""
    # Drawn last: what was drawn before stays the same whether images are mirrored or not.
    for axis, way in ((2, "horizontal"), (1, "vertical")):
        if variety.flip in (way, "both"):
            chosen = rng.random(len(images)) < 0.5
            images[chosen] = np.flip(images[chosen], axis)
    return images
