"""Edits of layer lists: each gives a new list in which as much as possible stays connected.

All take and give lists whose layers have names; see `layer_list.with_names`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.networks.layer_list import INPUT, CheckedLayers, Layer, free_name
from desktop_app.networks.layers.options import Shape
from desktop_app.networks.layers.registry import KINDS

Layers = tuple[Layer, ...]


def insert_layer(traced: CheckedLayers, layers: Sequence[Layer], place: int, kind: str) -> Layers:
    """With a new layer at a place; what took the layer before it takes the new one.

    Args:
        traced: the same layers, looked at: layers that take several are given two that fit.
        layers: the list.
        place: 0 for the first, len(layers) for the last.
        kind: of the new layer.
    """
    new = Layer(kind, free_name(kind, _names(layers)))
    if KINDS[kind].least_inputs > 1:
        new = replace(new, inputs=_fitting_inputs(traced, place, kind))
    return _inserted(layers, place, new)


def remove_layer(layers: Sequence[Layer], place: int) -> Layers:
    """Without a layer; what took it takes what it took."""
    gone = layers[place]
    before = layers[place - 1].name if place else INPUT
    instead = gone.inputs[0] if gone.inputs else before
    kept = [
        replace(layer, inputs=tuple(instead if name == gone.name else name for name in layer.inputs))
        for number, layer in enumerate(layers)
        if number != place
    ]
    if instead != before and place < len(kept) and not kept[place].inputs:
        kept[place] = replace(kept[place], inputs=(instead,))
    return tuple(kept)


def duplicate_layer(layers: Sequence[Layer], place: int) -> Layers:
    """With a second layer like the one at a place, behind it."""
    layer = layers[place]
    # What takes several goes on taking the others.
    inputs = (layer.name, *layer.inputs[1:]) if len(layer.inputs) > 1 else ()
    copy = replace(layer, name=free_name(layer.kind, _names(layers)), inputs=inputs)
    return _inserted(layers, place + 1, copy)


def move_layer(layers: Sequence[Layer], place: int, target: int) -> Layers:
    """With a layer at another place; those that take "the layer before" take what is there then."""
    rest = [layer for number, layer in enumerate(layers) if number != place]
    rest.insert(target, layers[place])
    return tuple(rest)


def rename_layer(layers: Sequence[Layer], place: int, name: str) -> Layers:
    """With another name for a layer, which no other has; what took it goes on taking it."""
    old = layers[place].name
    renamed = [
        replace(layer, inputs=tuple(name if each == old else each for each in layer.inputs))
        for layer in layers
    ]
    renamed[place] = replace(renamed[place], name=name)
    return tuple(renamed)


def change_kind(traced: CheckedLayers, layers: Sequence[Layer], place: int, kind: str) -> Layers:
    """With another kind of layer at a place, which keeps the options that it has as well.

    A name that was made of the kind is made anew.
    """
    old = layers[place]
    if kind == old.kind:
        return tuple(layers)
    kept = {option.name: option for option in KINDS[kind].options}
    options = {name: value for name, value in old.options.items() if name in kept and kept[name].fits(value)}
    inputs = old.inputs[: KINDS[kind].most_inputs]
    if len(inputs) < KINDS[kind].least_inputs > 1:
        inputs = _fitting_inputs(traced, place, kind)
    changed = list(layers)
    changed[place] = Layer(kind, old.name, inputs, options)
    if old.kind in KINDS and old.name.rstrip("0123456789") == KINDS[old.kind].name_prefix:
        return rename_layer(changed, place, free_name(kind, _names(layers) - {old.name}))
    return tuple(changed)


def _inserted(layers: Sequence[Layer], place: int, new: Layer) -> Layers:
    """With a layer at a place, and the next one behind it if that took only the one before."""
    result = list(layers)
    before = result[place - 1].name if place else INPUT
    if place < len(result) and result[place].inputs == (before,):
        result[place] = replace(result[place], inputs=())
    result.insert(place, new)
    return tuple(result)


def _names(layers: Sequence[Layer]) -> set[str]:
    return {layer.name for layer in layers} | {INPUT}


def _fitting_inputs(traced: CheckedLayers, place: int, kind: str) -> tuple[str, ...]:
    """The layer before a place, and the nearest one before that which can be added or joined to it."""
    known: list[tuple[str, Shape | None]] = [(INPUT, traced.input_shape)]
    known += [(each.layer.name, each.shape) for each in traced.layers[:place]]
    last, shape = known.pop()
    if shape is None:
        return (last,)
    fits = KINDS[kind].can_merge
    fitting = [name for name, other in reversed(known) if other and fits(other, shape)]
    return (last, *fitting[:1])
