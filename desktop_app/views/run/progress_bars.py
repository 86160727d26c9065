"""The progress bars of a run: its epochs, and the batches of the current one."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.runs.run_progress import RunProgress
from desktop_app.views.parts.progress_bar import ProgressBar
from desktop_app.views.parts.theme import STEP


class ProgressBars(QWidget):
    """Two progress bars side by side."""

    def __init__(self) -> None:
        """Start without progress."""
        super().__init__()
        self._epochs, self._batches = ProgressBar(), ProgressBar()
        self._epochs.setAccessibleName(self.tr("Epochs"))
        self._batches.setAccessibleName(self.tr("Batches of this epoch"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._epochs, 1)
        layout.addWidget(self._batches, 1)

    def show_progress(self, progress: RunProgress) -> None:
        """Show how much of a run is done."""
        batch, done, epochs = progress.batch, progress.epochs_done, progress.epochs
        text = self.tr("{done} of {epochs} epoch(s)", "", epochs).format(done=done, epochs=epochs)
        self._epochs.show_progress(done, max(1, epochs), text if epochs else self.tr("No epoch yet"))
        if batch is None or not epochs:
            batches = progress.started.batches if progress.started is not None else 1
            self._batches.show_progress(0, max(1, batches), self.tr("No batch yet"))
            return
        text = self.tr("{batch} of {batches} batch(es)", "", batch.batches)
        text = text.format(batch=f"{batch.batch:,}", batches=f"{batch.batches:,}")
        self._batches.show_progress(batch.batch, max(1, batch.batches), text)
