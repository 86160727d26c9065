"""A wall of samples: what one layer answers to many model inputs, made comparable. Numpy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.inspection.colour import value_range

Values: TypeAlias = NDArray[np.float32]

SAMPLES_PER_PAGE = 64
"""Samples on a wall, as far as there are so many and they fit into memory."""

_MOST_BYTES = 128_000_000

_USUAL_SHARE = 0.995


@dataclass(frozen=True, eq=False)
class SampleResponses:
    """One layer's response to some samples of a set, sorted by label.

    Attributes:
        layer: its name.
        set_name: of the sample set.
        page: which samples these are: page * SAMPLES_PER_PAGE and those that follow.
        pages: how many pages the set has.
        numbers: int64 (n,), which samples of the set these are, n at least 1.
        labels: n of them, empty texts where they are not known.
        inputs: float32 (n, height, width, channels), the model inputs.
        values: float32 (n, ...), the layer's activations.
        most_variable: the channels with the largest variance, the largest first; empty without channels.
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
    """How many samples a wall of a layer with this shape has: SAMPLES_PER_PAGE, or fewer of huge layers."""
    each = 4 * int(np.prod(shape))
    return max(1, min(SAMPLES_PER_PAGE, _MOST_BYTES // each))


def label_order(labels: tuple[str, ...]) -> list[int]:
    """Positions in the order of their labels, numbers by size; equal ones stay in their order."""
    return sorted(range(len(labels)), key=lambda i: (len(labels[i]) if labels[i].isdigit() else 0, labels[i]))


def response_maps(values: Values) -> Values | None:
    """A layer's activations as pictures with channels.

    Args:
        values: float32 (n, ...).

    Returns:
        float32 (n, height, width, channels): of sequences one picture, steps by rows and features by
        columns; None of single units and whatever else is no picture.
    """
    if values.ndim == 4:
        return values
    return values[..., None] if values.ndim == 3 else None


def most_variable_channels(maps: Values) -> tuple[int, ...]:
    """The three channels with the largest variance over all samples and places, the largest first.

    There are fewer where the maps, float32 (n, height, width, channels), have fewer.
    """
    spread = maps.var(axis=(0, 1, 2))
    return tuple(int(channel) for channel in np.argsort(-spread, kind="stable")[:3])


def rgb_images(
    maps: Values, channels: tuple[int, int, int]
) -> tuple[NDArray[np.uint8], tuple[tuple[float, float], ...]]:
    """Three channels as red, green and blue, each in its own range over all samples.

    Args:
        maps: float32 (n, height, width, channels).
        channels: that are red, green and blue.

    Returns:
        uint8 (n, height, width, 3), and the values of 0 and 255 for each colour. A channel with
        negative values has its zero in the middle. The few largest values are all equally bright,
        since a single one of them would leave the rest in the dark.
    """
    seen = maps[..., list(channels)]
    ranges = tuple(_usual_range(seen[..., colour]) for colour in range(3))
    low, high = (np.array(ends, dtype=np.float32) for ends in zip(*ranges, strict=True))
    shares = ((seen - low) / (high - low)).clip(0, 1)
    return np.rint(shares * np.float32(255)).astype(np.uint8), ranges


def _usual_range(values: Values) -> tuple[float, float]:
    """The range of all but a few values, or of all where nearly all are 0."""
    usual = float(np.quantile(np.abs(values), _USUAL_SHARE, method="higher"))
    return value_range(values.clip(-usual, usual) if usual > 0 else values)
