"""The canvas content: ink or an image."""

from __future__ import annotations

from typing import TypeAlias

from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink

Page: TypeAlias = Ink | Picture


def pages_of_file(page: Page) -> int:
    """Return the number of pages of the file that a page comes from, of which it is the first."""
    return page.pages if isinstance(page, Picture) else 1
