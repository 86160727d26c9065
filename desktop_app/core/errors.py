"""Errors that users see as one sentence, and names and reasons that fit into it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from typing import Self

from desktop_app.core.messages import Message, message

_LONGEST_NAME = 50
_LONGEST_LIST = 60

_REASONS = {
    errno.ENOENT: message("it does not exist"),
    errno.EACCES: message("permission is missing"),
    errno.EPERM: message("permission is missing"),
    errno.EROFS: message("the disk is read-only"),
    errno.ENOSPC: message("the disk is full"),
    errno.EDQUOT: message("the disk quota is used up"),
    errno.EISDIR: message("it is a folder"),
    errno.ENOTDIR: message("a part of its path is not a folder"),
    errno.ENAMETOOLONG: message("its name is too long"),
    errno.ELOOP: message("its links form a loop"),
}


class UserError(Exception):
    """An error that users see; str() is one English sentence: the problem, and what to do.

    Attributes:
        message: the sentence, for translation.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        """Create the error.

        Args:
            template: English sentence with {named} values; a string literal, which lupdate finds.
            values: value of each name; messages and user errors among them are translated as well.
        """
        super().__init__(template)
        self.message = Message(template, values)

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """Return an error with a message that was made elsewhere."""
        return cls(message.template, **message.values)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence with its values; translate: from an English template to a translated one."""
        return self.message.text(translate)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.text()


def printable(text: str) -> str:
    """Return the text on one line, with a mark for every character that cannot be shown."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shown_name(path: str | os.PathLike[str]) -> str:
    """Return the last part of a path for a sentence: printable, on one line, at most 50 characters."""
    text = os.fspath(path)
    name = os.path.basename(text.rstrip("/\\")) or text
    name = printable(name)
    if len(name) > _LONGEST_NAME:
        half = _LONGEST_NAME // 2 - 1
        name = f"{name[:half]}…{name[-half:]}"
    return name


def shown_list(texts: Iterable[str]) -> str:
    """Return texts for a sentence, separated by commas: at most 60 characters, then an ellipsis."""
    text = printable(", ".join(texts))
    if len(text) <= _LONGEST_LIST:
        return text
    start = text[: _LONGEST_LIST - 3]
    return f"{start.rpartition(', ')[0] or start}, …"


def reason(error: OSError) -> Message | str:
    """Return the cause of a system error as the second half of a sentence: "permission is missing"."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    if not error.strerror:
        return message("the system gave no reason")
    return error.strerror.rstrip(".").lower()
