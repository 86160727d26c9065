"""TensorBoard, where it is installed: a process of its own that shows a run's log in the browser."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop_app.core.errors import UserError, printable

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
_MOST_OUTPUT = 10_000
_GRACE_MS = 2000
"""How long it may take to end in good order."""


class TensorBoard(QObject):
    """Shows one log at a time. Everything ends with close()."""

    opened = Signal(str)
    """The address that the browser was asked to open."""
    failed = Signal(object, str)
    """An exception, and the sentence for the user where it is no user error."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with nothing shown."""
        super().__init__(parent)
        self._process: QProcess | None = None
        self._folder: Path | None = None
        self._said, self._address = "", ""

    def open(self, folder: Path) -> None:
        """Show the log in a folder in the browser; failed is emitted where that cannot be done."""
        if importlib.util.find_spec("tensorboard") is None:
            self._refuse(self.tr("TensorBoard is not installed; install it with: pip install tensorboard."))
        elif not folder.is_dir():
            self._refuse(
                self.tr("This run has no log for TensorBoard; choose one in its recipe and repeat it.")
            )
        elif self._process is not None and folder == self._folder:
            self._show()
        else:
            self._start(folder)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        self._said, self._address = "", ""
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
        process.readyReadStandardOutput.connect(self._listen)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._ended)
        # Without -P a file of that name in the present folder would run in its place.
        address = ["--host", "127.0.0.1", "--port", "0"]
        process.start(sys.executable, ["-P", "-m", "tensorboard.main", "--logdir", str(folder), *address])

    def _listen(self) -> None:
        """It tells its address once it can be asked."""
        assert self._process is not None
        text = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        self._said = (self._said + text)[-_MOST_OUTPUT:]
        found = _ADDRESS.search(self._said)
        if found and not self._address:
            self._address = found[0]
            self._show()

    def _show(self) -> None:
        """Ask the browser, unless the address is not known yet; then it is asked for soon."""
        if self._address:
            QDesktopServices.openUrl(QUrl(self._address))
            self.opened.emit(self._address)

    def _ended(self) -> None:
        """It was not asked to end."""
        was_shown, lines = bool(self._address), self._said.strip().splitlines()
        self.close()
        if not was_shown:
            last = printable(lines[-1])[:200] if lines else self.tr("it said nothing")
            self._refuse(self.tr("TensorBoard did not start: {last}.").format(last=last.rstrip(".")))

    def _refuse(self, sentence: str) -> None:
        self.failed.emit(UserError(sentence), "")
