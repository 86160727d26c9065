"""Dependencies in a network: between layers, and between values and regions of feature maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from desktop_app.networks.arithmetic import Box, Position
from desktop_app.networks.layers.operation import Operation
from desktop_app.networks.layers.shape import Rearranging
from desktop_app.networks.network_info import NetworkInfo

Operations: TypeAlias = Mapping[str, Operation | None]
"""Operations by layer name; None for unsupported kinds."""

_EMPTY = Box(0, 0, 0, 0)


def layers_before(info: NetworkInfo, layer: str) -> set[str]:
    """Return the names of the layer and of all layers that it depends on."""
    found = {layer}
    for other in reversed(info.layers):
        if other.name in found:
            found.update(other.inputs)
    return found


def layers_after(info: NetworkInfo, layer: str) -> set[str]:
    """Return the names of the layer and of all layers that depend on it."""
    found = {layer}
    for other in info.layers:
        if found.intersection(other.inputs):
            found.add(other.name)
    return found


def receptive_field(
    info: NetworkInfo, operations: Operations, value: tuple[str, Position], on: str, clipped: bool
) -> Box | None:
    """Return the region of a layer that a value depends on.

    Args:
        info: the network.
        operations: operations of its layers.
        value: layer and position of the value.
        on: the layer in which the region is computed.
        clipped: whether to clip the region to the map; otherwise it includes padding and has the same
            size at all positions of a layer.

    Returns:
        The region; empty if the value does not depend on the layer; None if it depends on the whole
        layer, if the layer has no rows and columns, or if the kind of a layer between is not supported.
    """
    source = _source(operations, value, on)
    if source is None:
        return _EMPTY
    layer, position = source
    if len(info.layer(on).shape) != 3 or len(position) != 3:
        return None
    row, column, _ = position
    boxes = {layer: Box(row, column, row + 1, column + 1)}
    dependent = layers_after(info, on)
    for other in reversed(info.layers):
        if other.name in boxes and other.name in dependent and other.name != on:
            windows = _windows(info, operations[other.name], boxes[other.name], dependent)
            if windows is None:
                return None
            for name, box in windows.items():
                _add(boxes, name, box.clipped(*info.layer(name).shape[:2]) if clipped else box)
    return boxes.get(on, _EMPTY)


def _source(operations: Operations, value: tuple[str, Position], on: str) -> tuple[str, Position] | None:
    """Follow a copied value back to where it was computed, at most to `on`; None for padding."""
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
    info: NetworkInfo, operation: Operation | None, box: Box, dependent: set[str]
) -> dict[str, Box] | None:
    """Return the regions of the inputs that are in `dependent`; None if they are not boxes."""
    windows = None if operation is None else operation.input_boxes(box)
    if operation is None or windows is None:
        return None
    found: dict[str, Box] = {}
    for layer, window in zip(operation.inputs, windows, strict=True):
        if layer.name in dependent:
            if len(info.layer(layer.name).shape) != 3:
                return None
            _add(found, layer.name, window)
    return found


def _add(boxes: dict[str, Box], name: str, box: Box) -> None:
    """Extend the region of a layer, if the box is not empty."""
    if box.top < box.bottom and box.left < box.right:
        boxes[name] = boxes[name].union(box) if name in boxes else box
