"""Works for the evaluation: reads a run's answers to its test samples and measures them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.runs.answers import read_answers
from desktop_app.runs.measures import Evaluation, measure
from desktop_app.runs.run_folder import TEST, RunFolder
from desktop_app.runs.run_store import card_of
from desktop_app.views.controller import Controller

if TYPE_CHECKING:
    from desktop_app.views.evaluation.panel import EvaluationPanel


class EvaluationController(Controller):
    """Measures the run that is looked at, once the panel is seen."""

    image_requested = Signal(QImage)
    """A test sample that the user wants as the page."""

    def __init__(self, panel: EvaluationPanel) -> None:
        """Work for a panel; there is no run yet."""
        super().__init__(panel)
        self._panel = panel
        self._run: RunFolder | None = None
        self._is_due = False
        self._worker = Worker(self, _open)
        self._worker.answered.connect(self._answered)
        self._worker.failed.connect(self._failed)
        panel.activity_changed.connect(self._refresh)
        panel.sample_chosen.connect(lambda pixels: self.image_requested.emit(_image(pixels)))

    def set_run(self, run: RunFolder | None) -> None:
        """Look at another run, or at the same one anew, e.g. because it has finished; or at none."""
        is_other = run is None or self._run is None or run.path != self._run.path
        self._run, self._is_due = run, run is not None
        if is_other:
            self._panel.clear()
        self._refresh()

    def close(self) -> None:
        """Join the worker."""
        self._worker.close()

    def _refresh(self) -> None:
        if self._run is None or not self._is_due or not self._panel.is_active:
            return
        self._is_due = False
        if not self._panel.numbers():
            self._panel.clear(self.tr("The run is being measured…"))
        self._worker.request(self._run)

    def _answered(self, run: RunFolder, found: tuple[Evaluation, str] | None) -> None:
        if run is not self._run:
            return
        if found is None:
            self._panel.clear(self._why_nothing(run))
        else:
            self._panel.set_evaluation(*found)

    def _why_nothing(self, run: RunFolder) -> str:
        """Why there are no answers to test samples."""
        with contextlib.suppress(UserError):
            if not run.recipe().task.labels:
                return self.tr("This network gives images; the table of runs has its figures.")
        return self.tr("This run has not answered to its test samples yet; it does at its end.")

    def _failed(self, run: RunFolder, error: Exception) -> None:
        if run is self._run:
            self._panel.clear(self.tr("This run cannot be measured; choose another one."))
            self.failed.emit(error, self.tr("The run could not be measured."))


def evaluate_run(run: RunFolder) -> tuple[Evaluation, str] | None:
    """Measure a run, and say what it is called; None where it has no answers to test samples yet.

    Raises:
        UserError: a file of the run is missing, damaged, or does not belong to the others.
    """
    if not (run.path / TEST).exists():
        return None
    labels, title = run.recipe().task.labels, run.record().title
    card = card_of(run)
    threshold = None if card is None else card.read_threshold
    return measure(read_answers(run.path / TEST), labels, threshold), title


def _open(_: ShouldStop) -> tuple[Any, Answer]:
    return None, evaluate_run


def _image(pixels: Any) -> QImage:
    """A test sample, uint8 (height, width, channels), as an image that outlives the array."""
    height, width, channels = pixels.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(pixels.tobytes(), width, height, channels * width, form).copy()
