"""The name of the class for "none of the labels"."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.core.messages import Message, message


def rejected_class(labels: Sequence[str]) -> Message:
    """Return the name of the class for "none of the labels", e.g. "not a digit"."""
    if not labels or any(len(label) > 1 for label in labels):
        return message("none of the labels")
    if all(map(str.isdecimal, labels)):
        return message("not a digit")
    if all(map(str.isupper, labels)):
        return message("not a capital letter")
    if all(map(str.islower, labels)):
        return message("not a small letter")
    if all(map(str.isalpha, labels)):
        return message("not a letter")
    return message("not a character")
