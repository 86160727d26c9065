"""Files and images in what was pasted or dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from desktop_app.networks.suffixes import MODEL_SUFFIXES


def is_model_file(path: Path) -> bool:
    """Return whether a file is a model, by its suffix; not all can be imported."""
    return path.suffix.lower() in MODEL_SUFFIXES


def files_in(data: QMimeData) -> list[Path]:
    """Return the local files and folders."""
    return [Path(path) for url in data.urls() if (path := url.toLocalFile())]


def image_in(data: QMimeData) -> QImage | None:
    """Return the image; None if there is none."""
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None
