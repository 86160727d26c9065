"""The program behind one window: reads pages, opens and saves files, keeps the settings."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtGui import QGuiApplication

from desktop_app.app.autosave import Autosave
from desktop_app.app.correcting import Correcting
from desktop_app.app.model_library import ModelLibrary
from desktop_app.app.page_files import PageFiles, inkml_of, png_of
from desktop_app.app.settings_store import SettingsStore
from desktop_app.app.text_editing import TextEditing
from desktop_app.app.view_saving import ViewSaving
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageAction
from desktop_app.core.errors import UserError, reason
from desktop_app.core.messages import Message, message
from desktop_app.core.paths import (
    cache_dir,
    data_dir,
    downloads_dir,
    drawings_dir,
    own_dirs,
    runs_dir,
    settings_path,
    user_data_dir,
    user_models_dir,
)
from desktop_app.core.settings import Settings
from desktop_app.core.stopping import ShouldStop
from desktop_app.core.temporary import remove_abandoned
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.background import Background
from desktop_app.jobs.worker import Worker
from desktop_app.lines.acceptance import judge_text
from desktop_app.lines.line_model import AcceptanceLevel, level_for
from desktop_app.tasks.character_sets import CHARACTER_SETS, CharacterSet
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.canvas.paint_ink import page_image
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import apply_appearance
from desktop_app.views.reading.reader import PageAnswer, ReadRequest, reader_of

if TYPE_CHECKING:
    from desktop_app.data.sources.source_set import DataFolders
    from desktop_app.runs.new_model import NewModel
    from desktop_app.runs.recipe import Recipe
    from desktop_app.views.training_context import TrainingContext

_IMAGE_SIDE = 1000

_RESTORING = "restoring"
"""Name of the empty file beside the settings that is there while the window's layout is being restored."""

_FIRST_RECIPE, _FIRST_WITHOUT_MNIST = "fast", "fast-few-samples"
"""Zoo entries of the first draft: they train quickly."""


class Program(QObject):
    """Connects the window with workers, files, the model library and the settings."""

    def __init__(self, window: MainWindow, settings: Settings, keeps_settings: bool) -> None:
        """Connect a window; save changes of the settings if keeps_settings is true."""
        super().__init__(window)
        self._window = window
        self._store = SettingsStore(settings, keeps_settings, self)
        self._drawing = 0
        self._reader = Worker(self, reader_of(settings.model))
        self._files = PageFiles(self)
        self._library = ModelLibrary(user_models_dir(), self)
        self._background = Background(self)
        self._announces, self._model_before = False, ""
        self._other_files: list[Path] = []
        self._saved_pages: set[Path] = set()
        Correcting(window)
        ViewSaving(window, self._files)
        self._network: OpenNetwork | None = None
        self._shown: OpenNetwork | None = None
        self._show_settings()
        self._autosave = self._restore_drawing() if keeps_settings else None
        self._wire_reading()
        self._wire_window()
        self._wire_views()
        # Last: floating panels are shown, and their views created, at once.
        self._restore_layout()

    def _show_settings(self) -> None:
        window, settings = self._window, self._store.value
        window.set_appearance(settings.appearance)
        window.set_pen_width(settings.pen_width)
        window.set_sheet(settings.sheet)
        window.set_grouping(settings.grouping)
        window.set_recent_files(settings.recent_files)
        window.set_folder(_first_folder(settings))
        window.context.second_model.set(settings.second_model)
        window.context.level.set(level_for(settings.most_wrong))
        window.context.characters.set(_character_set(settings))
        window.context.corrections.set_on(settings.uses_corrections)
        window.context.samples.set(Path(settings.samples) if settings.samples else None)

    def _restore_drawing(self) -> Autosave | None:
        """Show the drawing of the last session and save what becomes of it."""
        try:
            autosave = Autosave(self._window.canvas, drawings_dir(), self)
        except OSError as error:
            sentence = message("The drawing cannot be kept: {reason}.", reason=reason(error))
            self._window.show_message(translated(sentence), is_error=True, stays=True)
            return None
        autosave.failed.connect(
            lambda error: self._window.show_error(error, self.tr("Could not save the drawing."))
        )
        return autosave

    def _restore_layout(self) -> None:
        """Restore the window's geometry and layouts, unless the start before this did not finish."""
        window, settings, marker = self._window, self._store.value, settings_path().with_name(_RESTORING)
        failed_before = self._store.is_kept and marker.exists()
        if self._store.is_kept:
            with contextlib.suppress(OSError):
                marker.parent.mkdir(parents=True, exist_ok=True)
                marker.touch()
            window.shown.connect(lambda: _remove(marker))
        if not failed_before:
            window.restore_geometry(settings.window_geometry)
        window.workspaces.restore({} if failed_before else settings.layouts, settings.workspace)

    def _wire_reading(self) -> None:
        window = self._window
        window.shown.connect(self._start_reading)
        window.canvas.pen_moved.connect(self._read)
        window.canvas.page_changed.connect(self._read_new_page)
        window.canvas.edits_changed.connect(lambda: self._read_new_page(window.canvas.page))
        window.model_chosen.connect(self._choose_model)
        self._reader.opened.connect(self._network_opened)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._reading_failed)

    def _wire_window(self) -> None:
        window, files = self._window, self._files
        window.open_requested.connect(self._ask_for_file)
        window.file_chosen.connect(lambda path: self._open_first([path]))
        window.files_dropped.connect(self._open_first)
        window.recent_files_requested.connect(self._list_recent_files)
        window.image_pasted.connect(files.open_image)
        window.save_ink_requested.connect(self._save_ink)
        window.save_image_requested.connect(self._save_image)
        window.appearance_chosen.connect(self._choose_appearance)
        window.pen_width_chosen.connect(lambda width: self._store.change(pen_width=width))
        window.grouping_chosen.connect(self._choose_grouping)
        window.sheet_chosen.connect(lambda is_sheet: self._store.change(sheet=is_sheet))
        window.layer_chosen.connect(lambda layer: self._store.change(layer=layer))
        window.workspaces.changed.connect(lambda name: self._store.change(workspace=name))
        window.data_folder_chosen.connect(self._choose_data_folder)
        window.model_file_chosen.connect(self._library.check_model)
        window.import_requested.connect(self._library.import_model)
        window.import_cancelled.connect(self._library.cancel_import)
        window.save_model_requested.connect(self._save_model)
        window.remove_requested.connect(self._library.remove_model)
        window.rename_requested.connect(self._library.rename_model)
        window.copy_model_requested.connect(self._ask_where_to_copy)
        self._library.job_started.connect(lambda sentence: window.show_message(sentence, stays=True))
        self._library.checked.connect(window.show_import_facts)
        self._library.check_failed.connect(self._show_import_error)
        self._library.imported.connect(self._read_with)
        self._library.saved.connect(self._saved)
        self._library.removed.connect(self._removed)
        self._library.renamed.connect(self._list_models)
        self._library.renamed.connect(self._list_runs)
        window.closed.connect(self._close)
        files.opened.connect(self._opened)
        files.saved.connect(self._file_saved)
        files.failed.connect(self._window.show_error)
        self._library.failed.connect(self._window.show_error)
        self._store.failed.connect(
            lambda error: window.show_error(error, self.tr("Could not save the settings."))
        )
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)

    def _wire_views(self) -> None:
        context = self._window.context
        context.set_training_factory(self._make_training)
        context.failed.connect(self._window.show_error)
        context.page_requested.connect(self._read_instead)
        context.character_requested.connect(self._read_character)
        context.split_requested.connect(self._split_character)
        TextEditing(self._window.canvas, context, self).edited.connect(self._read_character)
        context.image_requested.connect(self._files.open_image)
        context.file_shown.connect(self._show_file)
        context.model_requested.connect(self._choose_model)
        context.model_ready.connect(self._receive_model)
        context.library_changed.connect(self._list_models)
        context.save_model_requested.connect(self._ask_where_to_save)
        context.characters.changed.connect(self._choose_characters)
        context.level.changed.connect(self._choose_level)
        context.saved.connect(self._saved)
        context.corrections.failed.connect(self._window.show_error)
        context.corrections.adaptation_changed.connect(self._show_adapted)
        context.corrections.use_changed.connect(self._save_use_of_corrections)
        context.second_model.changed.connect(lambda model: self._store.change(second_model=model))
        context.samples.changed.connect(
            lambda path: self._store.change(samples="" if path is None else str(path))
        )

    # --- reading ---

    def _start_reading(self) -> None:
        self._reader.start()
        if not self._window.canvas.is_empty:
            self._read(self._window.canvas.page)

    def _read(self, page: Page) -> None:
        self._request(ReadRequest(page, self._drawing))

    def _request(self, request: ReadRequest) -> None:
        characters, edits = self._window.context.characters.value, self._window.canvas.edits
        layer = None if self._shown is None else self._shown.adapted_layer
        self._reader.request(
            dataclasses.replace(request, characters=characters, edits=edits, last_layer=layer)
        )

    def _read_instead(self, page: Page) -> None:
        """Read a page in place of that of the canvas."""
        self._request(ReadRequest(page, self._drawing, is_whole=False))

    def _read_character(self, number: int) -> None:
        """Show a character of the text in all views."""
        self._request(ReadRequest(self._window.canvas.page, self._drawing, number))

    def _choose_grouping(self, grouping: str) -> None:
        self._store.change(grouping=grouping)
        if (text := self._window.context.text.value) is not None:
            self._window.show_text(dataclasses.replace(text, grouping=grouping))

    def _split_character(self, number: int, x: float | None) -> None:
        """Divide a character of the text in two."""
        self._request(ReadRequest(self._window.canvas.page, self._drawing, number, split=(number, x)))

    def _read_new_page(self, page: Page) -> None:
        self._drawing += 1
        self._read(page)

    def _choose_model(self, model: str) -> None:
        """Use another model and read the canvas with it."""
        self._reader.replace(reader_of(model))
        self._shown = None
        self._store.change(model=model)
        self._window.context.characters.set(_character_set(self._store.value))
        self._reader.start()
        self._read_new_page(self._window.canvas.page)

    def _choose_characters(self, characters: str) -> None:
        """Read with a set of characters, and remember it for the model."""
        sets = dict(self._store.value.character_sets)
        if characters != sets.pop(self._store.value.model, "all"):
            if characters != "all":
                sets[self._store.value.model] = characters
            self._store.change(character_sets=sets)
            self._read_new_page(self._window.canvas.page)

    def _choose_level(self, level: AcceptanceLevel) -> None:
        """Judge the text on the canvas at another level of acceptance."""
        self._store.change(most_wrong=level.wrong)
        text = self._window.context.text.value
        if text is not None:
            verdict = judge_text(text.reading, level)
            self._window.show_text(dataclasses.replace(text, verdict=verdict))

    def _network_opened(self, network: OpenNetwork) -> None:
        is_first, self._network = self._network is None, network
        problems = tuple(map(translated, network.problems))
        self._window.set_models(network.library, problems, network.user_models)
        corrections = self._window.context.corrections
        corrections.set_network(network)
        self._show_network()
        if corrections.adaptation is not None:
            self._read_new_page(self._window.canvas.page)
        if self._announces:
            self._announces = False
            self._window.show_message(self._now_reading(network), action=self._undo_of(network))
        if is_first and self._store.is_kept:
            folders = own_dirs()
            self._background.run(lambda: remove_abandoned(*folders), lambda _: None, lambda _: None)
            self._check_interrupted_runs()

    def _show_network(self) -> None:
        """Show the network with what it learned from corrections."""
        assert self._network is not None
        self._shown = self._network.adapted(self._window.context.corrections.adaptation)
        self._window.show_network(self._shown, self._store.value.layer)

    def _show_adapted(self) -> None:
        """Read the canvas with what was learned, or without it, unless another model is being opened."""
        if self._shown is not None:
            self._show_network()
            self._read_new_page(self._window.canvas.page)

    def _save_use_of_corrections(self) -> None:
        is_on = self._window.context.corrections.is_on
        if is_on != self._store.value.uses_corrections:
            self._store.change(uses_corrections=is_on)

    def _now_reading(self, network: OpenNetwork) -> str:
        title = network.info.title
        accuracy = None if network.card is None else network.card.test_accuracy
        model = self.tr("“{title}”").format(title=title)
        if accuracy is not None:
            model = self.tr("“{title}” ({accuracy} % on its test set)").format(
                title=title, accuracy=f"{100 * accuracy:.1f}"
            )
        return translated(Message(task_kind(network.info.task).texts.in_use, {"model": model}))

    def _answered(self, request: ReadRequest, answer: PageAnswer) -> None:
        if request.drawing != self._drawing:
            return
        if request.split is not None:
            self._show_division(request, answer)
            return
        if request.is_whole:
            self._window.show_text(self._shown_text(request.page, answer))
        self._window.show_observation(answer.page, answer.observation)

    def _shown_text(self, page: Page, answer: PageAnswer) -> ShownText | None:
        text = answer.text
        if text is None:
            return None
        verdict = judge_text(text, self._window.context.level.value)
        return ShownText(page, text, verdict, answer.selected, answer.page, self._store.value.grouping)

    def _show_division(self, request: ReadRequest, answer: PageAnswer) -> None:
        """Keep a division, which can be undone, and read with it."""
        if answer.edits == request.edits:
            self._window.show_message(self.tr("This character cannot be split."))
            return
        self._window.canvas.set_edits(answer.edits)
        self._read_character(answer.selected)

    def _reading_failed(self, request: ReadRequest | None, error: Exception) -> None:
        default = Settings().model
        if request is None and self._store.value.model != default:
            # The user's model may be missing or broken.
            self._choose_model(default)
        # Without a network nothing is read, so the message stays.
        self._window.show_error(error, self.tr("Could not read the drawing."), stays=request is None)

    # --- training ---

    def _make_training(self) -> TrainingContext:
        """Create what the views of training share; imports are local because most sessions do not train."""
        from desktop_app.views.draft import Draft, read_draft_or
        from desktop_app.views.training_context import TrainingContext

        folder = user_data_dir()
        file = folder / "draft.json" if self._store.is_kept else None
        recipe, error = read_draft_or(file, _first_recipe(self._data_folders()))
        draft = Draft(recipe, file)
        draft.failed.connect(self._window.show_error)
        draft.changed.connect(lambda changed: self._window.set_drafted_task(changed.task))
        self._window.set_drafted_task(recipe.task)
        if error is not None:
            self._window.show_error(error, "")
        return TrainingContext(draft, self._data_folders, folder, self)

    def _data_folders(self) -> DataFolders:
        from desktop_app.data.sources.source_set import DataFolders

        return DataFolders(data_dir(self._store.value), downloads_dir(), cache_dir())

    def _choose_data_folder(self, folder: Path) -> None:
        self._store.change(data_folder=str(folder))
        if self._window.context.has_training:
            self._window.context.training.data_folders_changed.emit()

    def _receive_model(self, model: NewModel) -> None:
        """Read with a new model; ask first if it is worse than the current one."""
        if model.replaces_current:
            self._read_with(model.name)
            return
        self._list_models()
        if model.comparison is None:
            return
        sentence = self.tr(
            "“{title}” is right for {new} % of its test samples, the current model for {current} %, "
            "which stays in use."
        ).format(
            title=model.title,
            new=f"{100 * model.comparison.new:.1f}",
            current=f"{100 * model.comparison.current:.1f}",
        )
        action = MessageAction(self.tr("Use anyway"), lambda: self._read_with(model.name))
        self._window.show_message(sentence, stays=True, action=action)

    def _undo_of(self, network: OpenNetwork) -> MessageAction | None:
        """Return the action that reads with the model before this one; None if there is none."""
        before = self._model_before
        if before == self._store.value.model or before not in {entry.name for entry in network.library}:
            return None
        return MessageAction(self.tr("Undo"), lambda: self._read_with(before))

    def _read_with(self, model: str) -> None:
        """Use a model of the library and announce it, with the way back to the model before."""
        self._announces, self._model_before = True, self._store.value.model
        self._choose_model(model)

    def _show_import_error(self, error: Exception, sentence: str) -> None:
        """Show a user error in the import dialog, and any other error with its details in the bar."""
        if isinstance(error, UserError):
            self._window.show_import_problem(translated(error))
        else:
            self._window.show_import_problem(sentence)
            self._window.show_error(error, sentence)

    def _removed(self, model: str, title: str) -> None:
        """Update the menu of models; use the default model if the current one was removed."""
        if model == self._store.value.model:
            self._read_with(Settings().model)
            return
        self._list_models()
        self._window.show_message(self.tr("Removed “{title}” from the library.").format(title=title))

    def _save_model(self, path: Path) -> None:
        if self._network is not None:
            self._library.save_model(self._network.folder, path)

    def _list_runs(self) -> None:
        context = self._window.context
        if context.has_training:
            context.training.runs_changed.emit()

    def _list_models(self) -> None:
        """List the library again, which opening a model does."""
        self._choose_model(self._store.value.model)

    def _ask_where_to_copy(self, folder: Path) -> None:
        self._window.ask_where_to_save_model(folder.name, lambda path: self._library.save_model(folder, path))

    def _ask_where_to_save(self, folder: Path) -> None:
        name = folder.parent.name
        self._window.ask_where_to_save_model(name, lambda path: self._library.save_model(folder, path))

    def _check_interrupted_runs(self) -> None:
        """Show a message about interrupted runs of an earlier session."""
        runs = runs_dir()
        if not self._window.context.has_training and runs.is_dir():
            self._background.run(
                lambda: _count_interrupted(runs, lambda: self._background.is_closed),
                self._show_interrupted,
                lambda _: None,
            )

    def _show_interrupted(self, count: int) -> None:
        if count and not self._window.context.has_training:
            sentence = self.tr("A training was interrupted. Resume it in Train.")
            self._window.show_message(sentence, stays=True)

    # --- files ---

    def _ask_for_file(self) -> None:
        from desktop_app.ink.open_page import FILE_SUFFIXES

        self._window.ask_for_file(FILE_SUFFIXES)

    def _open_first(self, files: list[Path]) -> None:
        """Open the first of the chosen files; the others become recent files once it is shown."""
        self._other_files = files[1:]
        self._files.open_path(files[0])

    def _show_file(self, page: Page, path: Path | None) -> None:
        self._window.show_page(page)
        self._window.set_file_name("" if path is None else path.stem)

    def _opened(self, page: Page, path: Path | None) -> None:
        self._show_file(page, path)
        if path is None:
            return
        others, self._other_files = self._other_files, []
        self._remember_files([*reversed(others), path])
        if others:
            text = self.tr("Opened {name}. %n other file(s) are in File > Open recent.", "", len(others))
            self._window.show_message(text.format(name=path.name))

    def _file_saved(self, path: Path) -> None:
        self._saved(path.name)
        if path in self._saved_pages:
            self._saved_pages.remove(path)
            self._window.set_file_name(path.stem)
            self._remember_files([path])

    def _remember_files(self, paths: list[Path]) -> None:
        """Make files the most recent ones, the last one first."""
        for path in paths:
            self._store.set(self._store.value.with_recent_file(path))
        self._window.set_recent_files(self._store.value.recent_files)
        self._window.set_folder(_first_folder(self._store.value))

    def _list_recent_files(self) -> None:
        """List the recent files that exist; they may be on a slow disk."""
        files = self._store.value.recent_files

        def show(existing: tuple[str, ...]) -> None:
            if files == self._store.value.recent_files:
                self._window.set_recent_files(existing)

        self._background.run(lambda: tuple(filter(os.path.exists, files)), show, lambda _: None)

    def _save_ink(self, path: Path) -> None:
        page = self._window.canvas.page
        if isinstance(page, Ink):
            self._saved_pages.add(path)
            self._files.save(path, lambda: inkml_of(page))

    def _save_image(self, path: Path) -> None:
        canvas = self._window.canvas
        page, units = canvas.page, canvas.units
        self._saved_pages.add(path)
        self._files.save(path, lambda: png_of(page_image(page, _IMAGE_SIDE, units)))

    def _saved(self, name: str) -> None:
        self._window.show_message(self.tr("Saved as {name}.").format(name=name))

    # --- settings ---

    def _choose_appearance(self, appearance: str) -> None:
        self._store.change(appearance=appearance)
        apply_appearance(appearance)

    def _follow_system(self) -> None:
        apply_appearance(self._store.value.appearance)

    def _close(self) -> None:
        """Stop all workers and save the settings with the window's geometry and layouts."""
        self._reader.close()
        if self._autosave is not None:
            self._autosave.close()
        self._files.close()
        self._background.close()
        self._library.close()
        self._window.context.corrections.close()
        if self._window.context.has_training:
            self._window.context.training.close()
        window = self._window
        self._store.close(window_geometry=window.saved_geometry(), layouts=window.workspaces.layouts())


def _character_set(settings: Settings) -> CharacterSet:
    """Return the set of characters that was last chosen for the current model."""
    stored = settings.character_sets.get(settings.model, "all")
    return next((name for name in CHARACTER_SETS if name == stored), "all")


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _count_interrupted(runs: Path, should_stop: ShouldStop) -> int:
    from desktop_app.runs.run_store import interrupted_runs

    return len(interrupted_runs(runs, should_stop))


def _first_recipe(data_folders: DataFolders) -> Recipe:
    """Return a recipe that trains quickly, with MNIST if it is present, else with the UCI digits."""
    from desktop_app.runs.zoo.catalog import zoo_entry

    folders = (data_folders.folder, data_folders.downloads)
    if any(folder is not None and (folder / "mnist.npz").is_file() for folder in folders):
        return zoo_entry(_FIRST_RECIPE).recipe
    return zoo_entry(_FIRST_WITHOUT_MNIST).recipe


def _first_folder(settings: Settings) -> Path:
    """Return the folder in which file dialogs start: that of the last file, else the documents."""
    if settings.recent_files:
        return Path(settings.recent_files[0]).parent
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
