"""Controller of the runs panel: lists runs, reads histories, renames and deletes runs."""

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
    """Keeps the list up to date while the panel is visible and performs its actions."""

    recipe_changed = Signal(object)
    """Recipe of a run, to become the draft."""
    resume_requested = Signal(str, int)
    """Name of a run to resume, and its new total number of epochs."""
    model_chosen = Signal(str)
    """Name of a model in the library, to be used for reading."""
    run_chosen = Signal(object)
    """RunFolder of the run, when exactly one is selected."""
    library_changed = Signal()
    """Titles of models in the library may have changed."""
    save_model_requested = Signal(object, str)
    """Path of the model folder of a run, of which a copy is to be saved, and the title of the run."""

    def __init__(self, panel: RunsPanel, runs_dir: Path) -> None:
        """Create the controller of a panel; runs_dir need not exist yet."""
        super().__init__(panel)
        self._panel, self._runs_dir = panel, runs_dir
        self._selected: tuple[str, ...] = ()
        self._background = Background(self)
        self._tensorboard = TensorBoard(self)
        self._tensorboard.failed.connect(self.failed)
        self._list_worker = Worker(self, _lister)
        self._list_worker.setObjectName("lister")
        self._list_worker.answered.connect(self._set_runs)
        self._list_worker.failed.connect(self._list_failed)
        self._history_worker = Worker(self, _history_reader)
        self._history_worker.setObjectName("reader")
        self._history_worker.answered.connect(self._set_histories)
        self._history_worker.failed.connect(self._history_failed)
        panel.activity_changed.connect(self.refresh)
        panel.selection_changed.connect(self._select)
        panel.rename_requested.connect(self._rename)
        panel.delete_requested.connect(self._delete)
        panel.folder_requested.connect(self._open_folder)
        panel.tensorboard_requested.connect(self._tensorboard.open)
        for panel_signal, signal in (
            (panel.recipe_changed, self.recipe_changed),
            (panel.resume_requested, self.resume_requested),
            (panel.model_chosen, self.model_chosen),
            (panel.run_chosen, self.run_chosen),
            (panel.save_model_requested, self.save_model_requested),
        ):
            panel_signal.connect(signal)

    def set_network(self, network: OpenNetwork) -> None:
        """Update which models of the library exist."""
        self._panel.set_models([entry.name for entry in network.library])

    def refresh(self) -> None:
        """List the runs again if the panel is visible."""
        if self._panel.is_active:
            self._list_worker.request(self._runs_dir)
            self._history_worker.request((self._runs_dir, self._selected))

    def handle_event(self, event: TrainingEvent) -> None:
        """Handle an event of the active run: select it when finished."""
        if isinstance(event, RunFinished):
            self._panel.select_run(Path(event.folder).parent.name)
        if isinstance(event, TrainingEnded | RunFinished):
            self.refresh()

    def close(self) -> None:
        """Stop and join all workers."""
        super().close()
        self._tensorboard.close()

    # --- listing ---

    def _set_runs(self, _: Path, runs: tuple[Run, ...]) -> None:
        self._panel.set_runs(runs)

    def _list_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not list the runs."))

    def _select(self, names: tuple[str, ...]) -> None:
        self._selected = names
        self._history_worker.request((self._runs_dir, names))

    def _set_histories(self, request: tuple[Path, tuple[str, ...]], read: Any) -> None:
        histories, error = read
        if request[1] != self._selected:
            return
        self._panel.set_histories(histories)
        if error is not None:
            self.failed.emit(error, "")

    def _history_failed(self, _: object, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not read the curves of these runs."))

    # --- actions ---

    def _rename(self, name: str, title: str) -> None:
        self._run(
            lambda: _rename(self._runs_dir / name, title),
            self.tr("Could not rename the run."),
            self.library_changed.emit,
        )

    def _delete(self, names: tuple[str, ...]) -> None:
        self._run(
            lambda: _delete([self._runs_dir / name for name in names]),
            self.tr("Could not delete the runs."),
        )

    def _run(
        self, action: Callable[[], None], sentence: str, succeeded: Callable[[], None] = lambda: None
    ) -> None:
        """Perform an action in the background and refresh the list in any case."""

        def succeed(_: object) -> None:
            self.refresh()
            succeeded()

        def fail(error: Exception) -> None:
            self.failed.emit(error, sentence)
            self.refresh()

        self._background.run(action, succeed, fail)

    def _open_folder(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            error = UserError("The file manager could not be opened; the run is in {path}.", path=path)
            self.failed.emit(error, "")


def _lister(should_stop: ShouldStop) -> tuple[Any, Answer]:
    from desktop_app.runs.run_store import list_runs

    return None, lambda runs_dir: list_runs(runs_dir, should_stop)


def _rename(folder: Path, title: str) -> None:
    from desktop_app.runs.run_folder import RunFolder
    from desktop_app.runs.run_store import rename_run

    rename_run(RunFolder(folder), title)


def _delete(folders: list[Path]) -> None:
    """Delete run folders; continue after errors.

    Raises:
        UserError: the first error.
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
    """Open a worker that reads histories and caches them until they change."""
    from desktop_app.runs.run_folder import HISTORY, RunFolder

    cache: dict[Path, tuple[tuple[int, int], RunHistory | None]] = {}

    def read(request: tuple[Path, tuple[str, ...]]) -> tuple[Mapping[str, RunHistory], UserError | None]:
        runs_dir, names = request
        found: dict[str, RunHistory] = {}
        first_error: UserError | None = None
        for name in names:
            path = runs_dir / name / HISTORY
            try:
                status = path.stat()
            except OSError:
                # No completed epoch yet, or deleted.
                continue
            version = status.st_mtime_ns, status.st_size
            if path not in cache or cache[path][0] != version:
                cache[path] = version, None
                try:
                    cache[path] = version, RunFolder(path.parent).history()
                except UserError as error:
                    # Cached as None: reported once, not at every refresh.
                    first_error = first_error or error
            history = cache[path][1]
            if history is not None:
                found[name] = history
        for path in set(cache) - {runs_dir / name / HISTORY for name in names}:
            del cache[path]
        return found, first_error

    return None, read
