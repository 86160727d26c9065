"""The desk of training: makes its panels when they are first seen, and wires them together.

One draft recipe lies on it. Every panel that edits a part of it hands back the whole; the desk shows
the new one to all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.core.errors import Refusal
from desktop_app.data.sources.source_set import Places
from desktop_app.ink.page import Page
from desktop_app.jobs.latest import Answer, LatestRunner
from desktop_app.runs.events import Finished, Learned, TrainingEvent
from desktop_app.runs.recipe import DataPart, Recipe, check_recipe, read_recipe, write_recipe
from desktop_app.runs.run_folder import RunFolder
from desktop_app.runs.zoo import zoo_entry
from desktop_app.views.controller import Controller, OpenNetwork
from desktop_app.views.data.controller import DataController
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.evaluation.controller import EvaluationController
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.panel import Panel
from desktop_app.views.recipe.controller import RecipeController
from desktop_app.views.recipe.panel import RecipePanel
from desktop_app.views.run.controller import RunController
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.runs.controller import RunsController
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.runs.tensorboard import TensorBoard
from desktop_app.views.training_preview.controller import FormingController
from desktop_app.views.training_preview.panel import FormingPanel
from desktop_app.views.window.main_window import MainWindow

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation


_FIRST = "fast"


class TrainingDesk(Controller):
    """Everything that the window does with training."""

    model_chosen = Signal(str)
    """The name of a model in the library that is to read from now on."""
    model_ready = Signal(str)
    """The same of one that was trained just now."""
    sample_chosen = Signal(QImage)
    """A test sample that is to lie on the paper."""
    save_model_wanted = Signal(object)
    """The model folder of a run that the user wants to save elsewhere."""

    def __init__(
        self,
        window: MainWindow,
        places: Callable[[], Places],
        folder: Path,
        parent: QObject,
        draft: Path | None = None,
    ) -> None:
        """Make all panels and put them into the window.

        Args:
            window: with places for the panels.
            places: where data is looked for.
            folder: of all that is the user's: runs and models are folders in it.
            parent: owns this.
            draft: file that keeps the draft from one start to the next; None: it is not kept.
        """
        super().__init__(parent)
        self._window, self._folder = window, folder
        self._make_panels()
        self.runs_dir = folder / "runs"
        models_dir = folder / "models"
        self.data = DataController(self.data_panel, places, self)
        self.recipes = RecipeController(self.recipe_panel, places, self)
        self.runs = RunsController(self.runs_panel, self.runs_dir, self)
        self.evaluation = EvaluationController(self.evaluation_panel, self)
        self.run = RunController(self.run_panel, places, self.runs_dir, models_dir, self)
        self.forming = FormingController(self.forming_panel, self)
        self.tensorboard = TensorBoard(self)
        self.controllers: tuple[Controller, ...] = (
            self.data,
            self.recipes,
            self.runs,
            self.evaluation,
            self.run,
            self.forming,
        )
        self._draft_file = draft
        self._keeper = LatestRunner(lambda: _keeper(draft), self)
        self._wire_panels()
        self._wire_runs()
        self._show_draft(self._first_draft(places()))
        panels: dict[str, Panel] = {panel.name: panel for panel in self._panels}
        window.fill_training(panels)

    @property
    def draft(self) -> Recipe:
        """The recipe that Train would train."""
        return self._draft

    def set_draft(self, recipe: Recipe) -> None:
        """Another draft lies on the desk: show it everywhere, and keep it."""
        if recipe == self._draft:
            return
        self._show_draft(recipe)
        if self._draft_file is not None:
            self._keeper.request(recipe)

    def set_network(self, network: OpenNetwork) -> None:
        """Another network reads; there may be more of them in the library."""
        for controller in self.controllers:
            controller.set_network(network)

    def set_observation(self, page: Page, observation: Observation) -> None:
        """A page was read: it is what a network that is being trained is asked about."""
        self.forming.set_observation(page, observation)

    def may_close(self) -> bool:
        """Ask what becomes of a run that goes on, if there is one; whether the window may close."""
        return self.run.ask_before_closing(self._window)

    def close(self) -> None:
        """Stop and join everything."""
        for controller in self.controllers:
            controller.close()
        self.tensorboard.close()
        self._keeper.close()

    # --- building ---

    def _make_panels(self) -> None:
        self.data_panel, self.network_panel, self.recipe_panel = DataPanel(), NetworkPanel(), RecipePanel()
        self.runs_panel, self.evaluation_panel = RunsPanel(), EvaluationPanel()
        self.run_panel, self.forming_panel = RunPanel(), FormingPanel()
        self._panels: tuple[Panel, ...] = (
            self.data_panel,
            self.network_panel,
            self.recipe_panel,
            self.runs_panel,
            self.evaluation_panel,
            self.run_panel,
            self.forming_panel,
        )

    def _wire_panels(self) -> None:
        for panel in (self.data_panel, self.network_panel, self.recipe_panel):
            panel.recipe_changed.connect(self.set_draft)
        self.runs.recipe_changed.connect(self._repeat)
        for controller in self.controllers:
            controller.failed.connect(self.failed)
        self.tensorboard.failed.connect(self.failed)
        self.data_panel.source_file_wanted.connect(self._ask_for_source)
        self.data_panel.source_folder_wanted.connect(self._ask_for_source_folder)
        self.evaluation_panel.sample_chosen.connect(lambda pixels: self.sample_chosen.emit(_image(pixels)))
        self._keeper.failed.connect(self._keeping_failed)

    def _wire_runs(self) -> None:
        run, runs = self.run, self.runs
        run.told.connect(self._told)
        run.runs_changed.connect(runs.refresh)
        run.model_ready.connect(self.model_ready)
        run.may_close.connect(self._window.close)
        runs.go_on_wanted.connect(self._go_on)
        runs.model_chosen.connect(self.model_chosen)
        runs.run_chosen.connect(self.evaluation.set_run)
        runs.save_model_wanted.connect(
            lambda name: self.save_model_wanted.emit(self.runs_dir / name / "model")
        )
        runs.tensorboard_wanted.connect(self.tensorboard.open)

    # --- the draft ---

    def _first_draft(self, places: Places) -> Recipe:
        """The draft of last time; else one that can be trained with the data that is there."""
        if self._draft_file is not None and self._draft_file.exists():
            try:
                return read_recipe(self._draft_file)
            except Refusal as refusal:
                self.failed.emit(refusal, "")
        return _first_recipe(places)

    def _show_draft(self, recipe: Recipe) -> None:
        self._draft = recipe
        for panel in (self.data_panel, self.network_panel, self.recipe_panel):
            panel.set_recipe(recipe)
        self.run.set_recipe(recipe)
        try:
            check_recipe(recipe)
        except Refusal as refusal:
            self.run_panel.set_problem(str(refusal))
        else:
            self.run_panel.set_problem("")

    def _keeping_failed(self, _: object, error: Exception) -> None:
        # Once is enough: a full disk stays one.
        self._draft_file = None
        self.failed.emit(error, self.tr("The recipe could not be kept."))

    def _repeat(self, recipe: Recipe) -> None:
        """The recipe of an earlier run becomes the draft, and is seen."""
        self.set_draft(recipe)
        self._window.workspaces.show_panel("recipe")

    # --- runs ---

    def _told(self, event: TrainingEvent) -> None:
        self.forming.show_event(event)
        if isinstance(event, Finished):
            folder = Path(event.folder).parent
            self.runs_panel.select_run(folder.name)
            self.evaluation.set_run(RunFolder(folder))
        if isinstance(event, Learned | Finished):
            self.runs.refresh()

    def _go_on(self, name: str, epochs: int) -> None:
        self._window.workspaces.show_panel("run")
        self.run.go_on(name, epochs)

    # --- files ---

    def _ask_for_source(self) -> None:
        title, kinds = self.tr("Samples to learn from"), self.tr("Data sets and tables")
        # Imported here: Pillow must not keep the window waiting.
        from desktop_app.data.sources.formats import PATTERNS

        suffixes = tuple(pattern.removeprefix("*") for pattern in PATTERNS)
        self._window.ask_to_open(title, kinds, self.data_panel.add_source, suffixes)

    def _ask_for_source_folder(self) -> None:
        title = self.tr("A folder with a folder of images for each class")
        self._window.ask_for_folder(title, self.data_panel.add_source)


def _first_recipe(places: Places) -> Recipe:
    """A network that is learned quickly, from MNIST where that is, else from the digits at hand."""
    recipe = zoo_entry(_FIRST).recipe
    folders = (places.folder, places.downloads)
    if any(folder is not None and (folder / "mnist.npz").is_file() for folder in folders):
        return recipe
    return replace(recipe, data=(DataPart("uci-digits"),))


def _keeper(draft: Path | None) -> tuple[Any, Answer]:
    def keep(recipe: Recipe) -> None:
        if draft is not None:
            write_recipe(recipe, draft)

    return None, keep


def _image(pixels: Any) -> QImage:
    """A test sample, uint8 (height, width, channels), as an image that outlives the array."""
    height, width, channels = pixels.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(pixels.tobytes(), width, height, channels * width, form).copy()
