"""Titles of compared runs: short, distinct, and with what differs between them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from desktop_app.core.text import shortened
from desktop_app.runs.run_store import Run

SEPARATOR = " · "
_ELLIPSIS = "…"
_SIMILAR = 8
"""Titles that begin with so many equal characters are similar."""

_LONGEST_PART = 16
"""Characters before a difference that are shown to its left if they belong to the same part of a title."""

_MOST_LINES = 4


def distinct_titles(runs: Sequence[Run], titles: Sequence[str]) -> list[str]:
    """Return the titles of runs, equal ones with the start time, or else with the folder name."""
    distinct = list(titles)
    for suffix in (_time_of, _name_of):
        repeated = {title for title in distinct if distinct.count(title) > 1}
        distinct = [
            f"{title}{SEPARATOR}{suffix(run)}" if before in repeated else before
            for run, title, before in zip(runs, titles, distinct, strict=True)
        ]
    return distinct


def shortened_titles(titles: Sequence[str], most: int) -> list[str]:
    """Return titles of at most this number of characters that show where similar titles differ."""
    return [_shortened(title, [other for other in titles if other != title], most) for title in titles]


def wrapped_title(title: str, width: int) -> str:
    """Return a title in lines of about this number of characters, a start time in a line of its own."""
    text, *others = title.split(SEPARATOR)
    lines = textwrap.wrap(
        text, max(width, 1), max_lines=_MOST_LINES, placeholder=_ELLIPSIS, break_long_words=False
    )
    return "\n".join([*lines, *others])


def _shortened(title: str, others: Sequence[str], most: int) -> str:
    if len(title) <= most:
        return title
    lengths = [_common_length(title, other) for other in others]
    similar = [length for length in lengths if length >= _SIMILAR]
    if max(similar, default=0) < most - 1:
        return shortened(title, most)
    tail = title[_start_of_part(title, min(similar)) :]
    head = title[: max(0, most - 2 - len(tail))].rstrip()
    return f"{head}{_ELLIPSIS} {_without_middle(tail, most - 2 - len(head))}"


def _common_length(first: str, second: str) -> int:
    """Return how many characters are equal at the beginning of two texts."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(first), len(second)))


def _start_of_part(title: str, at: int) -> int:
    """Return where the part of a title begins that a character is in: after a comma, or at least a space."""
    for separator in (", ", " "):
        start = title.rfind(separator, 0, at) + len(separator)
        if start >= len(separator) and at - start <= _LONGEST_PART:
            return start
    return at


def _without_middle(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}{_ELLIPSIS}{text[len(text) - end :]}"


def _time_of(run: Run) -> str:
    return run.record.started[:16].replace("T", " ") or run.name


def _name_of(run: Run) -> str:
    return run.name
