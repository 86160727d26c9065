"""Loading of pages from InkML and image files."""

from __future__ import annotations

from pathlib import Path

from desktop_app.ink.image_file import IMAGE_SUFFIXES, load_picture
from desktop_app.ink.inkml import INK_SUFFIX, read_inkml
from desktop_app.ink.page import Page

PAGE_SUFFIXES = (*IMAGE_SUFFIXES, INK_SUFFIX)
"""Suffixes of all files that can be opened, in lower case."""


def load_page(path: Path) -> Page:
    """Load ink from an InkML file, or an image from any other file.

    Raises:
        UserError: the file is missing, not an ordinary file, damaged, too large or of another format.
    """
    return read_inkml(path) if path.suffix.lower() == INK_SUFFIX else load_picture(path)
