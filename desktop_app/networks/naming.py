"""What models of the library may be called, and what their answers may mean.

A problem is said without its full stop, so that whoever tells it can add what to do about it.
"""

from __future__ import annotations

import re
from collections import Counter

from desktop_app.core.errors import printable
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


def problem_of_name(name: str) -> str:
    """Why a model's folder cannot have this name; empty where it can."""
    if is_reserved(name):
        return f"{name} is the name of a device on Windows"
    return "" if _NAME.fullmatch(name) else "Names of models are small letters, digits, - and _"


def is_reserved(name: str) -> bool:
    """Whether Windows does not allow the name for files and folders."""
    return name.lower() in _RESERVED


def title_from(words: str) -> str:
    """The title that is made of what somebody typed: on one line, with nothing that cannot be shown."""
    return printable(words.strip())


def problem_of_title(title: str) -> str:
    """Why a model cannot have this title; empty where it can."""
    return "" if 0 < len(title) <= LONGEST_TITLE else f"Titles have 1 to {LONGEST_TITLE} characters"


def problem_of_labels(labels: str) -> str:
    """Why these characters cannot be what a model's answers mean, in their order; empty where they can."""
    if not labels:
        return "Every answer needs a character"
    if len(labels) > MOST_OUTPUTS:
        return f"Models have at most {MOST_OUTPUTS} answers"
    rule = "Answers are characters that can be seen, each of them once"
    unseen = next((c for c in labels if c == " " or not c.isprintable()), None)
    if unseen is not None:
        return f"{rule}, and {'a space' if unseen == ' ' else f'U+{ord(unseen):04X}'} cannot be seen"
    label, times = Counter(labels).most_common(1)[0]
    return f"{rule}, and {label} is there {'twice' if times == 2 else f'{times} times'}" if times > 1 else ""
