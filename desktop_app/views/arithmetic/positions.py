"""Places in activations: stepping from one to the next, and where flattened values came from."""

from __future__ import annotations

import numpy as np

from desktop_app.networks.arithmetic import Position
from desktop_app.networks.network_info import NetworkInfo


def is_place(info: NetworkInfo, layer: str, position: Position) -> bool:
    """Whether a network has such a value."""
    if layer not in info:
        return False
    shape = info.layer(layer).shape
    return len(shape) == len(position) and all(0 <= i < size for i, size in zip(position, shape, strict=True))


def next_place(shape: tuple[int, ...], position: Position, step: int) -> Position | None:
    """The value step places on in reading order, row by row on the same channel; None at the end.

    Args:
        shape: of the activation.
        position: where to start.
        step: 1 forwards, -1 back.
    """
    walked, channel = _walked(shape), position[-1:]
    at = int(np.ravel_multi_index(position[: len(walked)], walked)) + step
    if not 0 <= at < int(np.prod(walked)):
        return None
    place = tuple(int(index) for index in np.unravel_index(at, walked))
    return place if len(walked) == len(shape) else place + channel


def moved(shape: tuple[int, ...], position: Position, rows: int, columns: int) -> Position:
    """The value so many rows down and columns to the right, or as far as the activation goes."""
    wanted = list(position)
    wanted[min(1, len(shape) - 1)] += columns
    if len(shape) > 1:
        wanted[0] += rows
    return tuple(min(max(index, 0), size - 1) for index, size in zip(wanted, shape, strict=True))


def origin(info: NetworkInfo, layer: str, position: Position) -> tuple[str, Position]:
    """The value in a picture that a value behind layers which only pass values on came from.

    Of a value that came from no picture, the place itself.
    """
    at, index = info.layer(layer), position
    while at.passes_on and at.inputs:
        before = info.layer(at.inputs[0])
        if np.prod(before.shape) != np.prod(at.shape):
            break
        place = np.unravel_index(int(np.ravel_multi_index(index, at.shape)), before.shape)
        at, index = before, tuple(int(i) for i in place)
    return (at.name, index) if len(at.shape) == 3 else (layer, position)


def _walked(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes that stepping goes along: a channel is walked on its own, a row of units whole."""
    return shape[:-1] or shape
