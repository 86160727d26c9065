"""TensorBoard as a separate process that shows the log of a run in the browser."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop_app.core.errors import UserError, printable
from desktop_app.core.messages import message

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
_MOST_OUTPUT = 10_000
_GRACE_MS = 2000
"""Time to terminate before the process is killed, in milliseconds."""


class TensorBoard(QObject):
    """Shows one log at a time; close() ends the process."""

    opened = Signal(str)
    """Address that was opened in the browser."""
    failed = Signal(object, str)
    """An exception, and a sentence to show unless it is a UserError."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Create it without a process."""
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._output, self._address = "", ""

    def open(self, folder: Path) -> None:
        """Show the log in a folder in the browser, or emit failed."""
        if importlib.util.find_spec("tensorboard") is None:
            self._fail(UserError("TensorBoard is not installed. Install it with: pip install tensorboard."))
        elif not folder.is_dir():
            self._fail(
                UserError("This run has no log. Turn on “TensorBoard log” in the recipe and train again.")
            )
        elif self._process is not None and folder == self._folder:
            self._show()
        else:
            self._start(folder)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        self._output, self._address = "", ""
        if process is None:
            return
        process.blockSignals(True)
        process.terminate()
        if not process.waitForFinished(_GRACE_MS):
            process.kill()
            process.waitForFinished(_GRACE_MS)
        process.deleteLater()

    def _start(self, folder: Path) -> None:
        self.close()
        self._folder = folder
        self._process = process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        process.readyReadStandardOutput.connect(self._read_output)
        process.finished.connect(self._handle_exit)
        process.errorOccurred.connect(self._handle_exit)
        # -P: do not import a module of that name from the current folder.
        address = ["--host", "127.0.0.1", "--port", "0"]
        process.start(sys.executable, ["-P", "-m", "tensorboard.main", "--logdir", str(folder), *address])

    def _read_output(self) -> None:
        """Open the browser once the address is printed."""
        assert self._process is not None
        text = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        self._output = (self._output + text)[-_MOST_OUTPUT:]
        found = _ADDRESS.search(self._output)
        if found and not self._address:
            self._address = found[0]
            self._show()

    def _show(self) -> None:
        """Open the browser if the address is known."""
        if self._address:
            QDesktopServices.openUrl(QUrl(self._address))
            self.opened.emit(self._address)

    def _handle_exit(self) -> None:
        """Report that the process has ended by itself."""
        was_shown, lines = bool(self._address), self._output.strip().splitlines()
        self.close()
        if not was_shown:
            output = printable(lines[-1])[:100].rstrip(".") if lines else message("no output")
            self._fail(UserError("TensorBoard did not start: {output}. Try again.", output=output))

    def _fail(self, error: UserError) -> None:
        self.failed.emit(error, "")
