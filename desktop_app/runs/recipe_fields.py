"""Form fields for the values of a recipe, with bounds, choices and defaults from the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from desktop_app.core.fields import ChoiceField, FlagField, NumberField
from desktop_app.runs.recipe import Recipe, bounds, choices


def number_field(
    path: str,
    title: str,
    explanation: str = "",
    *,
    step: float = 0.0,
    unit: str = "",
    reach: float | None = None,
) -> NumberField:
    """Create a field for a number.

    Args:
        path: path of the value in a recipe, e.g. "fitting.epochs" or "seed"; also the name of the field.
        title: label of the field.
        explanation: tooltip of the field.
        step, unit, reach: see NumberField.
    """
    least, most = bounds(*_owner(path))
    return NumberField(path, title, _default(path), least, most, explanation, step, unit, reach)


def choice_field(path: str, title: str, labels: Mapping[str, str], explanation: str = "") -> ChoiceField:
    """Create a field for a choice; labels has the text of each value. See `number_field`."""
    choice_labels = {value: labels[value] for value in choices(*_owner(path))}
    return ChoiceField(path, title, _default(path), choice_labels, explanation)


def flag_field(path: str, title: str, explanation: str = "") -> FlagField:
    """Create a field for a Boolean value. See `number_field`."""
    return FlagField(path, title, _default(path), explanation)


def _owner(path: str) -> tuple[type, str]:
    """Return the class that has a value, and the name of the value."""
    part, _, name = path.rpartition(".")
    if not part:
        return Recipe, name
    hint = get_type_hints(Recipe)[part]
    (owner,) = (each for each in (hint, *get_args(hint)) if is_dataclass(each))
    assert isinstance(owner, type)
    return owner, name


def _default(path: str) -> Any:
    owner, name = _owner(path)
    (default,) = (each.default for each in fields(owner) if each.name == name)
    return default
