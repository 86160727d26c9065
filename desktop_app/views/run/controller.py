"""Controller of the run panel: trains the draft in a thread and emits its events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.long_job import LongJob
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_progress import EarlierRun
from desktop_app.runs.run_queue import with_seeds
from desktop_app.runs.training_events import BatchEnded, EpochEnded, TrainingStarted
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.draft import Draft
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.question_box import QuestionBox
from desktop_app.views.run.data_check import DataCheck
from desktop_app.views.run.interrupted_row import InterruptedRun
from desktop_app.views.run.interrupted_runs import InterruptedRuns
from desktop_app.views.run.kept_queue import KeptQueue
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.run.run_job import RunFolders, RunMessage, RunOutcome, RunRequest, Train, run_training

_DELIVERY_MS = 100


class RunController(Controller):
    """Runs one training at a time, and the recipes of a queue one after another.

    Events are queued in the training thread and delivered ten times a second, so that thousands of
    batches per second do not slow down the window.
    """

    event_emitted = Signal(object)
    """TrainingEvent of the run, except BatchEnded."""
    model_ready = Signal(object)
    """NewModel in the user's library."""
    running_changed = Signal(bool)
    """Whether a run is active."""
    runs_changed = Signal()
    """A run was added or deleted, or has completed an epoch."""
    close_requested = Signal()
    """The run has ended that the window waited for before closing."""

    def __init__(
        self,
        panel: RunPanel,
        draft: Draft,
        data_folders: Callable[[], DataFolders],
        runs_dir: Path,
        models_dir: Path,
        train: Train | None = None,
    ) -> None:
        """Create the controller of a panel.

        Args:
            panel: the run panel.
            draft: the recipe that train() trains.
            data_folders: returns the folders with data sets; called when a run starts.
            runs_dir: folder of all runs.
            models_dir: folder of the user's model library.
            train: replaces `training.train.train`, which is imported when first needed.
        """
        super().__init__(panel)
        self._panel, self._draft, self._data_folders, self._train = panel, draft, data_folders, train
        self._model: Path | None = None
        self._folders = RunFolders(runs_dir, models_dir, lambda: self._model)
        self._control = RunControl()
        self._job = LongJob(self)
        self._data_check = DataCheck(draft, data_folders, self)
        self._messages: deque[RunMessage] = deque()
        self._delivery = QTimer(self, interval=_DELIVERY_MS)
        self._trained: Recipe | None = None
        self._queue, self._interrupted = KeptQueue(runs_dir, self), InterruptedRuns(runs_dir, self)
        self._has_searched = self._close_when_done = False
        self._connect()

    @property
    def is_running(self) -> bool:
        """Whether a run is active; False once its outcome is known."""
        return self._job.is_running

    def set_network(self, network: OpenNetwork) -> None:
        """Compare new models with this one."""
        self._model = network.folder

    # --- commands ---

    def train(self, seeds: int = 1) -> None:
        """Train the draft, with several seeds one after another, before the queue."""
        first, *others = with_seeds(self._draft.value, seeds)
        if self._start(RunRequest(first)):
            self._queue.put_first(others)

    def add_to_queue(self, seeds: int = 1) -> None:
        """Train the draft after the queue, with so many seeds."""
        self._queue.add(with_seeds(self._draft.value, seeds))

    def resume(self, name: str, epochs: int | None = None) -> None:
        """Resume an interrupted or finished run.

        Args:
            name: of the run folder.
            epochs: total number of epochs; None: the number in its recipe.
        """
        self._start(RunRequest(None, name, epochs))

    def pause(self) -> None:
        """Pause the run after the current batch."""
        if self.is_running:
            self._control.pause()
            self._panel.set_paused(self._control.is_paused)

    def unpause(self) -> None:
        """Continue the paused run."""
        if self.is_running:
            self._control.resume()
            self._panel.set_paused(False)

    def stop(self) -> None:
        """Stop the run and keep its best epoch as a model."""
        if self.is_running:
            self._control.stop()
            self._panel.set_ending(self.tr("Stopping and keeping the best epoch…"))

    def cancel(self) -> None:
        """Stop the run and delete it."""
        if self.is_running:
            self._control.cancel()
            self._panel.set_ending(self.tr("Cancelling…"))

    def suspend(self) -> None:
        """Stop the run after its last complete epoch, to be resumed later."""
        if self.is_running:
            self._control.suspend()
            self._panel.set_ending(self.tr("Suspending…"))

    def may_close(self, window: QWidget) -> bool:
        """Ask whether to keep, suspend or discard the run before its window closes.

        Returns:
            Whether the window may close now. False also while the best epoch is being kept:
            close_requested is emitted when that is done.
        """
        if not self.is_running:
            return True
        box = QuestionBox(self.tr("Training"), self.tr("Training is still running."), window)
        role = QuestionBox.ButtonRole
        keep = box.addButton(self.tr("Stop and keep best"), role.AcceptRole)
        later = box.addButton(self.tr("Close and resume later"), role.AcceptRole)
        discard = box.addButton(self.tr("Discard"), role.DestructiveRole)
        stay = box.addButton(self.tr("Cancel"), role.RejectRole)
        box.setDefaultButton(later)
        box.setEscapeButton(stay)
        box.exec()
        chosen = box.clickedButton()
        box.deleteLater()
        if not self._job.is_running:
            # The run ended while the question was open.
            return chosen is not stay
        if chosen is keep:
            self._close_when_done = True
            self.stop()
            return False
        if chosen is later:
            self.suspend()
        elif chosen is discard:
            self.cancel()
        return chosen is later or chosen is discard

    def close(self) -> None:
        """Suspend the run unless it is already stopping, and join its thread."""
        super().close()
        for part in (self._data_check, self._queue, self._interrupted):
            part.close()

    def _connect(self) -> None:
        panel, draft = self._panel, self._draft
        self._delivery.timeout.connect(self._deliver)
        self._job.succeeded.connect(self._end)
        self._job.stopped.connect(self._end)
        self._job.failed.connect(self._fail)
        panel.activity_changed.connect(self._search_once)
        panel.activity_changed.connect(self._remember_reported)
        panel.activity_changed.connect(self._restart_data_check)
        draft.changed.connect(self._check_data)
        draft.data_checked.connect(self._check_data)
        panel.buttons.train_requested.connect(self.train)
        panel.buttons.queue_requested.connect(self.add_to_queue)
        panel.buttons.pause_requested.connect(self.pause)
        panel.buttons.unpause_requested.connect(self.unpause)
        panel.buttons.stop_requested.connect(self.stop)
        panel.buttons.cancel_requested.connect(self.cancel)
        panel.queue.start_requested.connect(self._train_next)
        panel.queue.move_requested.connect(self._queue.move)
        panel.queue.remove_requested.connect(self._queue.remove)
        self._queue.changed.connect(panel.set_queue)
        self._queue.failed.connect(self.failed)
        panel.interrupted.resume_requested.connect(self.resume)
        panel.interrupted.dismiss_requested.connect(self._interrupted.dismiss)
        panel.interrupted.delete_requested.connect(self._interrupted.delete)
        self._interrupted.changed.connect(self._show_interrupted)
        self._interrupted.deleted.connect(self.runs_changed)
        self._interrupted.failed.connect(self.failed)

    # --- running ---

    def _train_next(self) -> None:
        """Train the first recipe of the queue, if there is one and no run is active."""
        if self._queue and not self.is_running:
            self._start(RunRequest(self._queue.take()))

    def _start(self, request: RunRequest) -> bool:
        """Start a run; return False if another one is active, which is reported."""
        if self.is_running:
            self.failed.emit(UserError("Training is already running. Stop it or wait until it ends."), "")
            return False
        self._trained = request.recipe
        control = self._control = RunControl()
        self._messages.clear()
        self._panel.begin(request.recipe)
        job = run_training(
            request, self._folders, self._data_folders(), control, self._messages.append, self._train
        )
        self._job.start(job, lambda: _suspend_unless_stopping(control))
        self._delivery.start()
        self.running_changed.emit(True)
        return True

    def _restart_data_check(self, active: bool) -> None:
        if active and not self.is_running:
            self._data_check.restart()

    def _check_data(self) -> None:
        if self._panel.is_active and not self.is_running:
            self._data_check.start()

    def _deliver(self) -> None:
        """Deliver the messages queued since the last call."""
        messages = [self._messages.popleft() for _ in range(len(self._messages))]
        for earlier in (each for each in messages if isinstance(each, EarlierRun)):
            self._panel.continue_from(earlier)
        events = [each for each in messages if not isinstance(each, EarlierRun)]
        self._panel.add_events(events)
        for event in events:
            if not isinstance(event, BatchEnded):
                self.event_emitted.emit(event)
        if any(isinstance(event, TrainingStarted | EpochEnded) for event in events):
            self.runs_changed.emit()

    def _end(self, outcome: RunOutcome) -> None:
        self._deliver()
        sentences = {
            "cancelled": self.tr("Cancelled. Nothing was kept."),
            "nothing": self.tr("Stopped before there was anything to keep."),
            "suspended": self.tr("Suspended. The run can be resumed later."),
        }
        self._panel.end(sentences.get(outcome.kind, ""))
        if outcome.model is not None:
            # Before _finish(), which may close the window: no work may start after that.
            self.model_ready.emit(outcome.model)
        # After Stop, the queue waits for the user.
        goes_on = outcome.kind == "kept" and not self._control.should_stop()
        self._finish()
        if goes_on:
            self._train_next()

    def _fail(self, error: Exception) -> None:
        self._deliver()
        sentence = self.tr("Training failed.")
        self._panel.end(translated(error) if isinstance(error, UserError) else sentence)
        # The window stays: nobody would read why the best was not kept.
        self._close_when_done = False
        if self._trained is not None and self._queue:
            self._queue.put_first([self._trained])
        self._finish()
        self.failed.emit(error, sentence)

    def _finish(self) -> None:
        self._delivery.stop()
        self.running_changed.emit(False)
        self.runs_changed.emit()
        self.find_interrupted()
        self._check_data()
        if self._close_when_done:
            self._close_when_done = False
            self.close_requested.emit()

    # --- interrupted runs ---

    def find_interrupted(self) -> None:
        """Search for interrupted runs and offer to resume them."""
        self._has_searched = True
        self._interrupted.find()

    def _search_once(self, active: bool) -> None:
        if active and not self._has_searched:
            self.find_interrupted()
            self._queue.read()

    def _show_interrupted(self, runs: tuple[InterruptedRun, ...]) -> None:
        self._panel.set_interrupted(runs)
        self._remember_reported()

    def _remember_reported(self) -> None:
        """Remember which interrupted runs the user has seen; those are not reported at the next start."""
        if self._panel.is_active and not self.is_running:
            self._interrupted.remember_reported()


def _suspend_unless_stopping(control: RunControl) -> None:
    if not control.should_stop():
        control.suspend()
