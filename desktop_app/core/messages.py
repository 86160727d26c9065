"""Sentences and titles that the interface translates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@runtime_checkable
class Translatable(Protocol):
    """Something that can be written in the language of the interface: a message or a user error."""

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return the text with its values; translate: from an English template to a translated one."""


@dataclass(frozen=True)
class Message:
    """A sentence or title for people; str() is the English text.

    Attributes:
        template: English text with {named} values, by which translations are found; without values it
            is taken as it is, else a literal brace stands twice.
        values: value of each name; those that are translatable themselves are translated as well.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return the text with its values; translate: from an English template to a translated one."""
        values = {
            name: value.text(translate) if isinstance(value, Translatable) else value
            for name, value in self.values.items()
        }
        translated = translate(self.template)
        return translated.format_map(values) if values else translated

    def __str__(self) -> str:
        """Return the English text."""
        return self.text()


def message(template: str, /, **values: object) -> Message:
    """Return a message; lupdate finds the template, which must be a string literal."""
    return Message(template, values)


def message_template(template: str, /) -> str:
    """Return the template of messages whose values are not known yet; lupdate finds the string literal."""
    return template
