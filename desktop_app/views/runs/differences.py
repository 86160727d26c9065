"""What differs between recipes: only the fields that do, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

from desktop_app.networks.layer_list import Layer
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.recipe import Recipe

MISSING = "\N{EN DASH}"
"""Stands where a recipe does not have a field at all."""

_NAMES = frozenset({"name", "title"})
_LONGEST = 1000


@dataclass(frozen=True)
class Difference:
    """One field that is not the same in all recipes.

    Attributes:
        field: where it stands, e.g. "fitting: batch size".
        values: one for each recipe, in their order.
    """

    field: str
    values: tuple[str, ...]


def differences(recipes: Sequence[Recipe]) -> tuple[Difference, ...]:
    """The fields that differ, in the order of the recipe; names and titles are no differences."""
    layers = _layer_fields([recipe.layers for recipe in recipes])
    tables = [dict(_flat(recipe)) | own for recipe, own in zip(recipes, layers, strict=True)]
    # The order of the recipe, also of fields that only some have.
    order = dict.fromkeys(field for table in tables for field in table)
    found = []
    for field in order:
        values = tuple(table.get(field, MISSING) for table in tables)
        if len(set(values)) > 1:
            found.append(Difference(field, values))
    return tuple(found)


def _flat(value: object, place: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The single values of a recipe with their places; layers are told of elsewhere."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if place or field.name not in _NAMES | {"layers"}:
                yield from _flat(getattr(value, field.name), (*place, field.name))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for number, part in enumerate(value, 1):
            # Most recipes have one source: no number is needed to tell it from others.
            numbered = place if number == 1 else (*place[:-1], f"{place[-1]} {number}")
            yield from _flat(part, numbered)
    else:
        yield ": ".join(part.replace("_", " ") for part in place), _worded(value)


def _layer_fields(networks: Sequence[tuple[Layer, ...]]) -> list[dict[str, str]]:
    """The layers as fields: option by option where all networks have the same kinds of layers."""
    kinds = {tuple(layer.kind for layer in layers) for layers in networks}
    if len(kinds) > 1:
        return [{"layers": network_words(layers)} for layers in networks]
    return [dict(_options(layers)) for layers in networks]


def _options(layers: Sequence[Layer]) -> Iterator[tuple[str, str]]:
    # What layers are called is no difference; what they take is.
    numbers = {layer.name: f"layer {number}" for number, layer in enumerate(layers, 1) if layer.name}
    for number, layer in enumerate(layers, 1):
        name = f"layer {number} ({layer.kind})"
        for option, value in _full(layer).items():
            yield f"{name}: {option.replace('_', ' ')}", _worded(value)
        yield f"{name}: inputs", _inputs_of(layer, number, numbers)


def _inputs_of(layer: Layer, number: int, numbers: Mapping[str, str]) -> str:
    before = f"layer {number - 1}"
    return ", ".join(numbers.get(name, name) for name in layer.inputs) or before


def network_words(layers: Sequence[Layer]) -> str:
    """A network on one line, e.g. "Flatten · 2 × Dense 300 · Dense classes"."""
    words: list[list[object]] = []
    for layer in layers:
        # The first option is what decides on a layer's size.
        first = next(iter(_full(layer).values()), "")
        own = f"{layer.kind} {_worded(first)}".strip()
        if words and words[-1][1] == own:
            words[-1] = [int(str(words[-1][0])) + 1, own]
        else:
            words.append([1, own])
    line = " · ".join(f"{count} × {own}" if count != 1 else f"{own}" for count, own in words)
    return line[:_LONGEST]


def _full(layer: Layer) -> Mapping[str, object]:
    """All options of a layer, those of its kind first."""
    kind = KINDS.get(layer.kind)
    own = {} if kind is None else {option.name: option.default for option in kind.options}
    return own | layer.options


def _worded(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(_worded, value))[:_LONGEST] or "none"
    return str(value)[:_LONGEST]
