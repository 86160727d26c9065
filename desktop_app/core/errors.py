"""User errors: what the program will not do, said in one plain sentence."""

from __future__ import annotations

import errno
import os

_LONGEST_NAME = 80

_REASONS = {
    errno.ENOENT: "it does not exist",
    errno.EACCES: "permission is missing",
    errno.EPERM: "permission is missing",
    errno.EROFS: "that disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is not a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "its links go in a circle",
}


class UserError(Exception):
    """Something that will not be done; str() is one plain sentence for the user."""


def printable(text: str) -> str:
    """The text on one line, with a mark for whatever cannot be shown."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shown_name(path: str | os.PathLike[str]) -> str:
    """The last part of a path, fit for a sentence: printable, on one line, at most 80 characters."""
    text = os.fspath(path)
    name = os.path.basename(text.rstrip("/\\")) or text
    name = printable(name)
    if len(name) > _LONGEST_NAME:
        half = _LONGEST_NAME // 2 - 1
        name = f"{name[:half]}…{name[-half:]}"
    return name


def reason(error: OSError) -> str:
    """Why the system said no, as the second half of a sentence, e.g. "permission is missing"."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    return (error.strerror or "the system gave no reason").rstrip(".").lower()
