"""Pieces of a page: the smallest parts of which characters consist."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Box, Ink
from desktop_app.tasks.prepare import Prepared, prepare
from desktop_app.tasks.task import Task


@dataclass(frozen=True)
class Piece:
    """A stroke of ink, or a connected part of the ink in an image.

    Attributes:
        box: left, top, right and bottom on the page.
        key: the same for pieces with the same ink.
    """

    box: Box
    key: bytes


class Pieces(Protocol):
    """The pieces of a page; several can be prepared together as one character."""

    @property
    def items(self) -> tuple[Piece, ...]:
        """All pieces."""

    def page(self, numbers: Sequence[int]) -> Page:
        """Return a page with these pieces only, at their positions."""

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these pieces together, as `tasks.prepare.prepare` makes it."""


@dataclass(frozen=True)
class InkPieces:
    """The strokes of ink as pieces.

    Attributes:
        ink: the ink.
        items: one piece per stroke, in the order of the strokes.
    """

    ink: Ink
    items: tuple[Piece, ...]

    def page(self, numbers: Sequence[int]) -> Ink:
        """Return the ink of these strokes, in the order in which they were drawn."""
        return Ink(tuple(self.ink.strokes[number] for number in sorted(numbers)))

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these strokes together."""
        return prepare(self.page(numbers), task)


def ink_pieces(ink: Ink) -> InkPieces:
    """Return the pieces of ink."""
    return InkPieces(ink, tuple(_stroke_piece(Ink((stroke,))) for stroke in ink.strokes))


def _stroke_piece(stroke: Ink) -> Piece:
    box = stroke.bounds()
    assert box is not None
    return Piece(box, hashlib.blake2b(stroke.strokes[0].points.tobytes(), digest_size=16).digest())
