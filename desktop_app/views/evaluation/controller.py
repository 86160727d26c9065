"""Controller of the evaluation panel: measures the answers of a run, or of any model to any data."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Emit
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.long_job import JobFunction, LongJob
from desktop_app.jobs.worker import Worker
from desktop_app.runs.answers import Answers, read_answers
from desktop_app.runs.image_answers import read_image_answers
from desktop_app.runs.image_measures import ImageEvaluation, measure_images
from desktop_app.runs.measures import Evaluation, measure
from desktop_app.runs.run_folder import TEST, RunFolder
from desktop_app.runs.run_store import card_of
from desktop_app.runs.training_events import PreparationProgress
from desktop_app.tasks.task import Task
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.pixels import sample_image
from desktop_app.views.parts.rejected_name import rejected_name

if TYPE_CHECKING:
    from desktop_app.networks.library import LibraryEntry
    from desktop_app.views.evaluation.panel import EvaluationPanel

Result: TypeAlias = "tuple[Evaluation | ImageEvaluation, str, str]"
"""Arguments of EvaluationPanel.set_evaluation()."""


class EvaluationController(Controller):
    """Evaluates the selected run while the panel is visible, and a model on data on request."""

    image_requested = Signal(QImage)
    """Test sample that the user wants on the canvas."""

    def __init__(
        self, panel: EvaluationPanel, data_folders: Callable[[], DataFolders], dialogs: FileDialogs
    ) -> None:
        """Create the controller of a panel without a run.

        Args:
            panel: the evaluation panel.
            data_folders: returns the folders with data sets.
            dialogs: for files and folders with samples.
        """
        super().__init__(panel)
        self._panel, self._data_folders = panel, data_folders
        self._library: dict[str, LibraryEntry] = {}
        self._run: RunFolder | None = None
        self._is_due = False
        self._worker = Worker(self, _open)
        self._worker.answered.connect(self._show_result)
        self._worker.failed.connect(self._failed)
        self._job = LongJob(self)
        self._job.progressed.connect(self._show_progress)
        self._job.succeeded.connect(self._end)
        self._job.stopped.connect(self._end)
        self._job.failed.connect(self._job_failed)
        panel.activity_changed.connect(self._refresh)
        panel.bar.evaluation_requested.connect(self._evaluate)
        panel.bar.stop_requested.connect(self._job.stop)
        panel.bar.file_requested.connect(lambda: dialogs.data_file(panel.bar.set_source))
        panel.bar.folder_requested.connect(lambda: dialogs.data_folder(panel.bar.set_source))
        panel.sample_chosen.connect(lambda pixels: self.image_requested.emit(sample_image(pixels)))

    def set_network(self, network: OpenNetwork) -> None:
        """Offer the models of the library."""
        self._library = {entry.name: entry for entry in network.library}
        self._panel.bar.set_models(network.library, network.folder.name)

    def set_run(self, run: RunFolder | None) -> None:
        """Set the run to evaluate, the same one again if it has changed, or None."""
        is_other = run is None or self._run is None or run.path != self._run.path
        self._run, self._is_due = run, run is not None
        if is_other:
            self._panel.clear()
        self._refresh()

    def _refresh(self) -> None:
        if self._run is None or not self._is_due or not self._panel.is_active:
            return
        self._is_due = False
        if not self._panel.numbers():
            self._panel.clear(self.tr("Evaluating the run…"))
        self._worker.request(self._run)

    def _show_result(self, run: RunFolder, result: Result | None) -> None:
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

    # --- any model on any data ---

    def _evaluate(self, model: str, source: str) -> None:
        entry = self._library.get(model)
        if entry is not None:
            self._panel.bar.set_progress(self.tr("Opening model and data…"), 0, 0)
            self._job.start(self._job_of(entry, source))

    def _job_of(self, entry: LibraryEntry, source: str) -> JobFunction:
        folders = self._data_folders()

        def run(emit: Emit, should_stop: ShouldStop) -> SourceEvaluation | None:
            try:
                return evaluate_source(entry.folder, source, folders, emit, should_stop)
            except Stopped:
                return None

        return run

    def _show_progress(self, event: object) -> None:
        if isinstance(event, PreparationProgress):
            if event.steps < 2:
                self._panel.bar.set_progress(translated(event.text), 0, 0)
                return
            text = self.tr("{text}: {done} of {total}")
            text = text.format(text=translated(event.text), done=f"{event.step:,}", total=f"{event.steps:,}")
            self._panel.bar.set_progress(text, event.step, event.steps)

    def _end(self, found: SourceEvaluation | None) -> None:
        self._panel.bar.set_idle()
        if found is None:
            return
        title = self.tr("{model} on {data}").format(model=found.model, data=found.data)
        if found.left_out:
            left_out = self.tr("%n sample(s) left out: other labels, no ink, or damaged", "", found.left_out)
            title = f"{title}\n{left_out}"
        self._panel.set_evaluation(found.evaluation, title, rejected_name(found.task))

    def _job_failed(self, error: Exception) -> None:
        self._panel.bar.set_idle()
        self.failed.emit(error, self.tr("Could not evaluate the model on this data."))


@dataclass(frozen=True, eq=False)
class SourceEvaluation:
    """Evaluation of a model on a data source.

    Attributes:
        evaluation: of labels or of output images.
        task: of the model.
        model, data: titles.
        left_out: number of samples with other labels, without ink, or in damaged files.
    """

    evaluation: Evaluation | ImageEvaluation
    task: Task
    model: str
    data: str
    left_out: int


def evaluate_source(
    folder: Path, source: str, folders: DataFolders, emit: Emit, should_stop: ShouldStop
) -> SourceEvaluation:
    """Evaluate a model on the unseen samples of a data source.

    Args:
        folder: of the model.
        source: name or path of the data.
        folders: folders with data sets.
        emit: receives the progress.
        should_stop: called often.

    Raises:
        UserError: model or data cannot be opened, or do not fit together.
        Stopped: should_stop() returned True.
    """
    # Imported in the worker thread: importing LiteRT would block the window.
    from desktop_app.data.model_answers import answer_source, open_labelled
    from desktop_app.networks.recognizer import open_recognizer

    recognizer = open_recognizer(folder)
    opened, _ = open_labelled(source, recognizer.card.task, folders, emit, should_stop)
    answered = answer_source(recognizer, opened, emit, should_stop)
    answers, card = answered.answers, recognizer.card
    evaluation = (
        measure(answers, card.labels, card.read_threshold)
        if isinstance(answers, Answers)
        else measure_images(answers)
    )
    return SourceEvaluation(evaluation, card.task, card.title, opened.title, answered.left_out)


def evaluate_run(run: RunFolder) -> Result | None:
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
