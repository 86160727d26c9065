"""What the views of training share: the draft, the data folders and the current run."""

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
from desktop_app.runs.weight_snapshots import WeightSnapshots
from desktop_app.views.draft import Draft


class TrainingContext(QObject):
    """Shared by the views of training of one window.

    Attributes:
        draft: the recipe to train.
        data_folders: returns the current data folders.
        runs_dir, models_dir: folders of the runs and of the user's models.
        run: the run that is shown; None: none yet.
    """

    data_folders_changed = Signal()
    """data_folders() returns other folders now."""
    resume_requested = Signal(str, int)
    """Name of a run to resume, and its total number of epochs."""
    runs_changed = Signal()
    """A run was added, removed, or has finished an epoch."""
    run_chosen = Signal(object)
    """The RunFolder to show; also emitted when the shown run has finished."""
    event_reported = Signal(object)
    """An event of the running training, except for BatchEnded."""

    def __init__(
        self,
        draft: Draft,
        data_folders: Callable[[], DataFolders],
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        """Share a draft, data and runs.

        Args:
            draft: becomes a child of this object.
            data_folders: returns the current data folders.
            folder: of the user's data, with folders for runs and models.
            parent: Qt parent.
        """
        super().__init__(parent)
        draft.setParent(self)
        self.draft, self.data_folders = draft, data_folders
        self.runs_dir, self.models_dir = folder / "runs", folder / "models"
        self.run: RunFolder | None = None
        self._started: TrainingStarted | None = None
        self._epochs: list[EpochEnded] = []
        self._snapshots = WeightSnapshots()

    def choose_run(self, run: RunFolder) -> None:
        """Show another run, or the same one again."""
        self.run = run
        self.run_chosen.emit(run)

    def report(self, event: TrainingEvent) -> None:
        """Store an event of the running training and emit it."""
        match event:
            case TrainingStarted():
                self._started, self._epochs, self._snapshots = event, [], WeightSnapshots()
            case EpochEnded():
                self._epochs.append(event)
            case WeightSnapshot():
                self._snapshots.add(event)
        self.event_reported.emit(event)
        if isinstance(event, RunFinished):
            self.choose_run(RunFolder(Path(event.folder).parent))

    def events_so_far(self) -> Iterator[TrainingEvent]:
        """Yield the events of the current or last run that a new view needs: start, snapshots, epochs."""
        if self._started is not None:
            yield self._started
            yield from reversed(self._snapshots.newest_first())
            yield from self._epochs

    def close(self) -> None:
        """Wait until the draft is written."""
        self.draft.close()
