"""Opening pages and saving files in the background."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.files import check_replaceable, is_folder, write_atomically
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.background import Background
from desktop_app.views.canvas.geometry import fit_to_canvas


class PageFiles(QObject):
    """Loads pages, of which only the last one requested is opened, and writes files."""

    opened = Signal(object, object)
    """A page, and its path or None."""
    saved = Signal(Path)
    """A file that has been written."""
    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""

    def __init__(self, parent: QObject) -> None:
        """Start idle."""
        super().__init__(parent)
        self._jobs = Background(self)
        self._openings = 0

    def open_path(self, path: Path) -> None:
        """Load the image or ink in a file."""
        self._open(lambda: _load(path), path, path.name)

    def open_image(self, image: QImage) -> None:
        """Open an image that was pasted or dropped."""
        name = self.tr("the pasted image")
        self._open(lambda: _page_from_image(image, name), None, name)

    def save(self, path: Path, make: Callable[[], bytes]) -> None:
        """Create the content of a file and write it, both in the background."""

        def write() -> None:
            check_replaceable(path)
            write_atomically(path, make())

        def failed(error: Exception) -> None:
            self.failed.emit(error, self.tr("Could not save {name}.").format(name=shown_name(path)))

        def done(_: object) -> None:
            self.saved.emit(path)

        self._jobs.run(write, done, failed)

    def close(self) -> None:
        """Wait for all jobs."""
        self._jobs.close()

    def _open(self, load: Callable[[], Page], path: Path | None, name: str) -> None:
        """Load a page; discard it if another one has been requested since."""
        self._openings += 1
        number = self._openings

        def done(page: Any) -> None:
            if number == self._openings:
                self.opened.emit(page, path)

        def failed(error: Exception) -> None:
            self.failed.emit(error, self.tr("Could not open {name}.").format(name=shown_name(name)))

        self._jobs.run(load, done, failed)


def inkml_of(ink: Ink) -> bytes:
    """Return the content of an InkML file."""
    from desktop_app.ink.inkml import inkml_bytes

    return inkml_bytes(ink)


def png_of(image: QImage) -> bytes:
    """Return the content of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(data.data())


def _load(path: Path) -> Page:
    """Return the page in a file; ink outside the canvas is moved onto it.

    Raises:
        UserError: it is a folder, or a file that cannot be opened.
    """
    if is_folder(path):
        raise UserError(
            "{name} is a folder. Open one of its files, or drop it on the workspace Batch (Ctrl+4).",
            name=shown_name(path),
        )
    # Imported when needed: Pillow and the XML parser are not needed for drawing.
    from desktop_app.ink.open_page import load_page

    page = load_page(path)
    return fit_to_canvas(page) if isinstance(page, Ink) else page


def _page_from_image(image: QImage, name: str) -> Page:
    from desktop_app.ink.image_file import picture_from_bytes

    return picture_from_bytes(png_of(image), name)
