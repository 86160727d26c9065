"""Translation of errors and messages from packages without Qt."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.core.messages import Translatable


def translated(message: Translatable | None) -> str:
    """Return a message or user error in the language of the interface; empty for None."""
    return "" if message is None else message.text(_translate)


def with_whole_percentages(text: str) -> str:
    """Return a text whose lines never end between a number and its percent sign."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _translate(template: str) -> str:
    # lupdate puts what it finds through an alias into the empty context.
    return QCoreApplication.translate("", template)
