"""Image and InkML files in folders and zip archives, opened when needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.files import read_file
from desktop_app.data.sources.zip_entries import LARGEST_ENTRY, ZipEntry, read_entry
from desktop_app.ink.image_file import picture_from_bytes, pixels_from_bytes
from desktop_app.ink.inkml import INK_SUFFIX, inkml_from_bytes
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink


@dataclass(frozen=True)
class PageFile:
    """An image or InkML file.

    Attributes:
        path: the file, or the zip archive that contains it.
        entry: its entry in the archive; None for a file of its own.
    """

    path: Path
    entry: ZipEntry | None = None

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name if self.entry is None else self.entry.parts[-1]

    @property
    def is_ink(self) -> bool:
        """Whether it is an InkML file."""
        return self.name.lower().endswith(INK_SUFFIX)

    def content(self) -> bytes:
        """Read the file.

        Raises:
            UserError: it is missing, unreadable, damaged or too large.
        """
        if self.entry is None:
            return read_file(self.path, LARGEST_ENTRY)
        return read_entry(self.path, self.entry)

    def page(self) -> Page:
        """Open the file as a page.

        Raises:
            UserError: see `content`; or it is not an image or InkML.
        """
        if self.is_ink:
            return inkml_from_bytes(self.content(), self.name)
        return picture_from_bytes(self.content(), self.name)


def decode_file(file: PageFile, content: bytes) -> Ink | NDArray[np.uint8]:
    """Decode the content of a file: ink, or pixels, uint8 (height, width, 3).

    Raises:
        UserError: it is damaged or too large.
    """
    if file.is_ink:
        return inkml_from_bytes(content, file.name)
    return pixels_from_bytes(content, file.name)
