"""Augmentation of batches of model inputs: warps, thickness, resolution, flips, crops, colours and more.

This file depends on NumPy and SciPy only, so that exported scripts can contain it. SciPy is imported
where it is used, since the startup does not need it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]

_GRID = 5
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in a grey image (ITU-R BT.601)."""

_RESOLUTIONS = 1 / 3, 3 / 4
"""Range of reduced sizes, as shares of the size of an image."""

_INTERPOLATIONS = ("nearest", "linear", "cubic")
"""How reduced images are enlarged."""


class _Settings(Protocol):
    """Settings of `ImageAugmentation`; this module is copied to exported scripts and cannot import it."""

    @property
    def rotation(self) -> float: ...
    @property
    def shear(self) -> float: ...
    @property
    def scale(self) -> float: ...
    @property
    def shift(self) -> float: ...
    @property
    def elastic(self) -> float: ...
    @property
    def thickness(self) -> float: ...
    @property
    def gamma(self) -> float: ...
    @property
    def resolution(self) -> float: ...
    @property
    def flip(self) -> str: ...
    @property
    def crop(self) -> int: ...
    @property
    def brightness(self) -> float: ...
    @property
    def contrast(self) -> float: ...
    @property
    def saturation(self) -> float: ...
    @property
    def cutout(self) -> int: ...
    @property
    def mixup(self) -> float: ...


def augment_labelled(
    inputs: Images,
    targets: NDArray[Any],
    strength: NDArray[np.float32],
    settings: _Settings,
    rng: np.random.Generator,
) -> tuple[Images, NDArray[Any]]:
    """Augment inputs; their labels change only with mixup.

    Args:
        inputs: float32 (n, height, width, channels) in 0..1.
        targets: float32 (n, classes), one-hot.
        strength: float32 (n,), see `augment_images`.
        settings: ranges of the changes.
        rng: random number generator.
    """
    return _mixed(augment_images(inputs, strength, settings, rng), targets, settings, rng)


def augment_pairs(
    inputs: Images,
    targets: NDArray[Any],
    strength: NDArray[np.float32],  # noqa: ARG001 (same signature for all task kinds)
    settings: _Settings,
    rng: np.random.Generator,
) -> tuple[Images, NDArray[Any]]:
    """Flip and crop inputs and target images in the same way; other changes would misalign their pixels.

    Args:
        inputs: float32 (n, height, width, channels) in 0..1.
        targets: (n, scale * height, scale * width, channels).
        strength: not used.
        settings: only `flip` and `crop` are used.
        rng: random number generator.
    """
    flipped = _flipped((inputs, targets), settings, rng)
    cropped, cropped_targets = _cropped(flipped, settings, rng)
    return cropped, cropped_targets


def augment_images(
    images: Images, strength: NDArray[np.float32], settings: _Settings, rng: np.random.Generator
) -> Images:
    """Augment each image independently; only gamma and the saturation depend on the channel.

    Elastic deformation interpolates a coarse grid of random displacements (after Simard, Steinkraus and
    Platt, 2003). It is added to the affine map, so that pixels are interpolated only once.

    Args:
        images: float32 (n, height, width, channels) in 0..1.
        strength: float32 (n,), factor on the ranges of the warp for each image.
        settings: ranges of the changes.
        rng: random number generator.

    Returns:
        float32 (n, height, width, channels) in 0..1.
    """
    # Random numbers are drawn even for changes that are switched off, so that runs can be resumed.
    positions = _positions(images.shape, strength, settings, rng)
    changed = warp(images, *positions) if positions is not None else images
    changed = _change_thickness(changed, settings, rng)
    exponents = rng.uniform(-settings.gamma, settings.gamma, (len(images), 1, 1, 1))
    if positions is not None or settings.thickness or settings.gamma:
        changed = _with_gamma(np.clip(changed, 0.0, 1.0), np.exp(exponents).astype(np.float32))
    (flipped,) = _flipped((_reduce_resolution(changed, settings, rng),), settings, rng)
    (cropped,) = _cropped((_change_colours(flipped, settings, rng),), settings, rng)
    return _cut_out(cropped, settings, rng)


def _with_gamma(images: Images, exponents: Images) -> Images:
    """Raise the brightness of images to exponents, (n, 1, 1, 1), and keep their colours."""
    if images.shape[3] == 1:
        return np.asarray(images**exponents)
    brightness = images.mean(axis=3, keepdims=True)
    factors = np.divide(
        brightness**exponents, brightness, out=np.zeros_like(brightness), where=brightness > 0
    )
    return np.asarray(np.minimum(images * factors, np.float32(1)))


def warp(images: Images, rows: NDArray[np.float32], columns: NDArray[np.float32]) -> Images:
    """Sample images at fractional positions with bilinear interpolation and 0 outside.

    Args:
        images: float32 (n, height, width, channels).
        rows: float32 (n, new height, new width), the row to sample for each output pixel.
        columns: float32 (n, new height, new width), the column.

    Returns:
        float32 (n, new height, new width, channels).
    """
    count, height, width, channels = images.shape
    # Zero padding; two pixels below and on the right, since those neighbours are also read.
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2), (0, 0)))
    rows = np.clip(rows + 1, 0, height + 1)
    columns = np.clip(columns + 1, 0, width + 1)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top.astype(np.float32), columns - left.astype(np.float32)
    stride = width + 3
    base = np.arange(count, dtype=np.int32)[:, None, None] * ((height + 3) * stride) + top * stride + left
    warped = np.empty((*rows.shape, channels), np.float32)
    for channel in range(channels):
        flat = padded[..., channel].reshape(-1)
        upper = flat[base] * (1 - right) + flat[base + 1] * right
        lower = flat[base + stride] * (1 - right) + flat[base + stride + 1] * right
        warped[..., channel] = upper * (1 - down) + lower * down
    return warped


def _positions(
    shape: tuple[int, ...], strength: NDArray[np.float32], settings: _Settings, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Draw the rows and columns to sample, (n, height, width) each; None if images are not warped."""
    count, height, width, _ = shape

    def draw(extent: float) -> NDArray[np.float64]:
        return rng.uniform(-extent, extent, count) * strength

    angle, slant = np.deg2rad(draw(settings.rotation)), draw(settings.shear)
    scale_x, scale_y = np.exp(draw(settings.scale)), np.exp(draw(settings.scale))
    grid_x, grid_y = (rng.normal(0.0, 1.0, (count, _GRID, _GRID)) for _ in range(2))
    shift_x, shift_y = draw(settings.shift), draw(settings.shift)
    if not any((settings.rotation, settings.shear, settings.scale, settings.shift, settings.elastic)):
        return None
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    y, x = np.mgrid[:height, :width].astype(np.float32)
    y, x = y - np.float32(middle_y), x - np.float32(middle_x)
    cos, sin = np.cos(angle), np.sin(angle)
    xx, xy = cos * scale_x, -sin * scale_y + slant
    yx, yy = sin * scale_x, cos * scale_y
    amplitude = settings.elastic * strength[:, None, None]
    bend_x, bend_y = (_smooth(grid * amplitude, height, width) for grid in (grid_x, grid_y))

    def spread(values: NDArray[np.float64]) -> NDArray[np.float32]:
        return values.astype(np.float32)[:, None, None]

    columns = spread(xx) * x + spread(xy) * y + bend_x + spread(shift_x + middle_x)
    rows = spread(yx) * x + spread(yy) * y + bend_y + spread(shift_y + middle_y)
    return rows, columns


def _smooth(grid: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """Interpolate grids (n, g, g) to (n, height, width) with cubic splines."""
    from scipy.interpolate import CubicSpline

    knots = np.linspace(0.0, 1.0, grid.shape[1])
    basis = CubicSpline(knots, np.eye(len(knots)))
    vertical = basis(np.linspace(0.0, 1.0, height)).astype(np.float32)
    horizontal = basis(np.linspace(0.0, 1.0, width)).astype(np.float32)
    spread: NDArray[np.float32] = vertical @ grid.astype(np.float32) @ horizontal.T
    return spread


def _change_thickness(images: Images, settings: _Settings, rng: np.random.Generator) -> Images:
    """Mix some images with their dilation (thicker strokes) and some with their erosion (thinner)."""
    from scipy import ndimage

    choice = rng.random(len(images))
    amount = rng.uniform(0.2, 1.0, (len(images), 1, 1, 1)).astype(np.float32)
    if not settings.thickness:
        return images
    changed = images.copy()
    cross = ndimage.generate_binary_structure(2, 1)[None, ..., None]
    thicker = choice < settings.thickness / 2
    thinner = (choice >= settings.thickness / 2) & (choice < settings.thickness)
    operations: tuple[tuple[NDArray[np.bool_], Callable[..., Images], float], ...] = (
        (thicker, ndimage.grey_dilation, 1.0),
        (thinner, ndimage.grey_erosion, 0.6),
    )
    for chosen, operation, share in operations:
        if chosen.any():
            picked = images[chosen]
            weight = amount[chosen] * np.float32(share)
            changed[chosen] = picked + weight * (operation(picked, footprint=cross) - picked)
    return changed


def _reduce_resolution(images: Images, settings: _Settings, rng: np.random.Generator) -> Images:
    """Reduce some images by averaging areas, and enlarge them again with a random interpolation."""
    if not settings.resolution:
        return images
    changed, (height, width) = images.copy(), images.shape[1:3]
    for row in np.flatnonzero(rng.random(len(images)) < settings.resolution).tolist():
        share, method = rng.uniform(*_RESOLUTIONS), _INTERPOLATIONS[rng.integers(len(_INTERPOLATIONS))]
        vertical, horizontal = (
            _reducing_matrix(size, max(4, round(share * size)), method) for size in (height, width)
        )
        changed[row] = np.einsum("ij,jkc,lk->ilc", vertical, images[row], horizontal, optimize=True)
    return np.clip(changed, 0.0, 1.0, out=changed)


@cache
def _reducing_matrix(size: int, reduced: int, method: str) -> NDArray[np.float32]:
    """Return the matrix (size, size) that averages areas of an axis and interpolates between them."""
    from scipy.interpolate import interp1d

    edges = np.linspace(0, size, reduced + 1)
    starts, ends = edges[:-1, None], edges[1:, None]
    pixels = np.arange(size)
    covered = np.clip(np.minimum(ends, pixels + 1) - np.maximum(starts, pixels), 0, 1)
    centres = (edges[:-1] + edges[1:]) / 2
    enlarge = interp1d(centres, covered * reduced / size, method, axis=0)
    matrix: NDArray[np.float32] = enlarge(np.clip(pixels + 0.5, *centres[[0, -1]])).astype(np.float32)
    return matrix


def _flipped(
    sets: tuple[NDArray[Any], ...], settings: _Settings, rng: np.random.Generator
) -> tuple[NDArray[Any], ...]:
    """Mirror a random half of the images in each direction of the settings, the same half in all sets."""
    # Drawn after the other changes, so that they do not depend on this setting.
    axes = [axis for axis, name in ((2, "horizontal"), (1, "vertical")) if settings.flip in (name, "both")]
    flipped = tuple(images.copy() for images in sets) if axes else sets
    for axis in axes:
        chosen = rng.random(len(sets[0])) < 0.5
        for images in flipped:
            images[chosen] = np.flip(images[chosen], axis)
    return flipped


def _cropped(
    sets: tuple[NDArray[Any], ...], settings: _Settings, rng: np.random.Generator
) -> tuple[NDArray[Any], ...]:
    """Move each image by whole pixels, with zeros outside; larger sets by as many times more pixels."""
    if not settings.crop:
        return sets
    downs, rights = rng.integers(-settings.crop, settings.crop, (2, len(sets[0])), endpoint=True)
    cropped = []
    for images in sets:
        scale = images.shape[1] // sets[0].shape[1]
        moved = np.zeros_like(images)
        for image, target, down, right in zip(images, moved, scale * downs, scale * rights, strict=True):
            target[_part(down), _part(right)] = image[_part(-down), _part(-right)]
        cropped.append(moved)
    return tuple(cropped)


def _part(shift: int) -> slice:
    """Return the part of an axis that is filled after a shift."""
    return slice(shift, None) if shift > 0 else slice(None, shift or None)


def _change_colours(images: Images, settings: _Settings, rng: np.random.Generator) -> Images:
    """Change brightness, contrast and, in colour images, saturation."""

    def draw(extent: float) -> NDArray[np.float32]:
        return rng.uniform(-extent, extent, (len(images), 1, 1, 1)).astype(np.float32)

    if not any((settings.brightness, settings.contrast, settings.saturation)):
        return images
    changed = images.copy()
    if settings.brightness:
        changed += draw(settings.brightness)
    if settings.contrast:
        means = changed.mean(axis=(1, 2, 3), keepdims=True)
        factors = 1 + draw(settings.contrast)
        changed *= factors
        changed += means * (1 - factors)
    if settings.saturation and images.shape[3] == len(_LUMINANCE):
        factors = 1 + draw(settings.saturation)
        greys = np.einsum("nhwc,c->nhw", changed, _LUMINANCE)[..., None] * (1 - factors)
        changed *= factors
        changed += greys
    return np.clip(changed, 0.0, 1.0, out=changed)


def _cut_out(images: Images, settings: _Settings, rng: np.random.Generator) -> Images:
    """Replace a square of each image by its mean colour (DeVries and Taylor, 2017)."""
    size = settings.cutout
    if not size:
        return images
    count, height, width, _ = images.shape
    # The centre is inside the image, the square need not be.
    corners = rng.integers(0, (height, width), (count, 2)) - size // 2
    changed, means = images.copy(), images.mean(axis=(1, 2))
    for image, mean, (top, left) in zip(changed, means, corners, strict=True):
        image[max(0, top) : top + size, max(0, left) : left + size] = mean
    return changed


def _mixed(
    inputs: Images, targets: NDArray[Any], settings: _Settings, rng: np.random.Generator
) -> tuple[Images, NDArray[Any]]:
    """Mix each image and its target with those of another image of the batch (Zhang et al., 2018)."""
    if not settings.mixup:
        return inputs, targets
    share = rng.beta(settings.mixup, settings.mixup, len(inputs)).astype(np.float32)
    # The larger share is the image's own, so that it keeps its label for the accuracy.
    share = np.maximum(share, 1 - share)
    partners = rng.permutation(len(inputs))

    def mix(values: NDArray[Any]) -> NDArray[Any]:
        own = share.reshape(-1, *[1] * (values.ndim - 1))
        mixed: NDArray[Any] = own * values + (1 - own) * values[partners]
        return mixed

    return mix(inputs), mix(targets)
