"""What depends on what in a network: layers on layers, values on parts of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from desktop_app.networks.arithmetic import Box, Position
from desktop_app.networks.layers.operation import Operation
from desktop_app.networks.layers.shape import Rearranging
from desktop_app.networks.network_info import NetworkInfo

Operations: TypeAlias = Mapping[str, Operation | None]
"""By layer name; None where the arithmetic is not known."""

_NOTHING = Box(0, 0, 0, 0)


def layers_before(info: NetworkInfo, layer: str) -> set[str]:
    """The layer and all that it depends on."""
    found = {layer}
    for other in reversed(info.layers):
        if other.name in found:
            found.update(other.inputs)
    return found


def layers_after(info: NetworkInfo, layer: str) -> set[str]:
    """The layer and all that depend on it."""
    found = {layer}
    for other in info.layers:
        if found.intersection(other.inputs):
            found.add(other.name)
    return found


def receptive_field(
    info: NetworkInfo, operations: Operations, value: tuple[str, Position], on: str, clipped: bool
) -> Box | None:
    """The part of a layer that a value depends on.

    Args:
        info: the network.
        operations: what its layers compute.
        value: its layer and position.
        on: the layer whose part is asked for.
        clipped: whether padding is no part of anything; otherwise boxes are as large as windows are,
            wherever they lie.

    Returns:
        The box; an empty one where the value does not depend on the layer at all; None where it
        depends on all of it, where the layer is no picture, or where an arithmetic is not known.
    """
    found = _origin(operations, value, on)
    if found is None:
        return _NOTHING
    layer, position = found
    if len(info.layer(on).shape) != 3 or len(position) != 3:
        return None
    row, column, _ = position
    boxes = {layer: Box(row, column, row + 1, column + 1)}
    behind = layers_after(info, on)
    for other in reversed(info.layers):
        if other.name in boxes and other.name in behind and other.name != on:
            windows = _windows(info, operations[other.name], boxes[other.name], behind)
            if windows is None:
                return None
            for name, box in windows.items():
                _add(boxes, name, box.clipped(*info.layer(name).shape[:2]) if clipped else box)
    return boxes.get(on, _NOTHING)


def _origin(operations: Operations, value: tuple[str, Position], on: str) -> tuple[str, Position] | None:
    """Where a value was before it depended on others; None where it is padding."""
    layer, position = value
    operation = operations[layer]
    while layer != on and operation is not None:
        source = operation.source_of(position)
        if source is None:
            return None if isinstance(operation, Rearranging) else (layer, position)
        layer, position = source
        operation = operations[layer]
    return layer, position


def _windows(
    info: NetworkInfo, operation: Operation | None, box: Box, behind: set[str]
) -> dict[str, Box] | None:
    """The parts of those inputs of a layer that matter; None where a box cannot tell them."""
    windows = None if operation is None else operation.input_boxes(box)
    if operation is None or windows is None:
        return None
    found: dict[str, Box] = {}
    for layer, window in zip(operation.inputs, windows, strict=True):
        if layer.name in behind:
            if len(info.layer(layer.name).shape) != 3:
                return None
            _add(found, layer.name, window)
    return found


def _add(boxes: dict[str, Box], name: str, box: Box) -> None:
    """Note a part of a layer beside what is already noted."""
    if box.top < box.bottom and box.left < box.right:
        boxes[name] = boxes[name].union(box) if name in boxes else box
