"""Filters and quantiles of grey images.

Matrix products are avoided: the threads of their libraries wait for each other on a busy computer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.float32]

_ROWS_AT_ONCE = 64  # rows that stay in the cache of the processor
_BLOCK, _AT_ONCE = 16, 256  # sizes of matrices that are multiplied fast in one thread


def quantile(values: Grey, share: float) -> float:
    """Return the quantile of at least one value, interpolated linearly as in `np.quantile`."""
    # np.quantile and np.partition are ten times slower for many equal values.
    return quantile_of_sorted(np.sort(values, axis=None), share)


def quantile_of_sorted(ordered: Grey, share: float) -> float:
    """Return the quantile of at least one value, float32 (n,) in ascending order."""
    return _interpolated(len(ordered), share, lambda rank: float(ordered[rank]))


def quantile_of_distances(ordered: Grey, middle: np.float32, share: float) -> float:
    """Return the quantile of the distances of values from a number; ordered: the values as above."""

    def distance(rank: int) -> float:
        # The nearest values are neighbours; the farther end of the best row of them has the distance.
        below, above = middle - ordered[: len(ordered) - rank], ordered[rank:] - middle
        return float(np.maximum(below, above).min())

    return _interpolated(len(ordered), share, distance)


def _interpolated(count: int, share: float, value_at: Callable[[int], float]) -> float:
    position = share * (count - 1)
    index = int(position)
    lower, upper = value_at(index), value_at(min(index + 1, count - 1))
    return lower + (position - index) * (upper - lower)


def closing(grey: Grey, size: int) -> Grey:
    """Return the morphological closing with a square of an odd size; the border is continued outwards."""
    padded = _continued(grey, size - 1, size - 1, size - 1, size - 1)
    dilated = _over_windows(_over_windows(padded, size, np.maximum).T, size, np.maximum)
    closed: Grey = _over_windows(_over_windows(dilated, size, np.minimum).T, size, np.minimum)
    return closed


def box_mean(grey: Grey, size: int) -> Grey:
    """Return the mean in a square around each pixel; the border is continued outwards.

    The square of an even size begins size / 2 pixels before the pixel.
    """
    before, after = size // 2, (size - 1) // 2
    padded = _continued(grey, before, after, before, after)
    mean = np.empty(grey.shape, dtype=np.float32)
    for top in range(0, len(grey), _ROWS_AT_ONCE):
        part = padded[top : top + _ROWS_AT_ONCE + size - 1]
        sums = _over_windows(_over_windows(part, size, np.add).T, size, np.add).T
        np.divide(sums, np.float32(size * size), out=mean[top : top + _ROWS_AT_ONCE])
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
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    bands = _bands((kernel / kernel.sum()).astype(np.float32))
    (height, width), margin = grey.shape, 2 * radius
    padded = _continued(grey, radius, radius, 0, 0)
    wide = np.empty((height, width + margin), dtype=np.float32)
    middle = wide[:, radius : radius + width]
    for top, bottom in _blocks(height, _BLOCK):
        for left, right in _blocks(width, _AT_ONCE):
            part = padded[top : bottom + margin, left:right]
            np.matmul(bands[: len(part), : bottom - top].T, part, out=middle[top:bottom, left:right])
    wide[:, :radius] = wide[:, radius : radius + 1]
    wide[:, radius + width :] = wide[:, radius + width - 1 : radius + width]
    smooth = np.empty(grey.shape, dtype=np.float32)
    for left, right in _blocks(width, _BLOCK):
        for top, bottom in _blocks(height, _AT_ONCE):
            part = wide[top:bottom, left : right + margin]
            np.matmul(part, bands[: part.shape[1], : right - left], out=smooth[top:bottom, left:right])
    return smooth


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
    reach = size // 2
    padded = _continued(grey, reach, reach + down - 1, reach, reach + across - 1)
    windows = sliding_window_view(padded, (size, size))[::down, ::across]
    medians: Grey = np.sort(windows.reshape(*windows.shape[:2], -1))[..., size * size // 2]
    if down == across == 1:
        return medians
    left, top = 0.5 - 0.5 / across, 0.5 - 0.5 / down
    box = left, top, left + width / across, top + height / down
    return np.asarray(Image.fromarray(medians).resize((width, height), Image.Resampling.BILINEAR, box=box))


def _continued(grey: Grey, above: int, below: int, left: int, right: int) -> Grey:
    """Return an image with its border continued outwards by numbers of pixels, faster than `np.pad`."""
    height, width = grey.shape
    padded = np.empty((above + height + below, left + width + right), dtype=np.float32)
    middle = padded[above : above + height]
    middle[:, left : left + width] = grey
    middle[:, :left] = grey[:, :1]
    middle[:, left + width :] = grey[:, -1:]
    padded[:above] = middle[:1]
    padded[above + height :] = middle[-1:]
    return padded


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


def _bands(kernel: Grey) -> Grey:
    """Return the matrix that convolves rows with a kernel, as many as there are columns."""
    bands = np.zeros((_BLOCK + len(kernel) - 1, _BLOCK), dtype=np.float32)
    for column in range(_BLOCK):
        bands[column : column + len(kernel), column] = kernel
    return bands


def _blocks(length: int, size: int) -> list[tuple[int, int]]:
    """Return first and last, exclusive, of blocks of a length."""
    return [(first, min(first + size, length)) for first in range(0, length, size)]
