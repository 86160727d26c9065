"""Works for the panel of runs: lists them, reads their curves, renames and deletes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.background import Background
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.runs.training_events import RunFinished, TrainingEnded, TrainingEvent
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.runs.tensorboard import TensorBoard

if TYPE_CHECKING:
    from desktop_app.runs.run_folder import RunHistory
    from desktop_app.runs.run_store import Run
    from desktop_app.views.runs.panel import RunsPanel


class RunsController(Controller):
    """Keeps the panel's list up to date while it is seen, and does what the user wants of runs."""

    recipe_changed = Signal(object)
    """The Recipe of a run, to be the new draft."""
    go_on_requested = Signal(str, int)
    """The name of a run to go on with, and how many epochs there will be in all."""
    model_chosen = Signal(str)
    """The name of a model in the library that is to read."""
    run_chosen = Signal(object)
    """The RunFolder of the one run that is selected."""
    save_model_requested = Signal(object)
    """The Path of a model folder of a run, of which a copy is to be saved elsewhere."""

    def __init__(self, panel: RunsPanel, runs_dir: Path) -> None:
        """Work for a panel; the runs lie in a folder that need not exist yet."""
        super().__init__(panel)
        self._panel, self._runs_dir = panel, runs_dir
        self._selected: tuple[str, ...] = ()
        self._background = Background(self)
        self._tensorboard = TensorBoard(self)
        self._tensorboard.failed.connect(self.failed)
        self._lister = Worker(self, lambda _: (None, _list_runs))
        self._lister.setObjectName("lister")
        self._lister.answered.connect(self._listed)
        self._lister.failed.connect(self._listing_failed)
        self._reader = Worker(self, _history_reader)
        self._reader.setObjectName("reader")
        self._reader.answered.connect(self._histories_read)
        self._reader.failed.connect(self._reading_failed)
        panel.activity_changed.connect(self.refresh)
        panel.selection_changed.connect(self._select)
        panel.rename_requested.connect(self._rename)
        panel.delete_requested.connect(self._delete)
        panel.folder_requested.connect(self._open_folder)
        panel.save_model_requested.connect(
            lambda name: self.save_model_requested.emit(runs_dir / name / "model")
        )
        panel.tensorboard_requested.connect(self._tensorboard.open)
        for theirs, ours in (
            (panel.recipe_changed, self.recipe_changed),
            (panel.go_on_requested, self.go_on_requested),
            (panel.model_chosen, self.model_chosen),
            (panel.run_chosen, self.run_chosen),
        ):
            theirs.connect(ours)

    def set_network(self, network: OpenNetwork) -> None:
        """Which models there are to read with may have changed."""
        self._panel.set_models([name for name, _ in network.library])

    def refresh(self) -> None:
        """Runs have changed: list them anew, once somebody looks."""
        if self._panel.is_active:
            self._lister.request(self._runs_dir)
            self._reader.request((self._runs_dir, self._selected))

    def note(self, event: TrainingEvent) -> None:
        """Something happened in the run that is being trained."""
        if isinstance(event, RunFinished):
            self._panel.select_run(Path(event.folder).parent.name)
        if isinstance(event, TrainingEnded | RunFinished):
            self.refresh()

    def close(self) -> None:
        """Stop and join everything."""
        self._lister.close()
        self._reader.close()
        self._background.close()
        self._tensorboard.close()

    # --- listing ---

    def _listed(self, _: Path, runs: tuple[Run, ...]) -> None:
        self._panel.set_runs(runs)

    def _listing_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("The runs could not be listed."))

    def _select(self, names: tuple[str, ...]) -> None:
        self._selected = names
        self._reader.request((self._runs_dir, names))

    def _histories_read(self, request: tuple[Path, tuple[str, ...]], read: Any) -> None:
        histories, error = read
        if request[1] != self._selected:
            return
        self._panel.set_histories(histories)
        if error is not None:
            self.failed.emit(error, "")

    def _reading_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("The curves of these runs could not be read."))

    # --- what is done with runs ---

    def _rename(self, name: str, title: str) -> None:
        self._run(lambda: _rename(self._runs_dir / name, title), self.tr("The run could not be renamed."))

    def _delete(self, names: tuple[str, ...]) -> None:
        self._run(
            lambda: _delete([self._runs_dir / name for name in names]),
            self.tr("The runs could not be deleted."),
        )

    def _run(self, work: Callable[[], None], sentence: str) -> None:
        """Do something in the background, and look at the runs again however it ends."""

        def fail(error: Exception) -> None:
            self.failed.emit(error, sentence)
            self.refresh()

        self._background.run(work, lambda _: self.refresh(), fail)

    def _open_folder(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            words = self.tr("The system cannot show folders; the run lies in {path}.")
            self.failed.emit(UserError(words.format(path=path)), "")


def _list_runs(runs_dir: Path) -> tuple[Run, ...]:
    from desktop_app.runs.run_store import runs

    return runs(runs_dir)


def _rename(folder: Path, title: str) -> None:
    from desktop_app.runs.run_folder import RunFolder
    from desktop_app.runs.run_store import rename_run

    rename_run(RunFolder(folder), title)


def _delete(folders: list[Path]) -> None:
    """Delete all that can be deleted.

    Raises:
        UserError: the first reason why one could not.
    """
    from desktop_app.runs.run_folder import RunFolder
    from desktop_app.runs.run_store import delete_run

    errors = []
    for folder in folders:
        try:
            delete_run(RunFolder(folder))
        except UserError as error:
            errors.append(error)
    if errors:
        raise errors[0]


def _history_reader(_: ShouldStop) -> tuple[Any, Answer]:
    """Reads histories, each only as often as it changes."""
    from desktop_app.runs.run_folder import HISTORY, RunFolder

    kept: dict[Path, tuple[tuple[int, int], RunHistory | None]] = {}

    def read(request: tuple[Path, tuple[str, ...]]) -> tuple[Mapping[str, RunHistory], UserError | None]:
        runs_dir, names = request
        found: dict[str, RunHistory] = {}
        refused: UserError | None = None
        for name in names:
            path = runs_dir / name / HISTORY
            try:
                about = path.stat()
            except OSError:
                # It has learned no epoch yet, or is deleted by now.
                continue
            version = about.st_mtime_ns, about.st_size
            if path not in kept or kept[path][0] != version:
                kept[path] = version, None
                try:
                    kept[path] = version, RunFolder(path.parent).history()
                except UserError as error:
                    # Said once, and not with every epoch of another run.
                    refused = refused or error
            history = kept[path][1]
            if history is not None:
                found[name] = history
        for path in set(kept) - {runs_dir / name / HISTORY for name in names}:
            del kept[path]
        return found, refused

    return None, read
