"""Translation of errors and messages from packages without Qt."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.core.messages import Translatable

_FIXED_SPACE = "\N{NO-BREAK SPACE}"


def translated(message: Translatable | None) -> str:
    """Return a message or user error in the language of the interface; empty for None."""
    return "" if message is None else message.text(_translate)


def with_fixed_spaces(text: str) -> str:
    """Return a text whose lines never end between a number and its percent sign, or beside an arrow."""
    return text.replace(" %", f"{_FIXED_SPACE}%").replace(" → ", f"{_FIXED_SPACE}→{_FIXED_SPACE}")


def _translate(template: str) -> str:
    # lupdate puts what it finds through an alias into the empty context.
    return QCoreApplication.translate("", template)
