"""A button that starts and stops a long job, and its progress."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.views.parts.progress_bar import ProgressBar
from desktop_app.views.parts.theme import STEP


class JobBar(QWidget):
    """Compute, continue or stop a job, and show its progress."""

    start_requested = Signal()
    """The user wants the job to start or to continue."""
    stop_requested = Signal()
    """The user wants the job to stop."""

    def __init__(self) -> None:
        """Start without a job."""
        super().__init__()
        self._is_running = False
        self._button, self._progress = QPushButton(), ProgressBar()
        self._progress.setFixedWidth(22 * STEP)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._button.clicked.connect(self._clicked)
        self.setFocusProxy(self._button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._button)
        layout.addWidget(self._progress)
        self.set_idle(done=0, total=1)

    @property
    def is_running(self) -> bool:
        """Whether a running job is shown."""
        return self._is_running

    def set_idle(self, done: int, total: int, *, can_resume: bool = False) -> None:
        """Show that no job is running; the button is hidden if everything is done.

        Args:
            done, total: amount that is done, and of how much.
            can_resume: whether the job can continue from there.
        """
        self._is_running = False
        self._button.setText(self.tr("Continue") if can_resume else self.tr("Compute"))
        self._button.setToolTip(self.tr("Compute this for all filters of the layer; results are kept"))
        self._button.setVisible(done < total)
        self._progress.setVisible(0 < done < total)
        text = self.tr("{done} of {total}").format(done=done, total=total)
        self._progress.show_progress(done, max(1, total), text)

    def set_running(self, done: int, total: int, layer: str) -> None:
        """Show a running job, its progress and the layer that it is about."""
        self._is_running = True
        self._button.setText(self.tr("Stop"))
        self._button.setToolTip(self.tr("Stop computing; what is done is kept"))
        self._button.setVisible(True)
        self._progress.setVisible(True)
        text = self.tr("{layer}: {done} of {total}")
        text = text.format(layer=layer, done=done, total=total)
        self._progress.show_progress(done, max(1, total), text)

    def _clicked(self) -> None:
        (self.stop_requested if self._is_running else self.start_requested).emit()
