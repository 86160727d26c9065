"""Works for the panel that edits the recipe: its files, and its export as a script."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background, Emit
from desktop_app.jobs.long_job import JobFunction, LongJob
from desktop_app.runs.recipe import Recipe, check_recipe, read_recipe, write_recipe
from desktop_app.runs.training_events import PreparationProgress
from desktop_app.views.controller import Controller
from desktop_app.views.recipe.panel import RecipePanel


class RecipeController(Controller):
    """Opens, saves and exports recipes, one export at a time."""

    def __init__(self, panel: RecipePanel, places: Callable[[], DataFolders]) -> None:
        """JobFunction for a panel.

        Args:
            panel: the panel.
            places: where data sets are looked for now.
        """
        super().__init__(panel)
        self._panel, self._places = panel, places
        self._files = Background(self)
        self._openings = 0
        self._export = LongJob(self)
        self._export.progressed.connect(self._exporting)
        self._export.succeeded.connect(self._exported)
        self._export.stopped.connect(lambda _: self._end_export(self.tr("Nothing was exported.")))
        self._export.failed.connect(self._not_exported)
        panel.open_requested.connect(self._open)
        panel.save_requested.connect(self._save)
        panel.export_requested.connect(self._start_export)
        panel.stop_requested.connect(self._export.stop)

    def close(self) -> None:
        """Stop and join everything."""
        self._files.close()
        self._export.close()

    # --- files ---

    def _open(self, path: Path) -> None:
        self._openings += 1
        number = self._openings

        def opened(recipe: Recipe) -> None:
            # Of two that were chosen the one chosen last counts, even if the other takes longer.
            if number == self._openings:
                self._panel.draft.set(recipe)
                self._panel.set_note(self.tr("{name} is open.").format(name=shown_name(path)))

        self._files.run(
            lambda: read_recipe(path), opened, self._failed_to(self.tr("The recipe cannot be opened."))
        )

    def _save(self, path: Path) -> None:
        recipe = self._panel.draft.value

        def saved(_: object) -> None:
            self._panel.set_note(self.tr("Saved as {name}.").format(name=shown_name(path)))

        self._files.run(
            lambda: write_recipe(recipe, path), saved, self._failed_to(self.tr("The recipe cannot be saved."))
        )

    def _failed_to(self, words: str) -> Callable[[Exception], None]:
        return lambda error: self.failed.emit(error, words)

    # --- export ---

    def _start_export(self, folder: Path) -> None:
        if self._export.is_running:
            return
        self._panel.set_work(self.tr("The data of this recipe is being prepared…"))
        self._export.start(exporter(self._panel.draft.value, self._places(), folder))

    def _exporting(self, event: object) -> None:
        if isinstance(event, PreparationProgress):
            words = self.tr("Exporting: {what} ({step} of {steps})")
            self._panel.set_work(words.format(what=event.text, step=event.step + 1, steps=event.steps))

    def _exported(self, folder: Path) -> None:
        self._end_export(self.tr("Exported; run train.py in {name}.").format(name=shown_name(folder)))

    def _not_exported(self, error: Exception) -> None:
        self._end_export("")
        self.failed.emit(error, self.tr("The recipe could not be exported."))

    def _end_export(self, note: str) -> None:
        self._panel.set_work("")
        self._panel.set_note(note)


def exporter(recipe: Recipe, places: DataFolders, folder: Path) -> JobFunction:
    """The long job that writes a recipe and its data as a script into a new folder within a folder.

    It returns the new folder; None when it was told to stop. It raises UserError where the recipe
    contradicts itself, data is missing, files cannot be written or the libraries are not installed.
    """

    def work(emit: Emit, should_stop: ShouldStop) -> Path | None:
        check_recipe(recipe)
        try:
            from desktop_app.core.stopping import Stopped
            from desktop_app.data.dataset import build_dataset
            from desktop_app.training.script import export_script
        except ImportError as error:
            raise UserError("Training needs more libraries. Install handwriting[training].") from error
        try:
            dataset = build_dataset(recipe, places, emit, should_stop)
        except Stopped:
            return None
        free = _free_folder(folder, f"{recipe.name}-keras")
        export_script(recipe, dataset, free)
        return free

    return work


def _free_folder(folder: Path, name: str) -> Path:
    """A folder of this name that is not there yet, with a number behind the name if need be."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(path for each in names if not (path := folder / each).exists())
