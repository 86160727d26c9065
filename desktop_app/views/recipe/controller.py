"""Controller of the recipe panel: opens, saves and exports recipes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.installation import install_advice
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.recipe_file import open_recipe
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background, Emit
from desktop_app.jobs.long_job import JobFunction, LongJob
from desktop_app.runs.recipe import Recipe, check_recipe, write_recipe
from desktop_app.runs.training_events import PreparationProgress
from desktop_app.views.controller import Controller
from desktop_app.views.parts.messages import translated
from desktop_app.views.recipe.panel import RecipePanel


class RecipeController(Controller):
    """Opens, saves and exports recipes, one export at a time."""

    def __init__(self, panel: RecipePanel, data_folders: Callable[[], DataFolders]) -> None:
        """Create the controller of a panel.

        Args:
            panel: the recipe panel.
            data_folders: returns the folders with data sets.
        """
        super().__init__(panel)
        self._panel, self._data_folders = panel, data_folders
        self._files = Background(self)
        self._open_count = 0
        self._export = LongJob(self)
        self._export.progressed.connect(self._show_export)
        self._export.succeeded.connect(self._export_done)
        self._export.stopped.connect(self._export_stopped)
        self._export.failed.connect(self._export_failed)
        panel.open_requested.connect(self._open)
        panel.save_requested.connect(self._save)
        panel.export_requested.connect(self._start_export)
        panel.stop_requested.connect(self._export.stop)

    # --- files ---

    def _open(self, path: Path) -> None:
        self._open_count += 1
        number = self._open_count

        def opened(recipe: Recipe) -> None:
            # Only the file chosen last counts, even if another takes longer.
            if number == self._open_count:
                self._panel.draft.set(recipe)
                self._panel.set_note(self.tr("Opened {name}.").format(name=shown_name(path)))

        self._files.run(
            lambda: open_recipe(path), opened, self._fail_with(self.tr("Could not open the recipe."))
        )

    def _save(self, path: Path) -> None:
        recipe = self._panel.draft.value

        def saved(_: object) -> None:
            self._panel.set_note(self.tr("Saved {name}.").format(name=shown_name(path)))

        self._files.run(
            lambda: write_recipe(recipe, path), saved, self._fail_with(self.tr("Could not save the recipe."))
        )

    def _fail_with(self, sentence: str) -> Callable[[Exception], None]:
        return lambda error: self.failed.emit(error, sentence)

    # --- export ---

    def _start_export(self, folder: Path) -> None:
        if self._export.is_running:
            return
        self._panel.set_task(self.tr("Preparing the data of this recipe…"))
        self._export.start(_export_job(self._panel.draft.value, self._data_folders(), folder))

    def _show_export(self, event: object) -> None:
        if isinstance(event, PreparationProgress):
            sentence = self.tr("Exporting: {task} ({step} of {steps})")
            self._panel.set_task(
                sentence.format(task=translated(event.text), step=event.step + 1, steps=event.steps)
            )

    def _export_done(self, folder: Path) -> None:
        text = self.tr("Exported to {name}: train.py trains exactly like here, short.py is short to read.")
        self._end_export(text.format(name=shown_name(folder)))

    def _export_stopped(self, folder: Path | None) -> None:
        if folder is None:
            self._end_export(self.tr("Nothing was exported."))
        else:
            # The files were already being written.
            self._export_done(folder)

    def _export_failed(self, error: Exception) -> None:
        self._end_export("")
        self.failed.emit(error, self.tr("Could not export the recipe."))

    def _end_export(self, note: str) -> None:
        self._panel.set_task("")
        self._panel.set_note(note)


def _export_job(recipe: Recipe, data_folders: DataFolders, folder: Path) -> JobFunction:
    """Return a job that exports a recipe and its data as a script into a new subfolder.

    The job returns the new folder, or None if it was stopped. It raises UserError if the recipe is
    contradictory, data is missing, files cannot be written or libraries are not installed.
    """

    def run(emit: Emit, should_stop: ShouldStop) -> Path | None:
        check_recipe(recipe)
        try:
            from desktop_app.data.dataset import build_dataset
            from desktop_app.training.script import export_script
        except ImportError as error:
            raise UserError("Training needs more libraries. {advice}", advice=install_advice()) from error
        try:
            dataset = build_dataset(recipe, data_folders, emit, should_stop)
            target = _unused_folder(folder, f"{recipe.name}-keras")
            export_script(recipe, dataset, target, should_stop)
        except Stopped:
            return None
        return target

    return run


def _unused_folder(folder: Path, name: str) -> Path:
    """Return a folder that does not exist yet; a number is appended to the name if needed."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(path for each in names if not (path := folder / each).exists())
