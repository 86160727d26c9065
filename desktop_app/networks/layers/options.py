"""Options of layers: names, allowed values and their text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from desktop_app.core.errors import shown_list
from desktop_app.core.fields import ChoiceField, Field, FlagField, NumberField
from desktop_app.core.messages import Message, Translatable, message

Sizes: TypeAlias = tuple[int | tuple[int, int], ...]
"""Numbers for rows and columns, axes or sizes; for margins each may be a pair."""

Value: TypeAlias = bool | int | float | str | Sizes | None

Options: TypeAlias = Mapping[str, Value]
"""Values by Keras name."""

Shape: TypeAlias = tuple[int, ...]
"""Shape of an activation without the batch axis."""

CLASSES = "classes"
"""Value of an option: the number of classes of the data."""


@dataclass(frozen=True)
class Option:
    """One option of a layer kind.

    Attributes:
        name: Keras name.
        title: label in the interface, e.g. "Kernel".
        explanation: what it does, as a sentence without a full stop.
        default: value of new layers.
        least, most: range of numbers; numbers are whole where least is an int.
        choices: allowed texts; empty where the option is a number, a tuple or a flag.
        step: of a spin box; 0 for a tenth of the value.
        none: text for the value None, e.g. "as the window"; None where None is not allowed.
        lengths: allowed lengths of a tuple; empty where only a single number is allowed.
        margins: whether an element of a tuple may be a pair: before and after.
        allows_classes: whether CLASSES is allowed.
        training_only: whether it has an effect only during training; model cards do not contain it.
        short: template of short_text(), with {value} or, for all numbers of a tuple, {full}.
        always_shown: whether short_text() returns a text for the default, too.
    """

    name: str
    title: Message
    explanation: Message
    default: Value
    least: float = 0
    most: float = 0
    choices: tuple[str, ...] = ()
    step: float = 0
    none: Message | None = None
    lengths: tuple[int, ...] = ()
    margins: bool = False
    allows_classes: bool = False
    training_only: bool = False
    short: str = "{value}"
    always_shown: bool = False

    @property
    def is_flag(self) -> bool:
        """Whether its values are True and False."""
        return isinstance(self.default, bool)

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return isinstance(self.least, int) and not self.choices and not self.is_flag

    def field(self, translated: Callable[[Translatable | None], str]) -> Field:
        """Return a form field for a single value, with translated texts."""
        title, tip = translated(self.title), f"{translated(self.explanation)} ({self.name})"
        if self.choices:
            words = {each: each for each in self.choices}
            return ChoiceField(self.name, title, str(self.default), words, tip)
        if isinstance(self.default, bool):
            return FlagField(self.name, title, self.default, tip)
        default = self.default if isinstance(self.default, int | float) else None
        step, none = self.step or float(self.is_whole), translated(self.none)
        return NumberField(self.name, title, default, self.least, self.most, tip, step, none=none)

    @property
    def allowed_values(self) -> Message:
        """Description of the allowed values, as part of a sentence."""
        if self.choices:
            return message("one of {choices}", choices=shown_list(self.choices))
        if self.is_flag:
            return message("yes or no")
        return message("a value from {least:g} to {most:g}", least=self.least, most=self.most)

    def fits(self, value: object) -> bool:
        """Whether a value is allowed, regardless of other options and of the input shape."""
        if value is None:
            return bool(self.none)
        if self.choices:
            return value in self.choices
        if self.is_flag:
            return isinstance(value, bool)
        if isinstance(value, tuple):
            return len(value) in self.lengths and all(self._fits_in_tuple(each) for each in value)
        if isinstance(self.default, tuple):
            return False
        return (self.allows_classes and value == CLASSES) or self._in_range(value)

    def short_text(self, value: Value) -> Message | None:
        """Return the text in a list of layers, e.g. "stride 2"; None for a default not always shown."""
        if value == self.default and not self.always_shown:
            return None
        return Message(self.short, {"value": numbers_text(value), "full": numbers_text(self._full(value))})

    def _full(self, value: Value) -> Value:
        return (value,) * self.lengths[0] if self.lengths and isinstance(value, int) else value

    def _fits_in_tuple(self, value: object) -> bool:
        if isinstance(value, tuple):
            return self.margins and len(value) == 2 and all(map(self._in_range, value))
        return self._in_range(value)

    def _in_range(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return self.least <= value <= self.most and (isinstance(value, int) or not self.is_whole)


def numbers_text(value: Value) -> str:
    """Return the text of a value, e.g. "3×5", or "2+1×0+3" for margins."""
    if isinstance(value, tuple):
        return "×".join("+".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value)
    return str(value)


def parse_numbers(text: str) -> Sizes | int | None:
    """Return the numbers in a text like "3", "3×5", "3x5" or "2+1×0+3"; None where it is invalid."""
    parts = text.lower().replace("×", "x").replace(" ", "").split("x")
    try:
        sizes = tuple(_number_or_pair(part) for part in parts)
    except ValueError:
        return None
    return sizes[0] if len(sizes) == 1 and isinstance(sizes[0], int) else sizes


def _number_or_pair(text: str) -> int | tuple[int, int]:
    if "+" not in text:
        return int(text)
    before, after = text.split("+")
    return int(before), int(after)


def int_option(options: Options, name: str) -> int:
    """Return the value of an option that is a whole number or a flag."""
    value = options[name]
    assert isinstance(value, int), name
    return value
