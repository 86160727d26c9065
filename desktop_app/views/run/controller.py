"""Works for the run panel: trains the draft in a thread and tells what comes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background
from desktop_app.jobs.long_job import LongJob
from desktop_app.runs.run_folder import RunFolder
from desktop_app.runs.run_store import delete_run, interrupted
from desktop_app.runs.training_events import BatchEnded, EpochEnded, TrainingStarted
from desktop_app.views.controller import Controller
from desktop_app.views.draft import Draft
from desktop_app.views.run.interrupted_row import Interrupted
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.run.run_job import RunFolders, RunOutcome, RunRequest, Told, Train, run_training
from desktop_app.views.run.run_progress import EarlierRun

_DRAIN_MS = 100


class RunController(Controller):
    """Runs one training at a time.

    What the run tells is collected in its thread and fetched ten times a second, so that thousands of
    batches a second cost the window nothing.
    """

    told = Signal(object)
    """What the run told, but for its batches."""
    model_ready = Signal(str)
    """The name of a new model in the user's library."""
    running_changed = Signal(bool)
    """Whether a run goes on from now on."""
    runs_changed = Signal()
    """A run has come, gone, or learned another epoch."""
    close_requested = Signal()
    """The run is over whose end the closing of the window waited for."""

    def __init__(
        self,
        panel: RunPanel,
        draft: Draft,
        places: Callable[[], DataFolders],
        runs_dir: Path,
        models_dir: Path,
        train: Train | None = None,
    ) -> None:
        """Work for a panel.

        Args:
            panel: to work for.
            draft: what train() trains.
            places: where data is looked for, asked when a run begins.
            runs_dir: where runs are kept.
            models_dir: the user's model library.
            train: in place of `training.train.train`, which is imported when it is first needed.
        """
        super().__init__(panel)
        self._panel, self._draft, self._places, self._train = panel, draft, places, train
        self._folders = RunFolders(runs_dir, models_dir)
        self._control = RunControl()
        self._job, self._background = LongJob(self), Background(self)
        self._waiting: deque[Told] = deque()
        self._drain = QTimer(self, interval=_DRAIN_MS)
        self._interrupted: tuple[Interrupted, ...] = ()
        self._left: set[str] = set()
        self._has_looked = self._closes = False
        self._drain.timeout.connect(self._fetch)
        self._job.succeeded.connect(self._ended)
        self._job.stopped.connect(self._ended)
        self._job.failed.connect(self._broke_off)
        panel.activity_changed.connect(self._look_once)
        panel.train_requested.connect(self.train)
        panel.pause_requested.connect(self.pause)
        panel.resume_requested.connect(self.resume)
        panel.stop_requested.connect(self.stop)
        panel.cancel_requested.connect(self.cancel)
        panel.go_on_requested.connect(self.go_on)
        panel.leave_requested.connect(self._leave)
        panel.delete_requested.connect(self._delete)

    @property
    def is_running(self) -> bool:
        """Whether a run goes on, until its outcome is known."""
        return self._job.is_running

    # --- what is wished ---

    def train(self) -> None:
        """Train the draft."""
        self._start(RunRequest(self._draft.value))

    def go_on(self, name: str, epochs: int | None = None) -> None:
        """Go on with a run, interrupted or not, until so many epochs; None: as its recipe says."""
        self._start(RunRequest(None, name, epochs))

    def pause(self) -> None:
        """Hold the run after its present batch."""
        if self.is_running:
            self._control.pause()
            self._panel.set_paused(self._control.is_paused)

    def resume(self) -> None:
        """Let the run go on."""
        if self.is_running:
            self._control.resume()
            self._panel.set_paused(False)

    def stop(self) -> None:
        """End the run and keep its best."""
        if self.is_running:
            self._control.stop()
            self._panel.set_ending(self.tr("Stopping: the best epoch is kept…"))

    def cancel(self) -> None:
        """End the run and leave nothing of it."""
        if self.is_running:
            self._control.cancel()
            self._panel.set_ending(self.tr("Cancelling: nothing is kept…"))

    def leave(self) -> None:
        """End the run so that it can be gone on with at the next start."""
        if self.is_running:
            self._control.suspend()
            self._panel.set_ending(self.tr("Leaving: it can be gone on with later…"))

    def may_close(self, window: QWidget) -> bool:
        """Ask what becomes of the run before its window closes.

        Returns:
            Whether the window may close now. A run whose best is to be kept is waited for;
            close_requested tells when it is over.
        """
        if not self.is_running:
            return True
        box = QMessageBox(window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("A training goes on"))
        box.setText(self.tr("A training goes on. What is to become of it?"))
        role = QMessageBox.ButtonRole
        keep = box.addButton(self.tr("Stop and keep the best"), role.AcceptRole)
        later = box.addButton(self.tr("Continue at the next start"), role.AcceptRole)
        cancel = box.addButton(self.tr("Cancel the run"), role.DestructiveRole)
        stay = box.addButton(self.tr("Keep training"), role.RejectRole)
        box.setDefaultButton(later)
        box.setEscapeButton(stay)
        box.exec()
        chosen = box.clickedButton()
        box.deleteLater()
        if not self._job.is_running:
            # It came to its end while the question stood there.
            return chosen is not stay
        if chosen is keep:
            self._closes = True
            self.stop()
            return False
        if chosen is later:
            self.leave()
        elif chosen is cancel:
            self.cancel()
        return chosen is later or chosen is cancel

    def close(self) -> None:
        """End the run, if nothing else was wished so that it can be gone on with, and join it."""
        self._drain.stop()
        self._job.close()
        self._background.close()

    # --- a run ---

    def _start(self, order: RunRequest) -> None:
        if self.is_running:
            self.failed.emit(UserError(self.tr("A run goes on already; stop it or wait for its end.")), "")
            return
        control = self._control = RunControl()
        self._waiting.clear()
        self._panel.begin(order.recipe)
        work = run_training(order, self._folders, self._places(), control, self._waiting.append, self._train)
        self._job.start(work, lambda: self._end_at_closing(control))
        self._drain.start()
        self.running_changed.emit(True)

    def _end_at_closing(self, control: RunControl) -> None:
        # Who has wished an end already keeps to it.
        if not control.should_stop():
            control.suspend()

    def _fetch(self) -> None:
        """Hand over what was told since the last time."""
        told = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for past in (each for each in told if isinstance(each, EarlierRun)):
            self._panel.begin_with(past)
        events = [each for each in told if not isinstance(each, EarlierRun)]
        self._panel.tell(events)
        for event in events:
            if not isinstance(event, BatchEnded):
                self.told.emit(event)
        if any(isinstance(event, TrainingStarted | EpochEnded) for event in events):
            self.runs_changed.emit()

    def _ended(self, outcome: RunOutcome) -> None:
        self._fetch()
        words = {
            "cancelled": self.tr("Cancelled; nothing was kept."),
            "nothing": self.tr("Stopped before there was anything to keep."),
            "left": self.tr("Left where it stood; it can be gone on with."),
        }
        self._panel.end(words.get(outcome.kind, ""))
        if outcome.model:
            # Before a window that waits for the end closes: nothing is begun behind that.
            self.model_ready.emit(outcome.model)
        self._is_over()

    def _broke_off(self, error: Exception) -> None:
        self._fetch()
        sentence = self.tr("The training broke off.")
        self._panel.end(str(error) if isinstance(error, UserError) else sentence)
        self._is_over()
        self.failed.emit(error, sentence)

    def _is_over(self) -> None:
        self._drain.stop()
        self.running_changed.emit(False)
        self.runs_changed.emit()
        self.look_for_interrupted()
        if self._closes:
            self._closes = False
            self.close_requested.emit()

    # --- interrupted runs ---

    def look_for_interrupted(self) -> None:
        """Look for runs that were cut off, and offer them."""
        self._has_looked = True
        runs_dir = self._folders.runs
        self._background.run(lambda: _interrupted(runs_dir), self._found, self._cannot_look)

    def _look_once(self, active: bool) -> None:
        if active and not self._has_looked:
            self.look_for_interrupted()

    def _found(self, found: tuple[Interrupted, ...]) -> None:
        self._interrupted = found
        self._offer()

    def _cannot_look(self, error: Exception) -> None:
        self.failed.emit(error, self.tr("Interrupted runs could not be looked for."))

    def _offer(self) -> None:
        self._panel.set_interrupted([run for run in self._interrupted if run.name not in self._left])

    def _leave(self, name: str) -> None:
        self._left.add(name)
        self._offer()

    def _delete(self, name: str) -> None:
        self._leave(name)
        run = RunFolder(self._folders.runs / name)

        def failed(error: Exception) -> None:
            self._left.discard(name)
            self._offer()
            self.failed.emit(error, self.tr("The run could not be deleted."))

        self._background.run(lambda: delete_run(run), lambda _: self.runs_changed.emit(), failed)


def _interrupted(runs_dir: Path) -> tuple[Interrupted, ...]:
    return tuple(
        Interrupted(run.name, run.title, run.record.epochs, run.recipe.fitting.epochs)
        for run in interrupted(runs_dir)
        if run.recipe is not None
    )
