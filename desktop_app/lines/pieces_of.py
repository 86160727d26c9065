"""Pieces of any page."""

from __future__ import annotations

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.ink_pieces import ink_pieces
from desktop_app.lines.picture_pieces import picture_pieces
from desktop_app.lines.piece import Pieces


def pieces_of(page: Page) -> Pieces:
    """Return the pieces of a page.

    Raises:
        UserError: there is too much ink.
    """
    return ink_pieces(page) if isinstance(page, Ink) else picture_pieces(page)
