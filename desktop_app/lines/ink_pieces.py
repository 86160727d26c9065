"""Strokes as pieces of characters, cut where they may join several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.ink.strokes import Box, Ink, Stroke
from desktop_app.lines.cut_strokes import find_cuts
from desktop_app.lines.find_lines import typical_height
from desktop_app.lines.piece import Piece, check_amount
from desktop_app.tasks.prepare import Prepared, prepare
from desktop_app.tasks.task import Task


@dataclass(frozen=True)
class StrokePart:
    """A part of a stroke: the points first to last of the stroke with this number."""

    stroke: int
    first: int
    last: int


@dataclass(frozen=True)
class InkPieces:
    """The strokes of ink as pieces, cut where they may join several characters.

    Attributes:
        ink: the ink.
        parts: the part of a stroke of each piece, in the order of drawing.
        items: the pieces.
    """

    ink: Ink
    parts: tuple[StrokePart, ...]
    items: tuple[Piece, ...]

    def page(self, numbers: Sequence[int]) -> Ink:
        """Return the ink of these pieces, in the order of drawing; parts next to each other are joined."""
        joined: list[StrokePart] = []
        for number in sorted(numbers):
            part = self.parts[number]
            if joined and joined[-1].stroke == part.stroke and joined[-1].last == part.first:
                part = StrokePart(part.stroke, joined.pop().first, part.last)
            joined.append(part)
        return Ink(tuple(_stroke_of(self.ink, part) for part in joined))

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these pieces together."""
        return prepare(self.page(numbers), task)


def ink_pieces(ink: Ink) -> InkPieces:
    """Return the pieces of ink.

    Raises:
        UserError: there are too many strokes.
    """
    check_amount(len(ink.strokes))
    height = typical_height([_bounds(stroke) for stroke in ink.strokes])
    parts = []
    for number, stroke in enumerate(ink.strokes):
        ends = [0, *find_cuts(stroke.points, height), len(stroke.points) - 1]
        parts += [StrokePart(number, first, last) for first, last in pairwise(ends)]
    items = tuple(_piece(_stroke_of(ink, part), part.stroke) for part in parts)
    return InkPieces(ink, tuple(parts), items)


def _stroke_of(ink: Ink, part: StrokePart) -> Stroke:
    stroke = ink.strokes[part.stroke]
    if (part.first, part.last) == (0, len(stroke.points) - 1):
        return stroke
    return stroke.part(slice(part.first, part.last + 1))


def _piece(stroke: Stroke, whole: int) -> Piece:
    # Pieces of different widths are different parts of a model input.
    content = stroke.points.tobytes() + str(stroke.width).encode()
    key = hashlib.blake2b(content, digest_size=16).digest()
    return Piece(_bounds(stroke), key, whole)


def _bounds(stroke: Stroke) -> Box:
    left, top = stroke.points.min(axis=0).tolist()
    right, bottom = stroke.points.max(axis=0).tolist()
    return left, top, right, bottom
