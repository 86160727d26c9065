"""Differences between recipes, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass

from PySide6.QtCore import QCoreApplication

from desktop_app.networks.layer_list import Layer
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.recipe import Recipe

MISSING = "\N{EN DASH}"
"""Shown for a field that a recipe does not have."""

_NAMES = frozenset({"name", "title"})
_LONGEST = 1000


@dataclass(frozen=True)
class Difference:
    """A field that is not the same in all recipes.

    Attributes:
        field: its path, e.g. "fitting: batch size".
        values: one for each recipe, in order.
    """

    field: str
    values: tuple[str, ...]


def differences(recipes: Sequence[Recipe]) -> tuple[Difference, ...]:
    """Return the fields that differ, in the order of the recipe, without names and titles."""
    layers = _layer_fields([recipe.layers for recipe in recipes])
    tables = [
        dict(_flat(recipe)) | layer_fields for recipe, layer_fields in zip(recipes, layers, strict=True)
    ]
    # In the order of the recipe, including fields that only some recipes have.
    order = dict.fromkeys(field for table in tables for field in table)
    found = []
    for field in order:
        values = tuple(table.get(field, MISSING) for table in tables)
        if len(set(values)) > 1:
            found.append(Difference(field, values))
    return tuple(found)


def _flat(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield path and text of every value of a recipe except its layers."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if path or field.name not in _NAMES | {"layers"}:
                yield from _flat(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for number, part in enumerate(value, 1):
            # No number for the first: most recipes have one source.
            numbered = path if number == 1 else (*path[:-1], f"{path[-1]} {number}")
            yield from _flat(part, numbered)
    else:
        yield ": ".join(part.replace("_", " ") for part in path), _value_text(value)


def _layer_fields(networks: Sequence[tuple[Layer, ...]]) -> list[dict[str, str]]:
    """Return the layers as fields: option by option if all networks have the same layer kinds."""
    kinds = {tuple(layer.kind for layer in layers) for layers in networks}
    if len(kinds) > 1:
        return [{"layers": network_text(layers)} for layers in networks]
    return [dict(_options(layers)) for layers in networks]


def _options(layers: Sequence[Layer]) -> Iterator[tuple[str, str]]:
    # Names of layers are no difference, their inputs are.
    numbers = {layer.name: _layer_name(number) for number, layer in enumerate(layers, 1) if layer.name}
    for number, layer in enumerate(layers, 1):
        name = f"{_layer_name(number)} ({layer.kind})"
        for option, value in _full(layer).items():
            yield f"{name}: {option.replace('_', ' ')}", _value_text(value)
        inputs = QCoreApplication.translate("Comparison", "inputs")
        yield f"{name}: {inputs}", _inputs_of(layer, number, numbers)


def _inputs_of(layer: Layer, number: int, numbers: Mapping[str, str]) -> str:
    return ", ".join(numbers.get(name, name) for name in layer.inputs) or _layer_name(number - 1)


def _layer_name(number: int) -> str:
    return QCoreApplication.translate("Comparison", "layer {number}").format(number=number)


def network_text(layers: Sequence[Layer]) -> str:
    """Return a network on one line, e.g. "Flatten · 2 × Dense 300 · Dense classes"."""
    parts: list[list[object]] = []
    for layer in layers:
        # The first option is the size of a layer.
        first = next(iter(_full(layer).values()), "")
        text = f"{layer.kind} {_value_text(first)}".strip()
        if parts and parts[-1][1] == text:
            parts[-1] = [int(str(parts[-1][0])) + 1, text]
        else:
            parts.append([1, text])
    line = " · ".join(f"{count} × {text}" if count != 1 else f"{text}" for count, text in parts)
    return line[:_LONGEST]


def _full(layer: Layer) -> Mapping[str, object]:
    """Return all options of a layer including defaults."""
    kind = KINDS.get(layer.kind)
    defaults = {} if kind is None else {option.name: option.default for option in kind.options}
    return defaults | layer.options


def _value_text(value: object) -> str:
    if value == CLASSES:
        return QCoreApplication.translate("Comparison", "classes")
    if value is None:
        return QCoreApplication.translate("Comparison", "none")
    if isinstance(value, bool):
        return (
            QCoreApplication.translate("Comparison", "yes")
            if value
            else QCoreApplication.translate("Comparison", "no")
        )
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(_value_text, value))[:_LONGEST] or QCoreApplication.translate(
            "Comparison", "none"
        )
    return str(value)[:_LONGEST]
