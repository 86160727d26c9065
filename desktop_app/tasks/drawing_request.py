"""What to draw on an empty canvas."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.core.messages import Message, message


def drawing_request(labels: Sequence[str], is_sheet: bool) -> Message:
    """Return what to draw for a model with labels, e.g. "Draw a digit".

    Args:
        labels: of the model; empty if it outputs images.
        is_sheet: whether the canvas is a sheet for lines.
    """
    if not labels or any(len(label) > 1 for label in labels):
        return message("Draw")
    if is_sheet:
        return message("Write a line")
    if all(map(str.isdecimal, labels)):
        return message("Draw a digit")
    if all(map(str.isalpha, labels)):
        return message("Draw a letter")
    return message("Draw a character")
