"""Pieces of any page."""

from __future__ import annotations

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.ink_pieces import ink_pieces
from desktop_app.lines.picture_pieces import picture_pieces
from desktop_app.lines.piece import MOST_CANDIDATES, Pieces


def pieces_of(page: Page, most: int = MOST_CANDIDATES) -> Pieces:
    """Return the pieces of a page.

    Raises:
        UserError: there are more strokes or connected parts than a limit.
    """
    return ink_pieces(page, most=most) if isinstance(page, Ink) else picture_pieces(page, most)
