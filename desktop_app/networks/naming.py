"""Rules for the names, titles, and labels of models."""

from __future__ import annotations

import re
from collections import Counter

from desktop_app.core.errors import printable
from desktop_app.core.messages import Message, message
from desktop_app.tasks.task import MOST_OUTPUTS

LONGEST_TITLE = 60

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST_NAME = 40
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Device names, which files and folders on Windows cannot have."""


def name_from(text: str) -> str:
    """Make a model name from any text, e.g. a file name; empty if no character can be kept."""
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:_LONGEST_NAME]
    return f"{name}-1" if is_reserved(name) else name


def model_name_problem(name: str) -> Message | None:
    """Return why a model folder cannot have this name; None if it can."""
    if is_reserved(name):
        return message("{name} is the name of a device on Windows; choose another name.", name=name)
    if _NAME.fullmatch(name):
        return None
    return message("Model names consist of lowercase letters, digits, - and _; choose another name.")


def is_reserved(name: str) -> bool:
    """Return whether Windows reserves the name for a device."""
    return name.lower() in _RESERVED


def title_from(text: str) -> str:
    """Make a title from any text: one line of printable characters."""
    return printable(text.strip())


def title_problem(title: str) -> Message | None:
    """Return why a model cannot have this title; None if it can."""
    if 0 < len(title) <= LONGEST_TITLE:
        return None
    return message("Titles have 1 to {limit} characters; choose another title.", limit=LONGEST_TITLE)


def labels_problem(labels: str) -> Message | None:
    """Return why these characters, one for each output, cannot be labels; None if they can."""
    if not labels:
        return message("There are no labels; enter a character for each output.")
    if len(labels) > MOST_OUTPUTS:
        return message("Models have at most {limit} labels; enter fewer.", limit=MOST_OUTPUTS)
    if " " in labels:
        return message("A space cannot be a label; enter a visible character for each output.")
    unprintable = next((c for c in labels if not c.isprintable()), None)
    if unprintable is not None:
        return message(
            "{code} cannot be a label; enter a visible character for each output.",
            code=f"U+{ord(unprintable):04X}",
        )
    label, count = Counter(labels).most_common(1)[0]
    if count > 1:
        return message("The label {label} is there more than once; enter each label once.", label=label)
    return None
