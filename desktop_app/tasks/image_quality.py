"""Similarity of images to their originals: PSNR and SSIM, of all pixels and inside the box of the ink.

SSIM: structural similarity (Wang, Bovik, Sheikh and Simoncelli, 2004).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.normalize import INK_THRESHOLD
from desktop_app.tasks.scores import decibels

Images: TypeAlias = NDArray[np.float32]
"""float32 (n, height, width, channels) in 0..1."""
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

_RADIUS, _SIGMA = 5, 1.5
"""The window of SSIM has 11×11 pixels with Gaussian weights."""

_C1, _C2 = 0.01**2, 0.03**2
"""Constants of SSIM for values in 0..1."""

_BLOCK = 1000
"""Number of images that are compared at once, which limits the memory."""


@dataclass(frozen=True, eq=False)
class ImageQuality:
    """Similarity of n images to their originals; float64 (n,) each.

    Attributes:
        psnr: peak signal-to-noise ratio in decibels, at most 100.
        ssim: structural similarity, -1..1, 1 for equal images.
        psnr_in_box: PSNR inside the box of the ink.
        ssim_in_box: SSIM of the windows around the pixels inside the box of the ink.
    """

    psnr: Floats
    ssim: Floats
    psnr_in_box: Floats
    ssim_in_box: Floats


def image_quality(images: Images, originals: Images) -> ImageQuality:
    """Compare images with their originals.

    Args:
        images: float32 (n, height, width, channels), n at least 1; values are clipped to 0..1.
        originals: of the same shape, light on a dark background if they show ink. Without ink, the box
            contains the whole image.
    """
    blocks = [
        _quality(images[start : start + _BLOCK], originals[start : start + _BLOCK])
        for start in range(0, len(images), _BLOCK)
    ]
    return ImageQuality(*map(np.concatenate, zip(*blocks, strict=True)))


def ink_boxes(originals: Images) -> Mask:
    """Return the pixels inside the bounding box of the ink, bool (n, height, width); all without ink."""
    values = originals.max(axis=3)
    rows, columns = (_between(values.max(axis=axis) > INK_THRESHOLD) for axis in (2, 1))
    return rows[:, :, None] & columns[:, None, :]


def _between(flags: Mask) -> Mask:
    """Return the positions from the first to the last True of each row; all if there is none."""
    is_after = np.maximum.accumulate(flags, axis=1)
    is_before = np.maximum.accumulate(flags[:, ::-1], axis=1)[:, ::-1]
    return (is_after & is_before) | ~flags.any(axis=1, keepdims=True)


def _quality(images: Images, originals: Images) -> tuple[Floats, Floats, Floats, Floats]:
    given, wanted = images.astype(np.float64).clip(0, 1), originals.astype(np.float64)
    errors, similarities = np.square(given - wanted).mean(axis=3), _ssim_map(given, wanted)
    boxes = ink_boxes(originals)
    return (
        decibels(errors.mean(axis=(1, 2))),
        similarities.mean(axis=(1, 2)),
        decibels(errors.mean(axis=(1, 2), where=boxes)),
        similarities.mean(axis=(1, 2), where=boxes),
    )


def _ssim_map(given: Floats, wanted: Floats) -> Floats:
    """Return SSIM of the window around each pixel, mean over the channels, (n, height, width)."""
    vertical, horizontal = (_window_weights(size) for size in given.shape[1:3])

    def average(values: Floats) -> Floats:
        planes = np.moveaxis(values, 3, 1)
        return np.asarray(vertical @ planes @ horizontal.T)

    mean, wanted_mean = average(given), average(wanted)
    product, square, wanted_square = mean * wanted_mean, np.square(mean), np.square(wanted_mean)
    variances = average(np.square(given)) - square + average(np.square(wanted)) - wanted_square
    covariance = average(given * wanted) - product
    similarity = (2 * product + _C1) * (2 * covariance + _C2)
    similarity /= (square + wanted_square + _C1) * (variances + _C2)
    return np.asarray(similarity.mean(axis=1))


def _window_weights(size: int) -> Floats:
    """Return the Gaussian weights of the window around each position of an axis, (size, size).

    Beyond its ends the image is mirrored. Each row sums to 1.
    """
    distances = np.arange(-_RADIUS, _RADIUS + 1)
    window = np.exp(-np.square(distances) / (2 * _SIGMA**2))
    mirrored = np.pad(np.arange(size), _RADIUS, mode="symmetric")
    weights = np.zeros((size, size))
    for position in range(size):
        np.add.at(weights[position], mirrored[position : position + len(window)], window / window.sum())
    return weights
