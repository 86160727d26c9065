"""Fields for the values of a recipe: bounds, choices and defaults are the recipe's own."""

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
    """The field of a number.

    Args:
        path: of the value in a recipe, e.g. "fitting.epochs" or "seed"; it is the field's name.
        title: for people; so is the explanation.
        explanation: what it does.
        step, unit, reach: as of a NumberField.
    """
    least, most = bounds(*_place(path))
    return NumberField(path, title, _default(path), least, most, explanation, step, unit, reach)


def choice_field(path: str, title: str, words: Mapping[str, str], explanation: str = "") -> ChoiceField:
    """The field of one of a few words; words has what people see of each. See `number_field`."""
    shown = {value: words[value] for value in choices(*_place(path))}
    return ChoiceField(path, title, _default(path), shown, explanation)


def flag_field(path: str, title: str, explanation: str = "") -> FlagField:
    """The field of yes or no. See `number_field`."""
    return FlagField(path, title, _default(path), explanation)


def _place(path: str) -> tuple[type, str]:
    """The class that a value stands in, and its name there."""
    part, _, name = path.rpartition(".")
    if not part:
        return Recipe, name
    hint = get_type_hints(Recipe)[part]
    (owner,) = (each for each in (hint, *get_args(hint)) if is_dataclass(each))
    assert isinstance(owner, type)
    return owner, name


def _default(path: str) -> Any:
    owner, name = _place(path)
    (default,) = (each.default for each in fields(owner) if each.name == name)
    return default
