"""What comes in by pasting and dropping: a file or an image."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from desktop_app.networks.suffixes import FOREIGN_SUFFIXES


def is_network(path: Path) -> bool:
    """Whether a file is to become a network of the library, by its name."""
    return path.suffix.lower() in FOREIGN_SUFFIXES


def file_in(data: QMimeData) -> Path | None:
    """The first local file among what was pasted or dropped; None where there is none."""
    paths = (url.toLocalFile() for url in data.urls())
    return next((Path(path) for path in paths if path), None)


def image_in(data: QMimeData) -> QImage | None:
    """The image in what was pasted or dropped; None where there is none."""
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None
