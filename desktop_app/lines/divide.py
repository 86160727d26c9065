"""Division of a character between its strokes or parts."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.lines.piece import Division
from desktop_app.lines.text_edits import FixedCharacter, InkRange

_EDGE = 0.15
"""Width of the edges of a stroke or part in which it is not cut, as a share of its width."""


def is_inside(x: float, sides: tuple[float, float]) -> bool:
    """Return whether a position is between the edges of ink; sides: its left and right end."""
    left, right = sides
    edge = _EDGE * (right - left)
    return left + edge < x < right - edge


def divide_between(
    ranges: Sequence[InkRange], sides: Sequence[tuple[float, float]], x: float | None
) -> list[Division]:
    """Return the divisions of a character between its strokes or parts, by their middles.

    Args:
        ranges: the ink of the character.
        sides: left and right end of each range.
        x: where to divide; None: anywhere. There is no such division if x is inside a stroke or part.
    """
    middles = [(left + right) / 2 for left, right in sides]
    order = sorted(range(len(ranges)), key=lambda number: middles[number])
    if x is None:
        counts = list(range(1, len(ranges)))
    elif any(is_inside(x, each) for each in sides):
        counts = []
    else:
        counts = [sum(middle < x for middle in middles)]
    return [
        (
            FixedCharacter(tuple(ranges[number] for number in order[:count])),
            FixedCharacter(tuple(ranges[number] for number in order[count:])),
        )
        for count in counts
        if 0 < count < len(ranges)
    ]
