"""Files and images in what was pasted or dropped."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from desktop_app.networks.suffixes import MODEL_SUFFIXES


def is_model_file(path: Path) -> bool:
    """Return whether a file is a model, by its suffix; not all can be imported."""
    return path.suffix.lower() in MODEL_SUFFIXES


def files_in(data: QMimeData) -> list[Path]:
    """Return the local files and folders."""
    return [Path(path) for url in data.urls() if (path := _local_path(url))]


def image_in(data: QMimeData) -> QImage | None:
    """Return the image; None if there is none."""
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None


def _local_path(url: QUrl) -> str:
    """Return the path of a local file; empty if the address is not local."""
    path = url.toLocalFile()
    if "\N{REPLACEMENT CHARACTER}" in path and os.name == "posix":
        # Names from other systems may not be UTF-8. Only the encoded address has their bytes.
        return os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return path
