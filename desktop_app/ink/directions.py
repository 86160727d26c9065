"""Directions of the pen as the colours of a model input.

The hue of ink turns with the direction in which the pen moved, from orange (right) over green (down) and blue
(left) to magenta (up). Ink without a direction, such as that of images, is grey. The channels are
ink * (2 + cos(direction - axis)) / 3, with one axis for each of red, green and blue; their mean is ink * 2/3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import Placement
from desktop_app.ink.strokes import Ink

Values = NDArray[np.float32]
Positions = NDArray[np.float64]

DIRECTION_CHANNELS = 3
"""Red, green and blue."""

_AXES = np.radians((-30, 90, 210))
"""Directions in which red, green and blue are strongest; 90 degrees is downwards."""

_STEP = 0.5
"""Largest distance between two positions on a stroke, in pixels of the model input."""

_MOST_POSITIONS = 20_000
"""Of an ink, aside from one for each segment; those of a longer scribble are farther apart."""

_BLUR = np.array((1, 4, 6, 4, 1)) / 16
"""Weights of the pixels around a position, which reach the edges of a pen of usual width."""

_SMALLEST_WEIGHT = 0.01
"""Length of stroke in a pixel, after blurring, below which the direction fades."""


def grey_channels(ink: Values) -> Values:
    """Return the channels of ink without directions.

    Args:
        ink: float32 (…, 1) in 0..1.

    Returns:
        Float32 (…, DIRECTION_CHANNELS) in 0..2/3, read-only.
    """
    channels: Values = np.repeat(ink * np.float32(2 / 3), DIRECTION_CHANNELS, axis=-1)
    channels.setflags(write=False)
    return channels


def without_directions(channels: Values) -> Values:
    """Return the channels, (…, DIRECTION_CHANNELS), of the same ink without directions."""
    return np.repeat(channels.mean(axis=-1, keepdims=True), DIRECTION_CHANNELS, axis=-1)


def ink_of(channels: Values) -> Values:
    """Return the ink of channels, float32 (…, DIRECTION_CHANNELS), as float32 (…) in 0..1."""
    ink: Values = np.minimum(channels.mean(axis=-1) * np.float32(1.5), np.float32(1))
    return ink


def with_directions(
    model_inputs: Sequence[Values], inks: Sequence[Ink], placements: Sequence[Placement]
) -> list[Values]:
    """Add the directions of the pen to the model inputs of inks.

    Args:
        model_inputs: float32 (size, size, 1) in 0..1, all of one size.
        inks: each has at least one stroke.
        placements: from pixels of the model inputs to the canvas.

    Returns:
        Float32 (size, size, DIRECTION_CHANNELS) in 0..1 of each, read-only. Where strokes are close or cross,
        the direction is their mean, so the colour is paler.
    """
    values = np.stack(model_inputs)
    directions = _directions(inks, placements, values.shape[1])
    shares = directions @ np.stack([np.cos(_AXES), np.sin(_AXES)])
    channels = (values * (2 + shares) / 3).astype(np.float32)
    channels.setflags(write=False)
    return list(channels)


def _directions(inks: Sequence[Ink], placements: Sequence[Placement], size: int) -> NDArray[np.float64]:
    """Return cosine and sine of the mean direction in each pixel, (n, size, size, 2)."""
    starts, steps, owners = _segments(inks, placements)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    distances = np.maximum(np.bincount(owners, lengths, len(inks)) / _MOST_POSITIONS, _STEP)
    counts = np.maximum(np.ceil(lengths / distances[owners]), 1).astype(np.int64)
    numbers = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    shares = (numbers + 0.5) / np.repeat(counts, counts)
    positions = np.repeat(starts, counts, axis=0) + np.repeat(steps, counts, axis=0) * shares[:, None]
    amounts = np.concatenate([lengths[:, None], steps], axis=1) / counts[:, None]
    sums = _spread(positions, np.repeat(amounts, counts, axis=0), np.repeat(owners, counts), len(inks), size)
    return np.moveaxis(sums[1:] / np.maximum(sums[0], _SMALLEST_WEIGHT), 0, -1)


def _segments(
    inks: Sequence[Ink], placements: Sequence[Placement]
) -> tuple[Positions, Positions, NDArray[np.int64]]:
    """Return start and step of the segments of all strokes in pixels of the model inputs, and their inks."""
    strokes = [stroke.points for ink in inks for stroke in ink.strokes]
    amounts = [ink.point_count for ink in inks]
    maps = [(each.left, each.top, each.scale_x, each.scale_y) for each in placements]
    left, top, scale_x, scale_y = np.repeat(np.array(maps), amounts, axis=0).T
    canvas = np.concatenate(strokes)
    points = np.stack([(canvas[:, 0] - left) / scale_x, (canvas[:, 1] - top) / scale_y], axis=1)
    is_start = np.ones(len(points), dtype=np.bool_)
    is_start[np.cumsum([len(stroke) for stroke in strokes]) - 1] = False
    first = np.flatnonzero(is_start)
    return points[first], points[first + 1] - points[first], np.repeat(np.arange(len(inks)), amounts)[first]


def _spread(
    positions: Positions, amounts: Positions, owners: NDArray[np.int64], count: int, size: int
) -> NDArray[np.float64]:
    """Return amounts at positions, (n, k), as blurred images of their owners, (k, count, size, size)."""
    # The centre of the first pixel is 0.5; positions outside count for the pixels at the border.
    places = np.clip(positions - 0.5, 0, size - 1)
    corners = np.minimum(places.astype(np.int64), size - 2)
    right, below = (places - corners).T
    index = (owners * size + corners[:, 1]) * size + corners[:, 0]
    shares = ((1 - right) * (1 - below), right * (1 - below), (1 - right) * below, right * below)
    where = np.concatenate([index, index + 1, index + size, index + size + 1])
    images = [
        np.bincount(where, np.concatenate([share * each for share in shares]), count * size * size)
        for each in amounts.T
    ]
    blur = _blur(size)
    blurred: NDArray[np.float64] = blur @ np.stack(images).reshape(-1, count, size, size) @ blur
    return blurred


def _blur(size: int) -> NDArray[np.float64]:
    """Return the matrix that blurs the rows or columns of an image; it is symmetric."""
    distances = np.abs(np.arange(size)[:, None] - np.arange(size)) + len(_BLUR) // 2
    return np.where(distances < len(_BLUR), _BLUR[np.minimum(distances, len(_BLUR) - 1)], 0.0)
