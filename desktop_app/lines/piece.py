"""Pieces of a page: the smallest parts of which characters consist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Box
from desktop_app.lines.text_edits import FixedCharacter, InkRange, TextEdits
from desktop_app.tasks.task import Task

if TYPE_CHECKING:
    from desktop_app.tasks.prepared import Prepared

MOST_CANDIDATES = 1000
"""Limit for a page that is read at once, so that an answer takes at most two seconds."""

MOST_BY_LINE = 20_000
"""Limit for a page that is read line by line."""


def check_amount(count: int, most: int) -> None:
    """Check the number of strokes, connected parts or candidates of a page.

    Raises:
        UserError: there are more than the limit.
    """
    if count > most and most == MOST_CANDIDATES:
        raise UserError(
            "There is too much ink to read at once; crop to a few lines, or read the file in Batch."
        )
    if count > most:
        raise UserError("There is too much ink on this page; crop to fewer lines.")


@dataclass(frozen=True)
class Piece:
    """A stroke of ink, or a connected part of the ink in an image, or a character fixed by the user.

    Attributes:
        box: left, top, right and bottom on the page.
        key: the same for pieces with the same ink.
        whole: number of the stroke or of the connected part that it was cut from.
        ranges: all of its ink.
        fixed: the character that the user has fixed, or None.
    """

    box: Box
    key: bytes
    whole: int
    ranges: tuple[InkRange, ...] = ()
    fixed: FixedCharacter | None = None


Division: TypeAlias = tuple[FixedCharacter, FixedCharacter]
"""A character divided in two."""


class Pieces(Protocol):
    """The pieces of a page; several can be prepared together as one character."""

    @property
    def items(self) -> tuple[Piece, ...]:
        """All pieces."""

    def page(self, numbers: Sequence[int]) -> Page:
        """Return a page with these pieces only, at their positions."""

    def edited(self, edits: TextEdits) -> Self:
        """Return the pieces with what the user has decided; call it on pieces without edits."""

    def divisions(self, ranges: Sequence[InkRange], x: float | None) -> list[Division]:
        """Return the ways to divide a character in two.

        Args:
            ranges: its ink.
            x: horizontal position on the page where to divide it; None: anywhere.
        """

    def prepare(self, numbers: Sequence[int], task: Task) -> Prepared | None:
        """Return the model input of these pieces together, as `tasks.prepare.prepare` makes it."""

    def model_inputs(self, candidates: Sequence[Sequence[int]], task: Task) -> Sequence[NDArray[np.float32]]:
        """Return the model inputs of several candidates, given by the numbers of their pieces."""
