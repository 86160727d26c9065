"""Filters and quantiles of grey images.

Matrix products are avoided: the threads of their libraries wait for each other on a busy computer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.float32]

_ROWS_AT_ONCE = 64  # rows that stay in the cache of the processor


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
    padded = np.pad(grey, size - 1, mode="edge")
    dilated = _over_windows(_over_windows(padded, size, np.maximum).T, size, np.maximum)
    closed: Grey = _over_windows(_over_windows(dilated, size, np.minimum).T, size, np.minimum)
    return closed


def box_mean(grey: Grey, size: int) -> Grey:
    """Return the mean in a square around each pixel; the border is continued outwards.

    The square of an even size begins size / 2 pixels before the pixel.
    """
    padded = np.pad(grey, (size // 2, (size - 1) // 2), mode="edge")
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
    weights = np.exp(-0.5 * (np.arange(-radius, 1) / sigma) ** 2)
    weights = (weights / (2 * weights.sum() - 1)).astype(np.float32)
    (height, width), margin = grey.shape, 2 * radius
    padded = np.pad(grey, ((radius, radius), (0, 0)), mode="edge")
    smooth = np.empty(grey.shape, dtype=np.float32)
    wide = np.empty((min(_ROWS_AT_ONCE, height), width + margin), dtype=np.float32)
    pair = np.empty((len(wide), width), dtype=np.float32)
    for top in range(0, height, _ROWS_AT_ONCE):
        count = min(_ROWS_AT_ONCE, height - top)
        part, rows = padded[top : top + count + margin], wide[:count]
        shifts = [part[shift : shift + count] for shift in range(margin + 1)]
        _weighted_sum(shifts, weights, rows[:, radius : radius + width], pair[:count])
        rows[:, :radius] = rows[:, radius : radius + 1]
        rows[:, radius + width :] = rows[:, radius + width - 1 : radius + width]
        shifts = [rows[:, shift : shift + width] for shift in range(margin + 1)]
        _weighted_sum(shifts, weights, smooth[top : top + count], pair[:count])
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


def _weighted_sum(shifts: Sequence[Grey], weights: Grey, result: Grey, pair: Grey) -> None:
    """Add shifted images by symmetric weights, of which the last is that of the one in the middle.

    Args:
        shifts: float32 (height, width) each, an odd number.
        weights: float32 (n,), of the first n images.
        result: the weighted sum, float32 (height, width).
        pair: memory for a sum, float32 (height, width).
    """
    middle = len(weights) - 1
    np.multiply(shifts[middle], weights[middle], out=result)
    for number in range(middle):
        np.add(shifts[number], shifts[2 * middle - number], out=pair)
        np.multiply(pair, weights[number], out=pair)
        np.add(result, pair, out=result)
