"""Files to pages: ink where the name says InkML, else a picture."""

from __future__ import annotations

from pathlib import Path

from desktop_app.ink.image_file import IMAGE_SUFFIXES, load_picture
from desktop_app.ink.inkml import INK_SUFFIX, read_inkml
from desktop_app.ink.page import Page

PAGE_SUFFIXES = (*IMAGE_SUFFIXES, INK_SUFFIX)
"""Suffixes of the files that can be opened, in lower case."""


def load_page(path: Path) -> Page:
    """Open a file, as ink or as a picture.

    Raises:
        UserError: it is missing, not an ordinary file, damaged, too large or of another kind.
    """
    return read_inkml(path) if path.suffix.lower() == INK_SUFFIX else load_picture(path)
