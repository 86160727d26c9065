"""Positions in activations: stepping, and the source of flattened values."""

from __future__ import annotations

import numpy as np

from desktop_app.networks.arithmetic import Position
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.network_info import NetworkInfo


def has_value(info: NetworkInfo, layer: str, position: Position) -> bool:
    """Return whether a network has a layer with a position."""
    if layer not in info:
        return False
    shape = info.layer(layer).shape
    return len(shape) == len(position) and all(0 <= i < size for i, size in zip(position, shape, strict=True))


def next_position(shape: tuple[int, ...], position: Position, step: int) -> Position | None:
    """Return the next position in reading order on the same channel; None at the end.

    Args:
        shape: of the activation.
        position: where to start.
        step: 1 forwards, -1 back.
    """
    walked, channel = _walked(shape), position[-1:]
    at = int(np.ravel_multi_index(position[: len(walked)], walked)) + step
    if not 0 <= at < int(np.prod(walked)):
        return None
    location = tuple(int(index) for index in np.unravel_index(at, walked))
    return location if len(walked) == len(shape) else location + channel


def moved_position(shape: tuple[int, ...], position: Position, rows: int, columns: int) -> Position:
    """Return the position some rows down and columns to the right, limited to the activation."""
    wanted = list(position)
    wanted[min(1, len(shape) - 1)] += columns
    if len(shape) > 1:
        wanted[0] += rows
    return tuple(min(max(index, 0), size - 1) for index, size in zip(wanted, shape, strict=True))


def origin(info: NetworkInfo, layer: str, position: Position) -> tuple[str, Position]:
    """Trace a value back through layers that only rearrange values, to a position in a map.

    Returns:
        The source layer and position; the given ones if the source is not a map.
    """
    at, index = info.layer(layer), position
    while is_identity(at) and at.inputs:
        before = info.layer(at.inputs[0])
        if np.prod(before.shape) != np.prod(at.shape):
            break
        location = np.unravel_index(int(np.ravel_multi_index(index, at.shape)), before.shape)
        at, index = before, tuple(int(i) for i in location)
    return (at.name, index) if len(at.shape) == 3 else (layer, position)


def _walked(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the axes that stepping follows: all but the channel, or the single axis of units."""
    return shape[:-1] or shape
