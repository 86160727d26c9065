"""What the views of training get from the program: the draft, and the folders of data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.app.settings_store import SettingsStore
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.claim import Claim
from desktop_app.core.errors import reason
from desktop_app.core.messages import message
from desktop_app.core.paths import cache_dir, data_dir, downloads_dir, drafts_dir, runs_dir, user_data_dir
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.background import Background
from desktop_app.views.file_dialogs import Content
from desktop_app.views.parts.messages import translated

# The views of training are imported when they are first shown, because most sessions do not train.
if TYPE_CHECKING:
    from desktop_app.data.sources.source_set import DataFolders
    from desktop_app.runs.recipe import Recipe
    from desktop_app.runs.run_folder import RunFolder
    from desktop_app.views.training_context import TrainingContext

_FIRST_RECIPE, _FIRST_WITHOUT_MNIST = "fast", "fast-few-samples"
"""Zoo entries of the first draft: they train quickly."""


class TrainingSetup(QObject):
    """Creates what the views of training share when one of them is first shown."""

    def __init__(self, window: MainWindow, store: SettingsStore) -> None:
        """Connect a window; store: keeps the folder with data sets."""
        super().__init__(window)
        self._window, self._context, self._store = window, window.context, store
        self._claim: Claim | None = None
        self._context.set_training_factory(self._make_training)
        window.menu_actions.data_folder.triggered.connect(self._ask_for_data_folder)
        window.closed.connect(self._close)

    def check_interrupted_runs(self, background: Background) -> None:
        """Show a message about interrupted runs, once for each, unless the views of training do."""
        runs = runs_dir()
        if not self._context.has_training and runs.is_dir():
            background.run(
                lambda: _unreported_runs(runs, lambda: background.is_closed),
                lambda interrupted: self._report_runs(interrupted, background),
                lambda _: None,
            )

    def _report_runs(self, interrupted: tuple[RunFolder, ...], background: Background) -> None:
        if not interrupted or self._context.has_training:
            return
        if len(interrupted) == 1:
            sentence = self.tr("A training was interrupted. Resume it in Train.")
        else:
            sentence = self.tr("{count} trainings were interrupted. Resume them in Train > Runs.")
        self._window.messages.show(sentence.format(count=len(interrupted)), stays=True)
        # If a record cannot be written, the next start reports the run again.
        background.run(lambda: _remember_reported(interrupted), lambda _: None, lambda _: None)

    def _make_training(self) -> TrainingContext:
        from desktop_app.views.draft import Draft, read_draft_or
        from desktop_app.views.training_context import TrainingContext

        file, window = self._claim_file(), self._window
        recipe, error = read_draft_or(file, _first_recipe(self._data_folders()))
        draft = Draft(recipe, file)
        draft.failed.connect(window.messages.show_error)
        draft.changed.connect(lambda changed: window.set_drafted_task(changed.task))
        window.set_drafted_task(recipe.task)
        if error is not None:
            window.messages.show_error(error, "")
        return TrainingContext(draft, self._data_folders, user_data_dir(), self)

    def _claim_file(self) -> Path | None:
        """Return the file of the draft, which no other running program uses; None if it cannot be kept."""
        if not self._store.is_kept:
            return None
        try:
            self._claim = Claim(drafts_dir(), ".json")
        except OSError as error:
            sentence = message("The draft cannot be kept: {reason}.", reason=reason(error))
            self._window.messages.show(translated(sentence), is_error=True, stays=True)
            return None
        return self._claim.path

    def _data_folders(self) -> DataFolders:
        from desktop_app.data.sources.source_set import DataFolders

        return DataFolders(data_dir(self._store.value), downloads_dir(), cache_dir())

    def _ask_for_data_folder(self) -> None:
        title = self.tr("Choose the folder with data sets")
        self._context.dialogs.folder(title, self._choose_data_folder, Content.DATA)

    def _choose_data_folder(self, folder: Path) -> None:
        self._store.change(data_folder=str(folder))
        if self._context.has_training:
            self._context.training.data_folders_changed.emit()

    def _close(self) -> None:
        if self._context.has_training:
            self._context.training.close()
        if self._claim is not None:
            self._claim.close()


def _unreported_runs(runs: Path, should_stop: ShouldStop) -> tuple[RunFolder, ...]:
    from desktop_app.runs.run_store import interrupted_runs

    return tuple(run.folder for run in interrupted_runs(runs, should_stop) if not run.record.is_reported)


def _remember_reported(runs: tuple[RunFolder, ...]) -> None:
    from desktop_app.runs.run_store import report_runs

    report_runs(runs)


def _first_recipe(data_folders: DataFolders) -> Recipe:
    """Return a recipe that trains quickly, with MNIST if it is present, else with the UCI digits."""
    from desktop_app.runs.zoo.catalog import zoo_entry

    folders = (data_folders.folder, data_folders.downloads)
    if any(folder is not None and (folder / "mnist.npz").is_file() for folder in folders):
        return zoo_entry(_FIRST_RECIPE).recipe
    return zoo_entry(_FIRST_WITHOUT_MNIST).recipe
