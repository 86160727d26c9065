"""Names, titles and labels that models of the library may have."""

from __future__ import annotations

import re
from collections import Counter

from desktop_app.core.errors import printable
from desktop_app.core.messages import Message, message
from desktop_app.tasks.task import MOST_OUTPUTS

DIGITS = "0123456789"

LONGEST_TITLE = 60

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST_NAME = 40
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names of devices, which no file or folder on Windows can have."""


def name_from(words: str) -> str:
    """A name made of any words, such as the name of a file; empty where nothing of them can be kept."""
    name = re.sub(r"[^a-z0-9_-]+", "-", words.lower()).strip("-_")[:_LONGEST_NAME]
    return f"{name}-1" if is_reserved(name) else name


def model_name_problem(name: str) -> Message | None:
    """Return why a model folder cannot have this name; None where it can."""
    if is_reserved(name):
        return message("{name} is the name of a device on Windows; choose another name.", name=name)
    if _NAME.fullmatch(name):
        return None
    return message("Model names consist of lowercase letters, digits, - and _; choose another name.")


def is_reserved(name: str) -> bool:
    """Whether Windows does not allow the name for files and folders."""
    return name.lower() in _RESERVED


def title_from(words: str) -> str:
    """The title that is made of what somebody typed: on one line, with nothing that cannot be shown."""
    return printable(words.strip())


def title_problem(title: str) -> Message | None:
    """Return why a model cannot have this title; None where it can."""
    if 0 < len(title) <= LONGEST_TITLE:
        return None
    return message("Titles have 1 to {limit} characters; choose another title.", limit=LONGEST_TITLE)


def labels_problem(labels: str) -> Message | None:
    """Return why these characters cannot be the labels of a model, in order; None where they can."""
    if not labels:
        return message("There are no labels; enter a character for each output.")
    if len(labels) > MOST_OUTPUTS:
        return message("Models have at most {limit} labels; enter fewer.", limit=MOST_OUTPUTS)
    if " " in labels:
        return message("A space cannot be a label; enter a visible character for each output.")
    unseen = next((c for c in labels if not c.isprintable()), None)
    if unseen is not None:
        return message(
            "{code} cannot be a label; enter a visible character for each output.",
            code=f"U+{ord(unseen):04X}",
        )
    label, times = Counter(labels).most_common(1)[0]
    if times > 1:
        return message("The label {label} is there more than once; enter each label once.", label=label)
    return None
