"""Responses of one layer to many samples, for the sample grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import value_range

Values: TypeAlias = NDArray[np.float32]

SAMPLES_PER_PAGE = 64
"""Samples in the grid, unless their activations exceed the memory limit."""

_MAX_BYTES = 128_000_000

_RANGE_QUANTILE = 0.995


@dataclass(frozen=True, eq=False)
class SampleResponses:
    """Responses of one layer to a page of samples, sorted by label.

    Attributes:
        layer: name of the layer.
        set_name: name of the sample set.
        page: number of the page, 0..pages - 1.
        pages: number of pages of the set.
        numbers: int64 (n,), numbers of the samples in the set, n at least 1.
        labels: n labels, empty texts where they are not known.
        inputs: float32 (n, height, width, channels), the model inputs.
        values: float32 (n, ...), the activations of the layer.
        most_variable: up to three channels with the largest variance, in order; empty without channels.
    """

    layer: str
    set_name: str
    page: int
    pages: int
    numbers: NDArray[np.int64]
    labels: tuple[str, ...]
    inputs: Values
    values: Values
    most_variable: tuple[int, ...] = ()


def samples_per_page(shape: tuple[int, ...]) -> int:
    """Return the number of samples on a page for a layer of this shape, fewer for very large layers."""
    sample_bytes = 4 * int(np.prod(shape))
    return max(1, min(SAMPLES_PER_PAGE, _MAX_BYTES // sample_bytes))


def label_order(labels: tuple[str, ...]) -> list[int]:
    """Return positions in the order of their labels, numbers by value; the sort is stable."""
    return sorted(range(len(labels)), key=lambda i: (len(labels[i]) if labels[i].isdigit() else 0, labels[i]))


def response_maps(values: Values) -> Values | None:
    """Return a layer's activations as maps.

    Args:
        values: float32 (n, ...).

    Returns:
        float32 (n, height, width, channels); a sequence is one map, with steps as rows and features
        as columns. None for other ranks, e.g. units.
    """
    if values.ndim == 4:
        return values
    return values[..., None] if values.ndim == 3 else None


def most_variable_channels(maps: Values) -> tuple[int, ...]:
    """Return the three channels with the largest variance over all samples and positions, in order.

    Maps, float32 (n, height, width, channels), with fewer channels give fewer.
    """
    variances = maps.var(axis=(0, 1, 2))
    return tuple(int(channel) for channel in np.argsort(-variances, kind="stable")[:3])


def rgb_images(
    maps: Values, channels: tuple[int, int, int]
) -> tuple[NDArray[np.uint8], tuple[tuple[float, float], ...]]:
    """Return three channels as red, green and blue, each with one range for all samples.

    Args:
        maps: float32 (n, height, width, channels).
        channels: numbers of the red, green and blue channel.

    Returns:
        uint8 (n, height, width, 3), and the range of each colour. Zero is the middle of the range for
        a channel with negative values. Outliers are clipped, because they would darken the rest.
    """
    selected = maps[..., list(channels)]
    ranges = tuple(_clipped_range(selected[..., colour]) for colour in range(3))
    low, high = (np.array(ends, dtype=np.float32) for ends in zip(*ranges, strict=True))
    shares = ((selected - low) / (high - low)).clip(0, 1)
    return np.rint(shares * np.float32(255)).astype(np.uint8), ranges


def _clipped_range(values: Values) -> tuple[float, float]:
    """Return the range of all values but outliers; of all values if nearly all are 0."""
    limit = float(np.quantile(np.abs(values), _RANGE_QUANTILE, method="higher"))
    return value_range(values.clip(-limit, limit) if limit > 0 else values)
