"""Which small letters are tall and which reach below the line."""

from __future__ import annotations

TALL = frozenset("bdfhkltij")
"""Small letters that are as tall as capitals."""

DEEP = frozenset("gjpqy")
"""Small letters that reach below the line."""

_LOW, _DEPTH = 0.6, 0.4
"""Height of a small o, and depth of a small p below the line, in heights of capitals."""


def extent_on_line(label: str) -> tuple[float, float]:
    """Return the top and the bottom of a character, usually, in heights of capitals above the line."""
    top = _LOW if label.islower() and label not in TALL else 1.0
    return top, -_DEPTH if label in DEEP else 0.0
