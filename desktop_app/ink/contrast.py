"""Contrast of grey images with their paper, and its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from desktop_app.ink.filters import gaussian, quantile_of_distances, quantile_of_sorted

Grey: TypeAlias = NDArray[np.float32]

_LEVELS: Grey = np.arange(256, dtype=np.float32) / np.float32(255)  # values of images with 8 bits
_MOST_ASPECT = 4  # longer sides beyond this multiple of the shorter one do not add to the length
# Darker paper counts as this bright; in a gradient to black, rounding would be ink.
_MIN_BRIGHTNESS, _MIN_BRIGHTNESS_OF_DARK = 0.1, 0.5
_MIN_NOISE = 1.0 / 255  # less noise is ignored
_INK_QUANTILE, _CLEAR_RATIO = 0.999, 80.0  # contrast of ink, in standard deviations of noise, if it is clear


@dataclass(frozen=True, eq=False)
class Contrast:
    """Contrast with the paper as a share of the largest possible; positive for ink.

    Attributes:
        values: float32 (height, width).
        ordered: the same in ascending order, float32 (height * width,).
        noise: standard deviation of the contrast on paper.
        is_noisy: whether the noise is strong.
    """

    values: Grey
    ordered: Grey
    noise: float
    is_noisy: bool


def image_length(shape: tuple[int, ...]) -> int:
    """Return the side by which sizes are measured: the longer one, limited for long strips of text."""
    return min(max(shape), _MOST_ASPECT * min(shape))


def contrast_with_paper(grey: Grey, paper: Grey, *, light_on_dark: bool) -> Contrast:
    """Compute the contrast of each pixel with the paper.

    Dark ink absorbs a share of the light on the paper; light ink adds light. Strong noise is smoothed, which
    blurs small characters, unless neighbouring pixels have little: dense ink counts as noise.

    Args:
        grey: float32 (height, width) in 0..1.
        paper: brightness of the paper, float32 of any size, which is scaled to that of the image, or (1, 1)
            if it is even; of dark paper it is 1 - brightness.
        light_on_dark: whether the ink is lighter than the paper.
    """
    paper = _resized(paper, grey.shape)
    possible: Grey = np.maximum(
        paper, np.float32(_MIN_BRIGHTNESS_OF_DARK if light_on_dark else _MIN_BRIGHTNESS)
    )

    def shares(values: Grey) -> Grey:
        darkness: Grey = (paper - (1 - values if light_on_dark else values)) / possible
        return darkness

    contrast = shares(grey)
    histogram = _histogram(grey) if paper.size == 1 else None
    if histogram is None:
        ordered = np.sort(contrast, axis=None)
    else:
        # On even paper, the order of the contrasts is that of the levels of 8 bits.
        step = 1 if light_on_dark else -1
        ordered = np.repeat(shares(_LEVELS)[0, ::step], histogram[::step])
    noise = _noise_of(ordered)
    if noise < _MIN_NOISE or quantile_of_sorted(ordered, _INK_QUANTILE) > _CLEAR_RATIO * noise:
        return Contrast(contrast, ordered, noise, is_noisy=False)
    if quantile_of_sorted(ordered, _INK_QUANTILE) > _CLEAR_RATIO * _pixel_noise(contrast):
        return Contrast(contrast, ordered, noise, is_noisy=True)
    smooth = gaussian(contrast, image_length(grey.shape) / 400)
    ordered = np.sort(smooth, axis=None)
    return Contrast(smooth, ordered, _noise_of(ordered), is_noisy=True)


def _histogram(grey: Grey) -> NDArray[np.int64] | None:
    """Return how often each of _LEVELS occurs in an image, int64 (256,); None if there are other values."""
    levels = np.rint(grey * np.float32(255)).astype(np.uint8)
    if not np.array_equal(np.divide(levels, np.float32(255), dtype=np.float32), grey):
        return None
    # Pillow counts in less than half of the time of np.bincount.
    return np.array(Image.fromarray(levels).histogram(), dtype=np.int64)


def _pixel_noise(contrast: Grey) -> float:
    """Return the standard deviation of the noise on paper from one pixel to the next; some rows decide."""
    rows = contrast[::4]
    is_paper = rows < 0.5 * rows.max()
    steps = np.abs(np.diff(rows, axis=1))[is_paper[:, 1:] & is_paper[:, :-1]]
    return float(np.median(steps)) / 0.954 if steps.size else 0.0


def _noise_of(ordered: Grey) -> float:
    """Return the standard deviation of the contrast on paper, robust against ink.

    A quantile of 0.7 also works where black or white clips one half of the noise.

    Args:
        ordered: the contrasts in ascending order.
    """
    paper = ordered[: np.searchsorted(ordered, 0.5 * ordered[-1], side="right")]
    return quantile_of_distances(paper, np.float32(quantile_of_sorted(paper, 0.5)), 0.7) / 1.036


def _resized(paper: Grey, shape: tuple[int, ...]) -> Grey:
    """Return the paper at the size of the image; a single value stays as it is."""
    if paper.size == 1:
        return paper
    image = Image.fromarray(paper).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    return np.asarray(image)
