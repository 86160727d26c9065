"""Loading of pages from InkML and image files."""

from __future__ import annotations

from pathlib import Path

from desktop_app.ink.image_file import IMAGE_SUFFIXES, load_picture
from desktop_app.ink.inkml import INK_SUFFIX, XML_SUFFIX, read_inkml
from desktop_app.ink.page import Page

PAGE_SUFFIXES = (*IMAGE_SUFFIXES, INK_SUFFIX)
"""Suffixes of the files that a folder is searched for, in lower case."""

FILE_SUFFIXES = (*PAGE_SUFFIXES, XML_SUFFIX)
"""Suffixes of all files that can be opened, in lower case."""


def load_page(path: Path) -> Page:
    """Load ink from an InkML file, also one that ends in .xml, or an image from any other file.

    Raises:
        UserError: the file is missing, not an ordinary file, damaged, too large or of another format.
    """
    is_ink = path.suffix.lower() in (INK_SUFFIX, XML_SUFFIX)
    return read_inkml(path) if is_ink else load_picture(path)
