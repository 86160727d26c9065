"""Connected parts of the ink in an image as pieces of characters, cut where characters may touch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import Placement
from desktop_app.ink.parts import connected_parts
from desktop_app.ink.picture import InkMap, Picture
from desktop_app.ink.ruled_lines import erase_ruled_lines
from desktop_app.lines.cut_parts import cut_part
from desktop_app.lines.find_lines import typical_height
from desktop_app.lines.piece import Piece, check_amount
from desktop_app.tasks.prepare import Prepared, prepare_ink_map
from desktop_app.tasks.task import Task

_INK = 0.3
"""Smallest ink value that connects pixels."""

_SHARE = 0.5
"""The same as a share of the median ink value: ruled lines are often fainter than the writing."""

_FAINT = 0.05
"""Smallest ink value beside a part that belongs to it: the edges of strokes."""

_SPECK = 0.12
"""Longer side of a part that is ignored, as a share of the height of the tallest ones."""


@dataclass(frozen=True, eq=False)
class PicturePieces:
    """The connected parts of the ink in an image, cut where characters may touch.

    Attributes:
        picture: the image.
        ink: its ink map without ruled lines, float32 (height, width) in 0..1.
        parts: int32 (height, width), number of the piece of each pixel from 1, or 0.
        boxes: int64 (n, 4), left, top, right and bottom of the dark pixels of the pieces, right and bottom
            exclusive.
        items: the pieces.
    """

    picture: Picture
    ink: InkMap
    parts: NDArray[np.int32]
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
        boxes = self.boxes[list(numbers)]
        height, width = self.parts.shape
        left, top = np.maximum(boxes[:, :2].min(axis=0) - 1, 0).tolist()
        right, bottom = np.minimum(boxes[:, 2:].max(axis=0) + 1, (width, height)).tolist()
        ink = self._ink(numbers, left, top, right, bottom)
        return prepare_ink_map(ink, task, Placement(1.0, 1.0, left, top))

    def _ink(self, numbers: Sequence[int], left: int, top: int, right: int, bottom: int) -> InkMap:
        """Return the ink map of pieces inside a box."""
        parts = self.parts[top:bottom, left:right]
        is_used = np.zeros(len(self.items) + 1, dtype=np.bool_)
        is_used[[number + 1 for number in numbers]] = True
        return np.where(is_used[parts], self.ink[top:bottom, left:right], np.float32(0))


def picture_pieces(picture: Picture) -> PicturePieces:
    """Return the pieces of an image.

    Raises:
        UserError: there are too many connected parts.
    """
    ink = erase_ruled_lines(picture.ink_map)
    is_dark = ink > _INK
    if is_dark.any():
        is_dark = ink > max(_INK, _SHARE * float(np.median(ink[is_dark])))
    connected, boxes = _parts_without_specks(is_dark)
    check_amount(len(boxes))
    height = typical_height(boxes.tolist())
    parts = np.zeros(connected.shape, dtype=np.int32)
    wholes: list[int] = []
    for number, (left, top, right, bottom) in enumerate(boxes.tolist(), start=1):
        area = slice(top, bottom), slice(left, right)
        is_part = connected[area] == number
        pieces = cut_part(np.where(is_part, ink[area], np.float32(0)), height)
        parts[area][is_part] = pieces[is_part] + len(wholes) + 1
        wholes += [number] * (int(pieces.max()) + 1)
    boxes = _boxes(parts, len(wholes))
    parts = _with_edges(parts, ink > _FAINT)
    items = tuple(
        _piece(ink, parts, number, box, whole)
        for number, (box, whole) in enumerate(zip(boxes.tolist(), wholes, strict=True), start=1)
    )
    return PicturePieces(picture, ink, parts, boxes, items)


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


def _piece(ink: InkMap, parts: NDArray[np.int32], number: int, box: Sequence[int], whole: int) -> Piece:
    left, top, right, bottom = box
    area = slice(top, bottom), slice(left, right)
    digest = hashlib.blake2b(np.array(box).tobytes(), digest_size=16)
    digest.update(np.where(parts[area] == number, ink[area], 0).tobytes())
    return Piece((float(left), float(top), float(right), float(bottom)), digest.digest(), whole)
