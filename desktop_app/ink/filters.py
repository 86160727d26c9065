"""Filters and quantiles of grey images.

Matrix products are avoided: the threads of their libraries wait for each other on a busy computer.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.float32]

_ROWS_AT_ONCE = 32  # rows that stay in the cache of the processor


def quantile(values: Grey, share: float) -> float:
    """Return the quantile of at least one value, interpolated linearly as in `np.quantile`."""
    # np.quantile and np.partition are ten times slower for many equal values.
    ordered = np.sort(values, axis=None)
    position = share * (values.size - 1)
    index = int(position)
    lower, upper = float(ordered[index]), float(ordered[min(index + 1, values.size - 1)])
    return lower + (position - index) * (upper - lower)


def closing(grey: Grey, size: int) -> Grey:
    """Return the morphological closing with a square of an odd size; the border is continued outwards."""
    padded = np.pad(grey, size - 1, mode="edge")
    dilated = _over_windows(_over_windows(padded, size, np.maximum).T, size, np.maximum)
    closed: Grey = _over_windows(_over_windows(dilated, size, np.minimum).T, size, np.minimum)
    return closed


def box_mean(grey: Grey, size: int) -> Grey:
    """Return the mean in a square around each pixel; the border is continued outwards.

    The square of an even size begins size / 2 pixels before the pixel.
    """
    padded = np.pad(grey, (size // 2, (size - 1) // 2), mode="edge")
    sums = _over_windows(_over_windows(padded, size, np.add).T, size, np.add).T
    mean: Grey = sums / np.float32(size * size)
    return mean


def gaussian(grey: Grey, sigma: float) -> Grey:
    """Smooth an image with a Gaussian up to four standard deviations; the border is continued outwards.

    Args:
        grey: float32 (height, width).
        sigma: standard deviation in pixels.
    """
    radius = int(4 * sigma + 0.5)
    if radius == 0:
        return grey
    weights = np.exp(-0.5 * (np.arange(-radius, 1) / sigma) ** 2)
    weights = (weights / (2 * weights.sum() - 1)).astype(np.float32)
    return _smoothed_columns(_smoothed_columns(grey, weights).T, weights).T


def local_median(grey: Grey, size: int, places: int) -> Grey:
    """Return the median in a square around each pixel; the border is continued outwards.

    Args:
        grey: float32 (height, width).
        size: side of the square, odd.
        places: largest number of pixels per side at which the median is computed. Between them it is
            interpolated.
    """
    height, width = grey.shape
    down, across = math.ceil(height / places), math.ceil(width / places)
    padded = np.pad(
        grey, ((size // 2, size // 2 + down - 1), (size // 2, size // 2 + across - 1)), mode="edge"
    )
    windows = sliding_window_view(padded, (size, size))[::down, ::across]
    medians: Grey = np.sort(windows.reshape(*windows.shape[:2], -1))[..., size * size // 2]
    if down == across == 1:
        return medians
    left, top = 0.5 - 0.5 / across, 0.5 - 0.5 / down
    box = left, top, left + width / across, top + height / down
    return np.asarray(Image.fromarray(medians).resize((width, height), Image.Resampling.BILINEAR, box=box))


def _over_windows(values: Grey, size: int, combine: np.ufunc) -> Grey:
    """Combine each window of consecutive rows; only whole windows count.

    Windows of 1, 2, 4 … rows are combined, each from two halves.
    """
    count = len(values) - size + 1
    combined: Grey | None = None
    done, length = 0, 1
    while True:
        if size & length:
            window = values[done : done + count]
            combined = window if combined is None else combine(combined, window)
            done += length
        if done == size:
            assert combined is not None
            return combined
        values = combine(values[:-length], values[length:])
        length *= 2


def _smoothed_columns(grey: Grey, weights: Grey) -> Grey:
    """Smooth every column by symmetric weights, of which the last is that of the middle."""
    radius = len(weights) - 1
    padded = np.pad(grey, ((radius, radius), (0, 0)), mode="edge")
    smooth = np.empty(grey.shape, dtype=np.float32)
    for top in range(0, len(grey), _ROWS_AT_ONCE):
        rows = smooth[top : top + _ROWS_AT_ONCE]
        part = padded[top : top + len(rows) + 2 * radius]
        np.multiply(part[radius : radius + len(rows)], weights[radius], out=rows)
        for before in range(radius):
            after = 2 * radius - before
            rows += weights[before] * (part[before : before + len(rows)] + part[after : after + len(rows)])
    return smooth
