"""The part of the preparation steps of ink that is shown: the ink with its surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.tasks.prepared import Step

_LEAST_SHARE = 0.75
"""Longer side of the box of the ink as a share of the sides of what is shown, if the image has more."""


def crop_to_ink(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return steps without what is far from the ink, which would be a dot on a large page.

    Args:
        steps: of a preparation. Images that are as large as the one with the box of the ink are cropped.
    """
    marked = next((step for step in steps if step.name == "box"), None)
    if marked is None:
        return tuple(steps)
    left, top, right, bottom = marked.boxes[0]
    height, width = marked.image.shape[:2]
    side = max(right - left, bottom - top) / _LEAST_SHARE
    columns, rows = _section((left + right) / 2, side, width), _section((top + bottom) / 2, side, height)
    return tuple(
        _cropped(step, rows, columns) if step.image.shape == marked.image.shape else step for step in steps
    )


def _section(middle: float, length: float, most: int) -> slice:
    """Return a section of 0..most with a length around a middle, moved and shortened to lie inside."""
    length = min(round(length), most)
    start = min(max(round(middle - length / 2), 0), most - length)
    return slice(start, start + length)


def _cropped(step: Step, rows: slice, columns: slice) -> Step:
    """Return the rows and columns of a step with its marks."""
    x, y = columns.start, rows.start
    return replace(
        step,
        image=step.image[rows, columns],
        boxes=tuple((left - x, top - y, right - x, bottom - y) for left, top, right, bottom in step.boxes),
        crosses=tuple((across - x, down - y) for across, down in step.crosses),
    )
