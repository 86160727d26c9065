"""Strokes as pieces of characters, cut where they may join several."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.strokes import Box, Ink, Points, Stroke
from desktop_app.lines.cut_strokes import find_cuts
from desktop_app.lines.divide import divide_between, is_inside
from desktop_app.lines.find_lines import typical_height
from desktop_app.lines.piece import MOST_CANDIDATES, Division, Piece, check_amount
from desktop_app.lines.text_edits import NO_EDITS, FixedCharacter, InkRange, TextEdits, group_ranges
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.prepare_ink import prepare_inks
from desktop_app.tasks.prepared import Prepared
from desktop_app.tasks.task import Task

_MOST_DIVISIONS = 8
"""Points of a stroke at which a division is tried."""


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
        parts: the parts of strokes of each piece, in the order of drawing; several only if the user has
            joined them.
        items: the pieces.
    """

    ink: Ink
    parts: tuple[tuple[StrokePart, ...], ...]
    items: tuple[Piece, ...]

    def page(self, numbers: Sequence[int]) -> Ink:
        """Return the ink of these pieces, in the order of drawing; parts next to each other are joined."""
        parts = [part for number in numbers for part in self.parts[number]]
        return _ink_of(self.ink, parts)

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these pieces together."""
        return prepare(self.page(numbers), task)

    def model_inputs(self, candidates: Sequence[Sequence[int]], task: Task) -> list[NDArray[np.float32]]:
        """Return the model inputs of several candidates, given by the numbers of their pieces."""
        return prepare_inks([self.page(numbers) for numbers in candidates], task)

    def edited(self, edits: TextEdits) -> InkPieces:
        """Return the pieces with what the user has decided."""
        return ink_pieces(self.ink, edits)

    def divisions(self, ranges: Sequence[InkRange], x: float | None) -> list[Division]:
        """Return the ways to divide a character in two: between strokes, else within the only one."""
        sources = {_key(stroke.points): stroke.points for stroke in self.ink.strokes}
        points = [sources[each.source][each.first : each.last + 1] for each in ranges]
        boxes = [(float(some[:, 0].min()), float(some[:, 0].max())) for some in points]
        found = [] if x is None and len(ranges) == 1 else divide_between(ranges, boxes, x)
        for number, (each, some) in enumerate(zip(ranges, points, strict=True)):
            rest = [other for other in range(len(ranges)) if other != number]
            is_cut = len(ranges) == 1 if x is None else is_inside(x, boxes[number])
            for point in _cuts_of(some, x) if is_cut else ():
                middle = each.first + point
                halves = InkRange(each.source, each.first, middle), InkRange(each.source, middle, each.last)
                before = some[: point + 1, 0].mean() < some[point:, 0].mean()
                left, right = halves if before else halves[::-1]
                at = float(some[point, 0])
                lefts = [ranges[other] for other in rest if sum(boxes[other]) / 2 < at]
                rights = [ranges[other] for other in rest if sum(boxes[other]) / 2 >= at]
                found.append((FixedCharacter((left, *lefts)), FixedCharacter((right, *rights))))
        return found


def ink_pieces(ink: Ink, edits: TextEdits = NO_EDITS, most: int = MOST_CANDIDATES) -> InkPieces:
    """Return the pieces of ink with what the user has decided about it.

    Raises:
        UserError: there are more strokes than a limit.
    """
    check_amount(len(ink.strokes), most)
    height = typical_height([_bounds(stroke) for stroke in ink.strokes])
    sources = [_key(stroke.points) for stroke in ink.strokes]
    edits = edits.within(sources)
    parts: list[StrokePart] = []
    ranges: list[InkRange] = []
    for number, (stroke, source) in enumerate(zip(ink.strokes, sources, strict=True)):
        last = len(stroke.points) - 1
        fixed = edits.ranges_of(source)
        cuts = find_cuts(stroke.points, height)
        free = {cut for cut in cuts if not any(each.first < cut < each.last for each in fixed)}
        ends = sorted({0, last} | free | edits.ends_in(source, last)) if last else [0, 0]
        parts += [StrokePart(number, first, end) for first, end in pairwise(ends)]
        ranges += [InkRange(source, first, end) for first, end in pairwise(ends)]
    items, joined = [], []
    for numbers, character in group_ranges(ranges, edits):
        own = tuple(parts[number] for number in numbers)
        joined.append(own)
        items.append(_piece(ink, own, tuple(ranges[number] for number in numbers), character))
    return InkPieces(ink, tuple(joined), tuple(items))


def _ink_of(ink: Ink, parts: Iterable[StrokePart]) -> Ink:
    """Return the ink of parts of strokes, in the order of drawing; parts next to each other are joined."""
    joined: list[StrokePart] = []
    for part in sorted(parts, key=lambda part: (part.stroke, part.first)):
        if joined and joined[-1].stroke == part.stroke and joined[-1].last == part.first:
            joined.append(StrokePart(part.stroke, joined.pop().first, part.last))
        else:
            joined.append(part)
    return Ink(tuple(_stroke_of(ink, part) for part in joined))


def _stroke_of(ink: Ink, part: StrokePart) -> Stroke:
    stroke = ink.strokes[part.stroke]
    if (part.first, part.last) == (0, len(stroke.points) - 1):
        return stroke
    return stroke.part(slice(part.first, part.last + 1))


def _piece(
    ink: Ink, parts: Sequence[StrokePart], ranges: tuple[InkRange, ...], character: FixedCharacter | None
) -> Piece:
    own = _ink_of(ink, parts)
    box = own.bounds()
    assert box is not None, "a piece has ink"
    # Pieces of different widths are different parts of a model input.
    key = b"".join(_key(stroke.points) + str(stroke.width).encode() for stroke in own.strokes)
    return Piece(box, key, parts[0].stroke, ranges, character)


def _key(points: Points) -> bytes:
    return hashlib.blake2b(points.tobytes(), digest_size=16).digest()


def _cuts_of(points: Points, x: float | None) -> list[int]:
    """Return the points at which a stroke may be divided, those first after which the parts overlap least.

    Args:
        points: float32 (N, 2).
        x: horizontal position that the stroke crosses at these points; None: anywhere.
    """
    positions = points[:, 0]
    forward = np.maximum.accumulate(positions)[1:-1] - np.minimum.accumulate(positions[::-1])[::-1][1:-1]
    backward = np.maximum.accumulate(positions[::-1])[::-1][1:-1] - np.minimum.accumulate(positions)[1:-1]
    overlaps = np.minimum(forward, backward)
    possible = np.arange(1, len(points) - 1)
    if x is not None:
        is_crossing = (positions[:-2] < x) != (positions[1:-1] < x)
        possible, overlaps = possible[is_crossing], overlaps[is_crossing]
        return [int(possible[overlaps.argmin()])] if len(possible) else []
    chosen: list[int] = []
    for number in np.argsort(overlaps, kind="stable").tolist():
        if all(abs(int(possible[number]) - other) > len(points) / 12 for other in chosen):
            chosen.append(int(possible[number]))
    return chosen[:_MOST_DIVISIONS]


def _bounds(stroke: Stroke) -> Box:
    left, top = stroke.points.min(axis=0).tolist()
    right, bottom = stroke.points.max(axis=0).tolist()
    return left, top, right, bottom
