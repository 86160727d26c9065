"""Rules for the names, titles, and labels of models."""

from __future__ import annotations

import re
from collections import Counter

from desktop_app.core.errors import printable
from desktop_app.core.messages import Message, message
from desktop_app.core.text import composed
from desktop_app.tasks.task import MOST_OUTPUTS

LONGEST_TITLE = 60
LONGEST_LABEL = 40

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST_NAME = 40
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Device names, which files and folders on Windows cannot have."""
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*.\N{REPLACEMENT CHARACTER}]+')
"""Characters that a system refuses in names of files, and the dot, which separates the suffix."""


def name_from(text: str) -> str:
    """Make a model name from any text, e.g. a file name; empty if no character can be kept."""
    name = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:_LONGEST_NAME]
    return f"{name}-1" if is_reserved(name) else name


def file_name_from(title: str) -> str:
    """Make the name of a model file, without suffix, from a title; all systems accept it."""
    name = _NOT_IN_FILE_NAMES.sub("-", title_from(title))[:LONGEST_TITLE].strip("- ") or "model"
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


def labels_from(text: str) -> tuple[str, ...]:
    """Return the labels in a text: its characters, or words that are separated by commas or spaces."""
    text = composed(text)
    if " " not in text and text.count(",") < 2:
        return tuple(text)
    return tuple(label.strip() for label in (text.split(",") if "," in text else text.split()))


def labels_text(labels: tuple[str, ...]) -> str:
    """Return labels as a text: characters without a separator, words with commas."""
    return ("" if all(len(label) == 1 for label in labels) else ", ").join(labels)


def labels_problem(text: str) -> Message | None:
    """Return why the labels in a text, one for each output, cannot be used; None if they can."""
    labels = labels_from(text)
    if not labels:
        return message("There are no labels; enter a character or a word for each output.")
    if len(labels) > MOST_OUTPUTS:
        return message("Models have at most {limit} labels; enter fewer.", limit=MOST_OUTPUTS)
    if not all(labels):
        return message("A label is empty; enter a character or a word between two commas.")
    if any(len(label) > LONGEST_LABEL for label in labels):
        return message("Labels have at most {limit} characters; enter shorter ones.", limit=LONGEST_LABEL)
    unprintable = next((c for label in labels for c in label if not c.isprintable()), None)
    if unprintable is not None:
        return message(
            "{code} cannot be part of a label; enter visible characters only.",
            code=f"U+{ord(unprintable):04X}",
        )
    label, count = Counter(labels).most_common(1)[0]
    if count > 1:
        return message("The label {label} is there more than once; enter each label once.", label=label)
    return None
