"""Pieces of a page: the smallest parts of which characters consist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_app.core.errors import UserError
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Box
from desktop_app.tasks.prepare import Prepared
from desktop_app.tasks.task import Task

MOST_CANDIDATES = 1000
"""Limit for a page, so that an answer takes at most two seconds."""


def check_amount(count: int) -> None:
    """Check the number of strokes, connected parts or candidates of a page.

    Raises:
        UserError: there are more than MOST_CANDIDATES.
    """
    if count > MOST_CANDIDATES:
        raise UserError("There is too much ink to read at once; crop to a few lines.")


@dataclass(frozen=True)
class Piece:
    """A stroke of ink, or a connected part of the ink in an image.

    Attributes:
        box: left, top, right and bottom on the page.
        key: the same for pieces with the same ink.
        whole: number of the stroke or of the connected part that it was cut from.
    """

    box: Box
    key: bytes
    whole: int


class Pieces(Protocol):
    """The pieces of a page; several can be prepared together as one character."""

    @property
    def items(self) -> tuple[Piece, ...]:
        """All pieces."""

    def page(self, numbers: Sequence[int]) -> Page:
        """Return a page with these pieces only, at their positions."""

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these pieces together, as `tasks.prepare.prepare` makes it."""
