"""What the views of training share: the draft, the data, and what runs tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.run_folder import RunFolder
from desktop_app.runs.training_events import (
    EpochEnded,
    RunFinished,
    TrainingEvent,
    TrainingStarted,
    WeightSnapshot,
)
from desktop_app.views.draft import Draft
from desktop_app.views.training_preview.snapshots import Snapshots


class TrainingContext(QObject):
    """Shared by the views of training of one window.

    Attributes:
        draft: the recipe that would be trained.
        data_folders: where data is looked for at the time.
        runs_dir, models_dir: where runs and the user's models are kept.
        run: the run that is looked at; None: none yet.
    """

    data_folders_changed = Signal()
    """Data is to be looked for elsewhere from now on."""
    resume_requested = Signal(str, int)
    """The name of a run that is to be resumed, and how many epochs there will be in all."""
    runs_changed = Signal()
    """A run has come, gone, or learned another epoch."""
    run_chosen = Signal(object)
    """The RunFolder that is looked at from now on, or anew because it has finished."""
    event_reported = Signal(object)
    """What the run that is being trained told, but for its batches."""

    def __init__(
        self,
        draft: Draft,
        data_folders: Callable[[], DataFolders],
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        """Share a draft, and data and runs.

        Args:
            draft: this takes charge of it.
            data_folders: where data is looked for, asked anew each time.
            folder: of all that is the user's: runs and models are folders in it.
            parent: owns this.
        """
        super().__init__(parent)
        draft.setParent(self)
        self.draft, self.data_folders = draft, data_folders
        self.runs_dir, self.models_dir = folder / "runs", folder / "models"
        self.run: RunFolder | None = None
        self._learning: TrainingStarted | None = None
        self._epochs: list[EpochEnded] = []
        self._snapshots = Snapshots()

    def choose_run(self, run: RunFolder) -> None:
        """Look at another run, or at the same one anew."""
        self.run = run
        self.run_chosen.emit(run)

    def report(self, event: TrainingEvent) -> None:
        """Something happened in the run that is being trained."""
        match event:
            case TrainingStarted():
                self._learning, self._epochs, self._snapshots = event, [], Snapshots()
            case EpochEnded():
                self._epochs.append(event)
            case WeightSnapshot():
                self._snapshots.add(event)
        self.event_reported.emit(event)
        if isinstance(event, RunFinished):
            self.choose_run(RunFolder(Path(event.folder).parent))

    def events_so_far(self) -> Iterator[TrainingEvent]:
        """What a view has missed of the present or last run: its beginning, its weights, its epochs."""
        if self._learning is not None:
            yield self._learning
            yield from reversed(self._snapshots.newest_first())
            yield from self._epochs

    def close(self) -> None:
        """Let what is being written end."""
        self.draft.close()
