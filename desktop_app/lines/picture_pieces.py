"""Connected parts of the ink in an image as pieces of characters, cut where characters may touch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import Placement
from desktop_app.ink.parts import connected_parts
from desktop_app.ink.picture import InkMap, Picture
from desktop_app.ink.ruled_lines import erase_ruled_lines
from desktop_app.lines.cut_parts import cut_part
from desktop_app.lines.divide import divide_between, is_inside
from desktop_app.lines.find_lines import typical_height
from desktop_app.lines.piece import MOST_CANDIDATES, Division, Piece, check_amount
from desktop_app.lines.text_edits import FixedCharacter, InkRange, TextEdits, group_ranges
from desktop_app.tasks.prepare_ink import prepare_ink_map, prepare_ink_maps
from desktop_app.tasks.prepared import Prepared
from desktop_app.tasks.task import Task

_INK = 0.3
"""Smallest ink value that connects pixels."""

_SHARE = 0.5
"""The same as a share of the median ink value: ruled lines are often fainter than the writing."""

_FAINT = 0.05
"""Smallest ink value beside a part that belongs to it: the edges of strokes."""

_SPECK = 0.12
"""Longer side of a part that is ignored, as a share of the height of the tallest ones."""

_MOST_DIVISIONS = 8
"""Columns at which a division is tried."""


@dataclass(frozen=True, eq=False)
class PicturePieces:
    """The connected parts of the ink in an image, cut where characters may touch.

    Attributes:
        picture: the image.
        ink: its ink map without ruled lines, float32 (height, width) in 0..1.
        parts: int32 (height, width), number of the piece of each pixel from 1, or 0.
        shared: int32 (2, height, width), number of the piece on the left, and of that on the right of a cut,
            to which a pixel belongs as well, or 0.
        boxes: int64 (n, 4), left, top, right and bottom of the dark pixels of the pieces, with shared ones,
            right and bottom exclusive.
        items: the pieces.
    """

    picture: Picture
    ink: InkMap
    parts: NDArray[np.int32]
    shared: NDArray[np.int32]
    boxes: NDArray[np.int64]
    items: tuple[Piece, ...]

    def page(self, numbers: Sequence[int]) -> Picture:
        """Return the image with the ink of these pieces only."""
        height, width = self.parts.shape
        ink = self._ink(numbers, 0, 0, width, height)
        ink.setflags(write=False)
        return Picture(self.picture.rgb, ink, self.picture.name)

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these pieces together."""
        left, top, right, bottom = self._box(numbers)
        ink = self._ink(numbers, left, top, right, bottom)
        return prepare_ink_map(ink, task, Placement(1.0, 1.0, left, top))

    def model_inputs(self, candidates: Sequence[Sequence[int]], task: Task) -> list[NDArray[np.float32]]:
        """Return the model inputs of several candidates, given by the numbers of their pieces."""
        inks = (self._ink(numbers, *self._box(numbers)) for numbers in candidates)
        return prepare_ink_maps(inks, task)

    def edited(self, edits: TextEdits) -> PicturePieces:
        """Return the pieces with what the user has decided."""
        edits = edits.within({item.ranges[0].source for item in self.items})
        ranges, labels, outer = self._cut(edits)
        groups = group_ranges(ranges, edits)
        numbers = np.zeros(len(ranges) + 1, dtype=np.int32)
        for number, (members, _) in enumerate(groups, start=1):
            numbers[[member + 1 for member in members]] = number
        parts = numbers[labels]
        shared = np.stack([numbers[last][self.shared[side]] for side, last in enumerate(outer)])
        boxes = _boxes(parts, len(groups))
        with_shared = _with_shared(boxes, shared)
        wholes = {item.ranges[0].source: item.whole for item in self.items}
        items = []
        for number, (members, character) in enumerate(groups):
            own = tuple(ranges[member] for member in members)
            piece = _piece(self.ink, parts, number + 1, boxes[number].tolist(), wholes[own[0].source])
            piece = _sharing(piece, self.ink, shared, number + 1, with_shared[number].tolist())
            items.append(replace(piece, ranges=own, fixed=character))
        return PicturePieces(self.picture, self.ink, parts, shared, with_shared, tuple(items))

    def _cut(self, edits: TextEdits) -> tuple[list[InkRange], NDArray[np.int32], NDArray[np.int64]]:
        """Cut the pieces at the ends of fixed characters.

        Returns:
            The cut pieces; the one of each pixel, from 1 or 0; the last and the first one of each piece,
            (2, n + 1), by its number.
        """
        labels = np.zeros_like(self.parts)
        outer = np.zeros((2, len(self.items) + 1), dtype=np.int64)
        ranges: list[InkRange] = []
        for number, item in enumerate(self.items, start=1):
            whole = item.ranges[0]
            left, top, right, bottom = (int(side) for side in item.box)
            # The edges of a piece are outside of its box.
            area = slice(max(top - 1, 0), bottom + 1), slice(max(left - 1, 0), right + 1)
            columns = np.arange(area[1].start, min(right + 1, labels.shape[1])) - left
            ends = sorted({0, whole.last} | edits.ends_in(whole.source, whole.last))
            is_piece = self.parts[area] == number
            pieces = np.searchsorted(ends[1:-1], columns, side="right") + len(ranges) + 1
            labels[area][is_piece] = np.broadcast_to(pieces, is_piece.shape)[is_piece]
            outer[1, number] = len(ranges) + 1
            ranges += [InkRange(whole.source, first, last) for first, last in pairwise(ends)]
            outer[0, number] = len(ranges)
        return ranges, labels, outer

    def divisions(self, ranges: Sequence[InkRange], x: float | None) -> list[Division]:
        """Return the ways to divide a character in two: between its parts, else within the only one."""
        lefts = {item.ranges[0].source: item.box[0] for item in self.items}
        sides = [(lefts[each.source] + each.first, lefts[each.source] + each.last) for each in ranges]
        found = [] if x is None and len(ranges) == 1 else divide_between(ranges, sides, x)
        for number, (each, (left, right)) in enumerate(zip(ranges, sides, strict=True)):
            is_cut = len(ranges) == 1 if x is None else is_inside(x, (left, right))
            for column in self._columns(each, x) if is_cut else ():
                at = lefts[each.source] + column
                rest = [other for other in range(len(ranges)) if other != number]
                before = [ranges[other] for other in rest if sum(sides[other]) / 2 < at]
                after = [ranges[other] for other in rest if sum(sides[other]) / 2 >= at]
                halves = InkRange(each.source, each.first, column), InkRange(each.source, column, each.last)
                found.append((FixedCharacter((halves[0], *before)), FixedCharacter((halves[1], *after))))
        return found

    def _columns(self, piece: InkRange, x: float | None) -> list[int]:
        """Return the columns at which a piece may be divided, those with the least ink first."""
        number = next(n for n, item in enumerate(self.items) if item.ranges[0].source == piece.source)
        left, top, _, bottom = (int(side) for side in self.items[number].box)
        if x is not None:
            return [round(x) - left]
        width = piece.last - piece.first
        first, last = piece.first + max(1, width // 5), piece.last - max(1, width // 5)
        area = slice(top, bottom), slice(left + first, left + last)
        amounts = np.where(self.parts[area] == number + 1, self.ink[area], 0).sum(axis=0)
        chosen: list[int] = []
        for column in np.argsort(amounts, kind="stable").tolist():
            if all(abs(column + first - other) > width / 12 for other in chosen):
                chosen.append(column + first)
        return chosen[:_MOST_DIVISIONS]

    def _box(self, numbers: Sequence[int]) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of pieces with their edges."""
        boxes = self.boxes[list(numbers)]
        height, width = self.parts.shape
        left, top = np.maximum(boxes[:, :2].min(axis=0) - 1, 0).tolist()
        right, bottom = np.minimum(boxes[:, 2:].max(axis=0) + 1, (width, height)).tolist()
        return left, top, right, bottom

    def _ink(self, numbers: Sequence[int], left: int, top: int, right: int, bottom: int) -> InkMap:
        """Return the ink map of pieces inside a box."""
        area = slice(top, bottom), slice(left, right)
        is_used = np.zeros(len(self.items) + 1, dtype=np.bool_)
        is_used[[number + 1 for number in numbers]] = True
        # In half the time of an index.
        is_inked = is_used.take(self.parts[area])
        for side in self.shared[:, *area]:
            is_inked |= is_used.take(side)
        return np.where(is_inked, self.ink[area], np.float32(0))


def picture_pieces(picture: Picture, most: int = MOST_CANDIDATES) -> PicturePieces:
    """Return the pieces of an image.

    Raises:
        UserError: there are more pieces than a limit.
    """
    ink = erase_ruled_lines(picture.ink_map)
    is_dark = ink > _INK
    if is_dark.any():
        is_dark = ink > max(_INK, _SHARE * float(np.median(ink[is_dark])))
    connected, boxes = _parts_without_specks(is_dark)
    check_amount(len(boxes), most)
    height = typical_height(boxes.tolist())
    parts = np.zeros(connected.shape, dtype=np.int32)
    shared = np.zeros((2, *connected.shape), dtype=np.int32)
    wholes: list[int] = []
    for number, (left, top, right, bottom) in enumerate(boxes.tolist(), start=1):
        area = slice(top, bottom), slice(left, right)
        is_part = connected[area] == number
        cut = cut_part(np.where(is_part, ink[area], np.float32(0)), height)
        parts[area][is_part] = cut.pieces[is_part] + len(wholes) + 1
        is_shared = is_part & (cut.shared >= 0)
        shared[:, *area][is_shared] = cut.shared[is_shared] + len(wholes) + 1
        wholes += [number] * (int(cut.pieces.max()) + 1)
        check_amount(len(wholes), most)
    boxes = _boxes(parts, len(wholes))
    parts = _with_edges(parts, ink > _FAINT)
    with_shared = _with_shared(boxes, shared)
    items = tuple(
        _sharing(_piece(ink, parts, number, box, whole), ink, shared, number, outer)
        for number, (box, outer, whole) in enumerate(
            zip(boxes.tolist(), with_shared.tolist(), wholes, strict=True), start=1
        )
    )
    return PicturePieces(picture, ink, parts, shared, with_shared, items)


def _parts_without_specks(is_dark: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the number of the connected part of each pixel, from 1 or 0, and the boxes of the parts."""
    connected = connected_parts(is_dark, corners=True)
    boxes = connected.boxes[:, [2, 0, 3, 1]]
    extents = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    kept = extents > _SPECK * np.quantile(extents, 0.9) if connected.count else np.zeros(0, dtype=np.bool_)
    return connected.image(np.where(kept, np.cumsum(kept), 0).astype(np.int32)), boxes[kept]


def _with_edges(parts: NDArray[np.int32], is_faint: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the parts with the faint pixels beside them."""
    height, width = parts.shape
    padded = np.pad(parts, 1)
    neighbours = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    grown: NDArray[np.int32] = np.where((parts == 0) & is_faint, np.max(neighbours, axis=0), parts)
    return grown


def _boxes(parts: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """Return left, top, right and bottom of each part, (count, 4)."""
    rows, columns = np.nonzero(parts)
    numbers = parts[rows, columns] - 1
    boxes = np.empty((4, count), dtype=np.int64)
    boxes[:2] = max(parts.shape)
    boxes[2:] = 0
    np.minimum.at(boxes[0], numbers, columns)
    np.minimum.at(boxes[1], numbers, rows)
    np.maximum.at(boxes[2], numbers, columns + 1)
    np.maximum.at(boxes[3], numbers, rows + 1)
    return boxes.T


def _with_shared(boxes: NDArray[np.int64], shared: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the boxes of pieces with the pixels that they share."""
    found = np.stack([boxes, *(_boxes(side, len(boxes)) for side in shared)])
    return np.concatenate((found[..., :2].min(axis=0), found[..., 2:].max(axis=0)), axis=1)


def _piece(ink: InkMap, parts: NDArray[np.int32], number: int, box: Sequence[int], whole: int) -> Piece:
    """Return a piece without the ink that it shares."""
    left, top, right, bottom = box
    area = slice(top, bottom), slice(left, right)
    digest = hashlib.blake2b(np.array(box).tobytes(), digest_size=16)
    digest.update(np.where(parts[area] == number, ink[area], 0).tobytes())
    key = digest.digest()
    sides = float(left), float(top), float(right), float(bottom)
    return Piece(sides, key, whole, (InkRange(key, 0, right - left),))


def _sharing(piece: Piece, ink: InkMap, shared: NDArray[np.int32], number: int, box: Sequence[int]) -> Piece:
    """Return a piece with a key that also depends on the ink it shares inside a box."""
    left, top, right, bottom = box
    area = slice(top, bottom), slice(left, right)
    is_shared = (shared[:, *area] == number).any(axis=0)
    if not is_shared.any():
        return piece
    digest = hashlib.blake2b(piece.key, digest_size=16)
    digest.update(np.where(is_shared, ink[area], 0).tobytes())
    return replace(piece, key=digest.digest())
