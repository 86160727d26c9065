"""Small pictures of the rows: the page, and what the network saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.open_page import load_page
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.rasterize import rasterize
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.task import Task

SIDE = 40
"""Size of the pictures in device-independent pixels."""

_PIXELS = 2 * SIDE


@dataclass(frozen=True, eq=False)
class RowPictures:
    """Pictures of a row; null if the file cannot be read, or has no ink.

    Attributes:
        page: the page, reduced.
        seen: the model input.
    """

    page: QImage
    seen: QImage


def picture_worker(task: Task) -> Open:
    """Return the function that opens a worker.

    Requests are tuples of paths, answers are mappings from paths to RowPictures.
    """

    def open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
        def answer(paths: tuple[str, ...]) -> Mapping[str, RowPictures]:
            return {path: _pictures(Path(path), task) for path in paths if not should_stop()}

        return None, answer

    return open_worker


def _pictures(path: Path, task: Task) -> RowPictures:
    try:
        page = load_page(path)
        prepared = prepare(page, task)
    except UserError:
        return RowPictures(QImage(), QImage())
    seen = QImage() if prepared is None else _image(prepared.pixels)
    return RowPictures(_page_picture(page), seen)


def _page_picture(page: Page) -> QImage:
    if isinstance(page, Picture):
        image = _image(page.rgb)
    else:
        image = _image(np.rint(255 * (1 - rasterize(page)[..., None])).astype(np.uint8))
    if image.isNull():
        return image
    scaled = image.scaled(
        _PIXELS, _PIXELS, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    scaled.setDevicePixelRatio(_PIXELS / SIDE)
    return scaled


def _image(pixels: NDArray[np.uint8]) -> QImage:
    """Return an image of pixels, uint8 (height, width, 1 or 3)."""
    height, width, channels = pixels.shape
    if not pixels.size:
        return QImage()
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    return QImage(pixels.tobytes(), width, height, width * channels, kind).copy()
