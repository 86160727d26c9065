"""Controller of the evaluation panel: reads a run's answers to its test samples and measures them."""

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
from desktop_app.runs.image_answers import read_image_answers
from desktop_app.runs.image_measures import ImageEvaluation, measure_images
from desktop_app.runs.measures import Evaluation, measure
from desktop_app.runs.run_folder import TEST, RunFolder
from desktop_app.runs.run_store import card_of
from desktop_app.views.controller import Controller
from desktop_app.views.parts.pixels import sample_image
from desktop_app.views.parts.rejected_name import rejected_name

if TYPE_CHECKING:
    from desktop_app.views.evaluation.panel import EvaluationPanel


class EvaluationController(Controller):
    """Evaluates the selected run while the panel is visible."""

    image_requested = Signal(QImage)
    """Test sample that the user wants on the canvas."""

    def __init__(self, panel: EvaluationPanel) -> None:
        """Create the controller of a panel without a run."""
        super().__init__(panel)
        self._panel = panel
        self._run: RunFolder | None = None
        self._is_due = False
        self._worker = Worker(self, _open)
        self._worker.answered.connect(self._show_result)
        self._worker.failed.connect(self._failed)
        panel.activity_changed.connect(self._refresh)
        panel.sample_chosen.connect(lambda pixels: self.image_requested.emit(sample_image(pixels)))

    def set_run(self, run: RunFolder | None) -> None:
        """Set the run to evaluate, the same one again if it has changed, or None."""
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
            self._panel.clear(self.tr("Evaluating the run…"))
        self._worker.request(self._run)

    def _show_result(
        self, run: RunFolder, result: tuple[Evaluation | ImageEvaluation, str, str] | None
    ) -> None:
        if run is not self._run:
            return
        if result is None:
            self._panel.clear(self._missing_text(run))
        else:
            self._panel.set_evaluation(*result)

    def _missing_text(self, run: RunFolder) -> str:
        """Return why there are no answers to test samples."""
        with contextlib.suppress(UserError):
            if not run.recipe().task.labels and run.record().state == "finished":
                # A run of an earlier version, or without test samples.
                return self.tr("The output images of this run were not saved. Its metrics are in Runs.")
        return self.tr("This run is not evaluated yet. It is evaluated when training ends.")

    def _failed(self, run: RunFolder, error: Exception) -> None:
        if run is self._run:
            self._panel.clear(self.tr("Could not evaluate this run. Choose another one."))
            self.failed.emit(error, self.tr("Could not evaluate the run."))


def evaluate_run(run: RunFolder) -> tuple[Evaluation | ImageEvaluation, str, str] | None:
    """Return the evaluation of a run for EvaluationPanel.set_evaluation().

    It is None if the run has no answers to test samples yet.

    Raises:
        UserError: a file of the run is missing, damaged, or does not belong to the others.
    """
    if not (run.path / TEST).exists():
        return None
    task, title = run.recipe().task, run.record().title
    if not task.labels:
        return measure_images(read_image_answers(run.path / TEST)), title, ""
    card = card_of(run)
    threshold = None if card is None else card.read_threshold
    return measure(read_answers(run.path / TEST), task.labels, threshold), title, rejected_name(task)


def _open(_: ShouldStop) -> tuple[Any, Answer]:
    return None, evaluate_run
