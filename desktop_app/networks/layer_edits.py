"""Edits of layer lists. Each returns a new list and keeps the layers connected where possible.

The layers of the lists have names; see `layer_list.with_names`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.networks.layer_list import INPUT, CheckedLayers, Layer, free_name
from desktop_app.networks.layers.options import Shape
from desktop_app.networks.layers.registry import KINDS

Layers = tuple[Layer, ...]


def insert_layer(checked: CheckedLayers, layers: Sequence[Layer], index: int, kind: str) -> Layers:
    """Insert a new layer; the layer after it takes the new layer instead of the one before.

    Args:
        checked: the same list, checked; a kind with several inputs gets two with fitting shapes.
        layers: the list.
        index: index of the new layer, 0 to len(layers).
        kind: kind of the new layer.
    """
    new = Layer(kind, free_name(kind, _names(layers)))
    if KINDS[kind].least_inputs > 1:
        new = replace(new, inputs=_fitting_inputs(checked, index, kind))
    return _insert(layers, index, new)


def remove_layer(layers: Sequence[Layer], index: int) -> Layers:
    """Remove a layer; layers that took it take its first input instead."""
    removed = layers[index]
    previous = layers[index - 1].name if index else INPUT
    replacement = removed.inputs[0] if removed.inputs else previous
    kept = [
        replace(layer, inputs=tuple(replacement if name == removed.name else name for name in layer.inputs))
        for position, layer in enumerate(layers)
        if position != index
    ]
    if replacement != previous and index < len(kept) and not kept[index].inputs:
        kept[index] = replace(kept[index], inputs=(replacement,))
    return tuple(kept)


def duplicate_layer(layers: Sequence[Layer], index: int) -> Layers:
    """Insert a copy of a layer after it."""
    layer = layers[index]
    # A layer with several inputs takes the original instead of its first input.
    inputs = (layer.name, *layer.inputs[1:]) if len(layer.inputs) > 1 else ()
    copy = replace(layer, name=free_name(layer.kind, _names(layers)), inputs=inputs)
    return _insert(layers, index + 1, copy)


def move_layer(layers: Sequence[Layer], index: int, target: int) -> Layers:
    """Move a layer to another index; implicit inputs then refer to the new layer before."""
    rest = [layer for position, layer in enumerate(layers) if position != index]
    rest.insert(target, layers[index])
    return tuple(rest)


def rename_layer(layers: Sequence[Layer], index: int, name: str) -> Layers:
    """Rename a layer, to a name that no other has, and update the inputs that refer to it."""
    old = layers[index].name
    renamed = [
        replace(layer, inputs=tuple(name if each == old else each for each in layer.inputs))
        for layer in layers
    ]
    renamed[index] = replace(renamed[index], name=name)
    return tuple(renamed)


def change_kind(checked: CheckedLayers, layers: Sequence[Layer], index: int, kind: str) -> Layers:
    """Change the kind of a layer and keep the options that the new kind also has.

    A name that was generated from the old kind is generated again.
    """
    old = layers[index]
    if kind == old.kind:
        return tuple(layers)
    kept = {option.name: option for option in KINDS[kind].options}
    options = {name: value for name, value in old.options.items() if name in kept and kept[name].fits(value)}
    inputs = old.inputs[: KINDS[kind].most_inputs]
    if len(inputs) < KINDS[kind].least_inputs > 1:
        inputs = _fitting_inputs(checked, index, kind)
    changed = list(layers)
    changed[index] = Layer(kind, old.name, inputs, options)
    if old.kind in KINDS and old.name.rstrip("0123456789") == KINDS[old.kind].name_prefix:
        return rename_layer(changed, index, free_name(kind, _names(layers) - {old.name}))
    return tuple(changed)


def _insert(layers: Sequence[Layer], index: int, new: Layer) -> Layers:
    """Insert a layer; a next layer that took only the previous one takes the new one."""
    result = list(layers)
    previous = result[index - 1].name if index else INPUT
    if index < len(result) and result[index].inputs == (previous,):
        result[index] = replace(result[index], inputs=())
    result.insert(index, new)
    return tuple(result)


def _names(layers: Sequence[Layer]) -> set[str]:
    return {layer.name for layer in layers} | {INPUT}


def _fitting_inputs(checked: CheckedLayers, index: int, kind: str) -> tuple[str, ...]:
    """Return the layer before an index and the nearest earlier one that can be combined with it."""
    candidates: list[tuple[str, Shape | None]] = [(INPUT, checked.input_shape)]
    candidates += [(each.layer.name, each.shape) for each in checked.layers[:index]]
    last, shape = candidates.pop()
    if shape is None:
        return (last,)
    fits = KINDS[kind].can_merge
    fitting = [name for name, other in reversed(candidates) if other and fits(other, shape)]
    return (last, *fitting[:1])
