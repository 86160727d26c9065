"""The drawing of the last session with its corrections: restored at the start, saved after every change."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.claim import Claim
from desktop_app.core.decoding import decode_json
from desktop_app.core.errors import UserError
from desktop_app.core.files import read_file, write_atomically
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.ink.page_arrays import LARGEST_FILE, note_from_bytes, page_bytes, page_from_bytes
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.lines.text_edits import NO_EDITS, TextEdits
from desktop_app.views.canvas.canvas import InkCanvas

_SUFFIX = ".npz"

_Saved: TypeAlias = tuple[Page, TextEdits]

_DELAY_MS = 300


class Autosave(QObject):
    """Saves the page of a canvas in the background, in a file that no other running program uses."""

    failed = Signal(object)
    """An exception; emitted for the first failure only."""

    def __init__(self, canvas: InkCanvas, folder: Path, parent: QObject) -> None:
        """Restore the newest drawing of a program that has ended; a damaged one is ignored.

        Raises:
            OSError: the folder cannot be written.
        """
        super().__init__(parent)
        self._canvas = canvas
        self._claim = Claim(folder, _SUFFIX)
        self._has_failed = False
        if (restored := _read(self._claim.path)) is not None:
            canvas.set_page(*restored)
        self._saved = canvas.page, canvas.edits
        self._worker = Worker(self, self._open_worker)
        self._worker.answered.connect(self._page_saved)
        self._worker.failed.connect(self._saving_failed)
        # Not restarted by later changes: somebody who draws without a pause loses no more than others.
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(lambda: self._worker.request((canvas.page, canvas.edits)))
        canvas.page_changed.connect(self._page_changed)
        canvas.edits_changed.connect(self._page_changed)

    def close(self) -> None:
        """Save the last change and let other programs use the file."""
        self._timer.stop()
        self._worker.close()
        page, edits = self._canvas.page, self._canvas.edits
        if page is not self._saved[0] or edits is not self._saved[1]:
            # The window is closed: an error cannot be shown.
            with contextlib.suppress(UserError):
                _write(self._claim.path, page, edits)
        self._claim.close()

    def _page_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _open_worker(self, _: ShouldStop) -> tuple[Any, Answer]:
        path = self._claim.path
        return None, lambda saved: _write(path, *saved)

    def _page_saved(self, saved: _Saved) -> None:
        self._saved = saved

    def _saving_failed(self, _: object, error: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)


def _read(path: Path) -> _Saved | None:
    """Return the page in a file with its edits; None if it is missing, damaged or empty."""
    if not path.exists():
        return None
    try:
        data = read_file(path, LARGEST_FILE)
        page = page_from_bytes(data)
        return (page, _edits_of(note_from_bytes(data))) if page else None
    except UserError:
        return None


def _edits_of(note: bytes) -> TextEdits:
    """Return stored edits; none if they are damaged."""
    if not note:
        return NO_EDITS
    import msgspec

    try:
        return decode_json(note, TextEdits)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return NO_EDITS


def _write(path: Path, page: Page, edits: TextEdits) -> None:
    note = b""
    if edits:
        # Most drawings have no edits.
        import msgspec

        note = msgspec.json.encode(edits)
    write_atomically(path, page_bytes(page, note))
