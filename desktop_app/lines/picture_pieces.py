"""Connected parts of the ink in an image as pieces of characters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.placement import Placement
from desktop_app.ink.parts import connected_parts
from desktop_app.ink.picture import InkMap, Picture
from desktop_app.lines.piece import Piece
from desktop_app.tasks.prepare import Prepared, prepare_ink_map
from desktop_app.tasks.task import Task

_INK = 0.3
"""Smallest ink value that connects pixels."""

_SPECK = 0.12
"""Longer side of a part that is ignored, as a share of the height of the tallest ones."""


@dataclass(frozen=True, eq=False)
class PicturePieces:
    """The connected parts of the ink in an image.

    Attributes:
        picture: the image.
        parts: int32 (height, width), number of the piece of each pixel from 1, or 0.
        boxes: int64 (n, 4), left, top, right and bottom of the pieces in pixels, right and bottom exclusive.
        items: the pieces.
    """

    picture: Picture
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
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        ink = self._ink(numbers, left, top, right, bottom)
        return prepare_ink_map(ink, task, Placement(1.0, 1.0, left, top))

    def _ink(self, numbers: Sequence[int], left: int, top: int, right: int, bottom: int) -> InkMap:
        """Return the ink map of pieces inside a box."""
        parts = self.parts[top:bottom, left:right]
        is_used = np.zeros(len(self.items) + 1, dtype=np.bool_)
        is_used[[number + 1 for number in numbers]] = True
        ink = self.picture.ink_map[top:bottom, left:right]
        return np.where(is_used[parts], ink, np.float32(0))


def picture_pieces(picture: Picture) -> PicturePieces:
    """Return the pieces of an image."""
    ink = picture.ink_map
    connected = connected_parts(ink > _INK, corners=True)
    boxes = connected.boxes[:, [2, 0, 3, 1]]
    extents = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    kept = extents > _SPECK * np.quantile(extents, 0.9) if connected.count else np.zeros(0, dtype=np.bool_)
    parts = connected.image(np.where(kept, np.cumsum(kept), 0).astype(np.int32))
    boxes = boxes[kept]
    items = tuple(_piece(ink, parts, number, box) for number, box in enumerate(boxes.tolist(), start=1))
    return PicturePieces(picture, parts, boxes, items)


def _piece(ink: InkMap, parts: NDArray[np.int32], number: int, box: list[int]) -> Piece:
    left, top, right, bottom = box
    area = slice(top, bottom), slice(left, right)
    digest = hashlib.blake2b(np.array(box).tobytes(), digest_size=16)
    digest.update(np.where(parts[area] == number, ink[area], 0).tobytes())
    return Piece((float(left), float(top), float(right), float(bottom)), digest.digest(), number)
