"""A button that starts a long job and stops it, with the job's progress beside it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from desktop_app.views.parts.theme import STEP


class JobBar(QWidget):
    """Compute, go on or stop; and how far it has come."""

    start_requested = Signal()
    """The user wants the job to start, or to go on."""
    stop_requested = Signal()
    """The user wants the job to stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing running."""
        super().__init__(parent)
        self._runs = False
        self._button, self._progress = QPushButton(), QProgressBar()
        self._progress.setFixedWidth(22 * STEP)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._button.clicked.connect(self._press)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._button)
        layout.addWidget(self._progress)
        self.set_idle(done=0, total=1)

    @property
    def runs(self) -> bool:
        """Whether a job is shown as running."""
        return self._runs

    def set_idle(self, done: int, total: int, *, goes_on: bool = False) -> None:
        """Nothing runs; so much of the whole is done already, and where all is, no button is needed.

        Args:
            done, total: how much is done of how much.
            goes_on: whether a new start goes on from there.
        """
        self._runs = False
        self._button.setText(self.tr("Go on") if goes_on else self.tr("Compute"))
        self._button.setVisible(done < total)
        self._progress.setVisible(0 < done < total)
        self._show(done, total, self.tr("{done} of {total}").format(done=done, total=total))

    def set_running(self, done: int, total: int, what: str) -> None:
        """A job runs, has done so much of the whole, and is about what these words say."""
        self._runs = True
        self._button.setText(self.tr("Stop"))
        self._button.setVisible(True)
        self._progress.setVisible(True)
        words = self.tr("{what}: {done} of {total}")
        self._show(done, total, words.format(what=what, done=done, total=total))

    def _show(self, done: int, total: int, words: str) -> None:
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)
        # In Qt's formats a % begins a number of its own.
        self._progress.setFormat(words.replace("%", "%%"))

    def _press(self) -> None:
        (self.stop_requested if self._runs else self.start_requested).emit()
