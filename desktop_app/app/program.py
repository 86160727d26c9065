"""What works for one window: reads pages, opens and saves files, keeps the settings."""

from __future__ import annotations

import contextlib
import dataclasses
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QGuiApplication

from desktop_app.app.model_library import ModelLibrary
from desktop_app.app.page_files import Files, inkml_of, png_of
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import UserError
from desktop_app.core.paths import (
    data_dir,
    downloads_dir,
    runs_dir,
    settings_path,
    user_data_dir,
    user_models_dir,
)
from desktop_app.core.settings import Settings, save_settings
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.background import Background
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.views.canvas.paint_ink import page_image
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.panel import Panel
from desktop_app.views.parts.theme import apply_appearance
from desktop_app.views.reading.reader import ReadRequest, reader_of
from desktop_app.views.view_export import NUMBERS, PICTURE, TABLE, npz_bytes, view_image, view_svg

if TYPE_CHECKING:
    from desktop_app.data.sources.source_set import DataFolders
    from desktop_app.runs.recipe import Recipe
    from desktop_app.views.training_context import TrainingContext

_PICTURE_SIDE = 1000

_FIRST = "fast"
"""The network of the zoo that the first draft is about: it is learned quickly."""


class Program(QObject):
    """What works for one window, and the only one who knows everybody."""

    def __init__(self, window: MainWindow, settings: Settings, keeps_settings: bool) -> None:
        """Start with settings, which are kept up to date on disk if they are the user's own."""
        super().__init__(window)
        self._window = window
        self._keeps_settings = keeps_settings
        self._settings = settings
        self._drawing = 0
        self._reader = Worker(self, reader_of(settings.model))
        self._saver = Worker(self, _open_saver)
        self._files = Files(self)
        self._networks = ModelLibrary(user_models_dir(), self)
        self._background = Background(self)
        self._announced = False
        self._network: OpenNetwork | None = None
        self._show_settings()
        self._wire_reading()
        self._wire_window()
        self._wire_views()

    def _show_settings(self) -> None:
        window, settings = self._window, self._settings
        window.set_appearance(settings.appearance)
        window.set_pen_width(settings.pen_width)
        window.set_recent_files(settings.recent_files)
        window.set_folder(_first_folder(settings))
        window.context.second_model.set(settings.second_model)
        window.context.samples.set(Path(settings.samples) if settings.samples else None)
        window.restore_geometry(settings.window_geometry)
        window.workspaces.restore(settings.layouts, settings.workspace)

    def _wire_reading(self) -> None:
        window = self._window
        window.shown.connect(self._start_reading)
        window.canvas.pen_moved.connect(self._read)
        window.canvas.page_changed.connect(self._read_anew)
        window.model_chosen.connect(self._choose_model)
        self._reader.opened.connect(self._network_opened)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._reading_failed)

    def _wire_window(self) -> None:
        window, files = self._window, self._files
        window.open_requested.connect(self._ask_for_file)
        window.file_chosen.connect(files.open_path)
        window.image_pasted.connect(files.open_image)
        window.save_ink_requested.connect(self._save_ink)
        window.save_picture_requested.connect(self._save_picture)
        window.save_view_requested.connect(self._save_view)
        window.appearance_chosen.connect(self._choose_appearance)
        window.pen_width_chosen.connect(lambda width: self._change(pen_width=width))
        window.layer_chosen.connect(lambda layer: self._change(layer=layer))
        window.workspaces.changed.connect(lambda name: self._change(workspace=name))
        window.data_folder_chosen.connect(self._choose_data_folder)
        window.import_requested.connect(self._networks.import_network)
        window.save_network_requested.connect(self._save_network)
        window.remove_requested.connect(self._networks.remove_network)
        self._networks.works.connect(lambda sentence: window.show_message(sentence, stays=True))
        self._networks.imported.connect(self._read_with)
        self._networks.saved.connect(self._saved)
        self._networks.removed.connect(self._removed)
        window.closed.connect(self._close)
        files.opened.connect(self._opened)
        files.saved.connect(self._saved)
        files.failed.connect(self._tell)
        self._networks.failed.connect(self._tell)
        self._saver.failed.connect(self._saving_settings_failed)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def _wire_views(self) -> None:
        context = self._window.context
        context.set_training_factory(self._make_training)
        context.failed.connect(self._tell)
        context.page_requested.connect(self._read)
        context.image_requested.connect(self._files.open_image)
        context.model_requested.connect(self._choose_model)
        context.model_ready.connect(self._read_with)
        context.save_model_requested.connect(self._ask_where_to_save)
        context.second_model.changed.connect(lambda model: self._change(second_model=model))
        context.samples.changed.connect(lambda path: self._change(samples="" if path is None else str(path)))

    # --- ink to answer ---

    def _start_reading(self) -> None:
        self._reader.start()

    def _read(self, page: Page) -> None:
        self._reader.request(ReadRequest(page, self._drawing))

    def _read_anew(self, page: Page) -> None:
        self._drawing += 1
        self._read(page)

    def _choose_model(self, model: str) -> None:
        """Read with another model from now on; the drawing stays and is read at once."""
        self._reader.replace(reader_of(model))
        self._change(model=model)
        self._reader.start()
        self._read_anew(self._window.canvas.page)

    def _network_opened(self, network: OpenNetwork) -> None:
        is_first, self._network = self._network is None, network
        self._window.set_models(network.library, network.errors, network.own)
        self._window.show_network(network, self._settings.layer)
        if self._announced:
            self._announced = False
            words = self.tr("From now on {title} reads.").format(title=network.info.title)
            self._window.show_message(words)
        if is_first:
            self._look_for_interrupted()

    def _answered(self, request: ReadRequest, observation: Any) -> None:
        if request.drawing != self._drawing:
            return
        self._window.show_observation(request.page, observation)

    def _reading_failed(self, request: ReadRequest | None, error: Exception) -> None:
        usual = Settings().model
        if request is None and self._settings.model != usual:
            # The user's own model may be gone or broken; reading must go on.
            self._choose_model(usual)
        # Without a network every drawing stays unread, so that is not forgotten while one draws.
        self._tell(error, self.tr("The drawing could not be read."), stays=request is None)

    # --- training ---

    def _make_training(self) -> TrainingContext:
        """Training is looked at for the first time."""
        # Imported here: most starts do without it.
        from desktop_app.views.draft import Draft, read_draft_or
        from desktop_app.views.training_context import TrainingContext

        folder = user_data_dir()
        file = folder / "draft.json" if self._keeps_settings else None
        recipe, error = read_draft_or(file, _first_recipe(self._places()))
        draft = Draft(recipe, file)
        draft.failed.connect(self._tell)
        if error is not None:
            self._tell(error, "")
        return TrainingContext(draft, self._places, folder, self)

    def _places(self) -> DataFolders:
        from desktop_app.data.sources.source_set import DataFolders

        return DataFolders(data_dir(self._settings), downloads_dir())

    def _choose_data_folder(self, folder: Path) -> None:
        self._change(data_folder=str(folder))
        if self._window.context.has_training:
            self._window.context.training.data_folders_changed.emit()

    def _read_with(self, model: str) -> None:
        """A network that is new in the library reads from now on, and it is said so."""
        self._announced = True
        self._choose_model(model)

    def _removed(self, model: str, title: str) -> None:
        """Reading goes on, with the usual model if it was the one that read."""
        if model == self._settings.model:
            self._read_with(Settings().model)
            return
        # The library is looked at anew whenever a network is opened.
        self._choose_model(self._settings.model)
        self._window.show_message(self.tr("{title} is no longer in the library.").format(title=title))

    def _save_network(self, path: Path) -> None:
        if self._network is not None:
            self._networks.save_network(self._network.folder, path)

    def _ask_where_to_save(self, folder: Path) -> None:
        name = folder.parent.name
        self._window.ask_where_to_save_network(name, lambda path: self._networks.save_network(folder, path))

    def _look_for_interrupted(self) -> None:
        """Whoever lost a training learns at the next start that it can go on."""
        runs = runs_dir()
        if not self._window.context.has_training and self._keeps_settings and runs.is_dir():
            self._background.run(lambda: _count_interrupted(runs), self._show_interrupted, lambda _: None)

    def _show_interrupted(self, count: int) -> None:
        if count and not self._window.context.has_training:
            sentence = self.tr("A training was interrupted; it can go on where it was, in Train.")
            self._window.show_message(sentence, stays=True)

    # --- files ---

    def _ask_for_file(self) -> None:
        # Imported here: the window takes ink before it knows of image files.
        from desktop_app.ink.open_page import PAGE_SUFFIXES

        self._window.ask_for_file(PAGE_SUFFIXES)

    def _opened(self, page: Page, path: Path | None) -> None:
        self._window.show_page(page)
        if path is not None:
            self._settings = self._settings.with_recent_file(path)
            self._window.set_recent_files(self._settings.recent_files)
            self._window.set_folder(_first_folder(self._settings))
            self._keep()

    def _save_ink(self, path: Path) -> None:
        page = self._window.canvas.page
        if isinstance(page, Ink):
            self._files.save(path, lambda: inkml_of(page))

    def _save_picture(self, path: Path) -> None:
        canvas = self._window.canvas
        page, pen_width = canvas.page, canvas.pen_width
        self._files.save(path, lambda: png_of(page_image(page, _PICTURE_SIDE, pen_width)))

    def _save_view(self, panel: Panel, title: str, kind: str, path: Path) -> None:
        """Save what a panel shows now, as a picture, a plot or its numbers."""
        if kind == NUMBERS:
            numbers = panel.numbers()
            self._files.save(path, lambda: npz_bytes(numbers))
        elif kind == PICTURE:
            image = view_image(panel)
            self._files.save(path, lambda: png_of(image))
        elif kind == TABLE:
            table = panel.exported_file(TABLE)
            self._files.save(path, lambda: table)
        else:
            plot = view_svg(panel, title)
            self._files.save(path, lambda: plot)

    def _saved(self, name: str) -> None:
        self._window.show_message(self.tr("Saved as {name}.").format(name=name))

    # --- settings ---

    def _choose_appearance(self, appearance: str) -> None:
        self._change(appearance=appearance)
        apply_appearance(appearance)

    def _follow_system(self) -> None:
        apply_appearance(self._settings.appearance)

    def _change(self, **values: Any) -> None:
        self._settings = dataclasses.replace(self._settings, **values)
        self._keep()

    def _keep(self) -> None:
        if self._keeps_settings:
            self._saver.request(self._settings)

    def _saving_settings_failed(self, _: object, error: Exception) -> None:
        # Once is enough: a read-only home stays one.
        self._keeps_settings = False
        self._tell(error, self.tr("The settings could not be saved."))

    # --- end ---

    def _tell(self, error: Exception, otherwise: str, *, stays: bool = False) -> None:
        """A user error speaks for itself; anything else is said plainly, with its traceback as details."""
        if isinstance(error, UserError):
            self._window.show_message(str(error), stays=stays)
        else:
            details = "".join(traceback.format_exception(error))
            self._window.show_message(otherwise, details, stays=stays)

    def _close(self) -> None:
        """Join everything, then keep the last settings with the window's place and layouts."""
        self._reader.close()
        self._saver.close()
        self._files.close()
        self._background.close()
        self._networks.close()
        if self._window.context.has_training:
            self._window.context.training.close()
        if self._keeps_settings:
            window = self._window
            self._settings = dataclasses.replace(
                self._settings, window_geometry=window.geometry_to_keep(), layouts=window.workspaces.layouts()
            )
            # There is no window left to say in that a place on the screen was not kept.
            with contextlib.suppress(UserError):
                save_settings(self._settings, settings_path())


def _count_interrupted(runs: Path) -> int:
    from desktop_app.runs.run_store import interrupted

    return len(interrupted(runs))


def _first_recipe(places: DataFolders) -> Recipe:
    """A network that is learned quickly, from MNIST where that is, else from the digits at hand."""
    from desktop_app.runs.recipe import DataPart
    from desktop_app.runs.zoo import zoo_entry

    recipe = zoo_entry(_FIRST).recipe
    folders = (places.folder, places.downloads)
    if any(folder is not None and (folder / "mnist.npz").is_file() for folder in folders):
        return recipe
    return dataclasses.replace(recipe, data=(DataPart("uci-digits"),))


def _open_saver(_: ShouldStop) -> tuple[Any, Answer]:
    return None, lambda settings: save_settings(settings, settings_path())


def _first_folder(settings: Settings) -> Path:
    """Where the user is asked for files first: where the last one lay, else their documents."""
    if settings.recent_files:
        return Path(settings.recent_files[0]).parent
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
