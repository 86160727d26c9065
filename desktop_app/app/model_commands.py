"""Importing, saving, renaming and removing of models: the dialogs, and what is shown afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.app.model_library import ModelLibrary
from desktop_app.app.page_reading import PageReading
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageAction
from desktop_app.app.window.models_dialog import ModelsDialog
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.messages import Message
from desktop_app.core.paths import user_models_dir
from desktop_app.core.settings import Settings
from desktop_app.jobs.background import Background
from desktop_app.networks.naming import file_name_from
from desktop_app.networks.suffixes import IMPORTABLE_SUFFIXES
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.file_dialogs import Content
from desktop_app.views.parts.messages import translated

if TYPE_CHECKING:
    from desktop_app.networks.import_facts import ImportFacts
    from desktop_app.networks.library import LibraryEntry
    from desktop_app.runs.new_model import NewModel

_FORMATS = {"keras": "Keras", "h5": "HDF5", "tflite": "LiteRT"}
"""Suffixes that a model can be saved with, and the names of the formats."""


class ModelCommands(QObject):
    """Carries out the commands of the window about the models of the library."""

    def __init__(self, window: MainWindow, reading: PageReading) -> None:
        """Connect a window.

        Args:
            window: with the menu of models.
            reading: opens models.
        """
        super().__init__(window)
        self._window, self._reading, self._dialogs = window, reading, window.context.dialogs
        self._library = library = ModelLibrary(user_models_dir(), self)
        self._background, self._is_listing = Background(self), False
        self._close_when_saved = False
        actions, context = window.menu_actions, window.context
        actions.import_model.triggered.connect(self._ask_for_model)
        actions.save_model.triggered.connect(self._save_current)
        actions.manage_models.triggered.connect(self._manage)
        context.model_ready.connect(self._receive)
        context.save_model_requested.connect(self._save)
        reading.opened.connect(self._list)
        window.model_menu.aboutToShow.connect(self._list_if_changed)
        library.job_started.connect(lambda sentence: window.messages.show(sentence, stays=True))
        library.check_progressed.connect(self._show_step)
        library.checked.connect(self._show_facts)
        library.check_failed.connect(self._show_problem)
        library.imported.connect(reading.announce_model)
        library.saved.connect(self._saved)
        library.removed.connect(self._removed)
        library.renamed.connect(self._renamed)
        library.failed.connect(self._failed)
        window.check_before_closing(self._may_close)
        window.closed.connect(library.close)
        window.closed.connect(self._background.close)

    # --- library ---

    def _list(self, network: OpenNetwork) -> None:
        """List the library, as it was when a network was opened, in menu and dialog."""
        self._window.model_menu.set_models(network.library, tuple(map(translated, network.problems)))
        for dialog in self._window.findChildren(ModelsDialog):
            _fill(dialog, network)

    def _list_if_changed(self) -> None:
        """List the library again if another program has changed it, such as `import` on the command line."""
        network = self._reading.network
        if network is None or self._is_listing:
            return
        self._is_listing = True

        def listed(entries: tuple[LibraryEntry, ...]) -> None:
            self._is_listing = False
            is_current = network is self._reading.network
            is_there = any(entry.name == network.info.name for entry in entries)
            if is_current and is_there and entries != network.library:
                self._reading.list_models()

        def failed(_: Exception) -> None:
            self._is_listing = False

        self._background.run(_library_entries, listed, failed)

    def _manage(self) -> None:
        self._list_if_changed()
        dialog = ModelsDialog(self._window)
        dialog.use_requested.connect(self._window.context.model_requested)
        dialog.rename_requested.connect(self._library.rename_model)
        dialog.remove_requested.connect(self._library.remove_model)
        dialog.save_requested.connect(self._save)
        dialog.import_requested.connect(self.import_file)
        self._window.closed.connect(dialog.close)
        if (network := self._reading.network) is not None:
            _fill(dialog, network)
        dialog.open()

    def _removed(self, model: str, title: str) -> None:
        """Update the menu of models; use the default model if the current one was removed."""
        if model == self._reading.model:
            self._reading.announce_model(Settings().model)
            return
        self._reading.list_models()
        self._window.messages.show(self.tr("Removed “{title}” from the library.").format(title=title))

    def _renamed(self) -> None:
        self._reading.list_models()
        if self._window.context.has_training:
            self._window.context.training.runs_changed.emit()

    def _receive(self, model: NewModel) -> None:
        """Read with a new model; ask first if it is worse than the current one."""
        if model.replaces_current:
            self._reading.announce_model(model.name)
            return
        self._reading.list_models()
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
        action = MessageAction(self.tr("Use anyway"), lambda: self._reading.announce_model(model.name))
        self._window.messages.show(sentence, stays=True, action=action)

    # --- saving ---

    def _save_current(self) -> None:
        if (network := self._reading.network) is not None:
            self._save(network.folder, network.info.title)

    def _save(self, folder: Path, title: str) -> None:
        """Ask for a file, and with it the format, and save the model in a folder; title: of the model."""
        self._dialogs.save_one_of(
            self.tr("Save model"),
            _FORMATS,
            lambda path: self._library.save_model(folder, path),
            file_name_from(title),
            Content.MODEL,
        )

    def _saved(self, name: str, has_line_network: bool) -> None:
        if has_line_network:
            text = self.tr("Saved as {name}. The line network is not part of the file.")
            self._window.messages.show(text.format(name=shown_name(name)))
        else:
            self._window.context.saved.emit(name)
        if self._close_when_saved and not self._library.is_saving:
            self._close_when_saved = False
            self._window.close()

    def _failed(self, error: Exception, sentence: str) -> None:
        """Show an error; the window stays open for it."""
        self._close_when_saved = False
        self._window.messages.show_error(error, sentence)

    def _may_close(self) -> bool:
        """Keep the window open until models are saved, unless it is closed once more."""
        if self._close_when_saved or not self._library.is_saving:
            return True
        self._close_when_saved = True
        text = self.tr("The window closes when the model is saved. To cancel that, close it again.")
        self._window.messages.show(text, stays=True)
        return False

    # --- importing ---

    def _ask_for_model(self) -> None:
        title, kinds = self.tr("Import model"), self.tr("Keras models")
        self._dialogs.open_one_of(title, kinds, IMPORTABLE_SUFFIXES, self.import_file, Content.MODEL)

    def import_file(self, path: Path) -> None:
        """Ask for title and labels of a model to import, in place of a question about another one."""
        for older in self._import_dialogs():
            older.close()
        dialog = ImportDialog(path, self._window)
        dialog.import_requested.connect(self._library.import_model)
        dialog.rejected.connect(self._library.cancel_import)
        self._window.closed.connect(dialog.close)
        dialog.show()
        self._library.check_model(path)

    def _show_step(self, step: Message) -> None:
        for dialog in self._import_dialogs():
            dialog.show_step(translated(step))

    def _show_facts(self, facts: ImportFacts) -> None:
        for dialog in self._import_dialogs():
            dialog.show_facts(facts)

    def _show_problem(self, error: Exception, sentence: str) -> None:
        """Show a user error in the import dialog, and any other error with its details in the window."""
        if isinstance(error, UserError):
            sentence = translated(error)
        else:
            self._window.messages.show_error(error, sentence)
        for dialog in self._import_dialogs():
            dialog.show_problem(sentence)

    def _import_dialogs(self) -> list[ImportDialog]:
        return [dialog for dialog in self._window.findChildren(ImportDialog) if dialog.isVisible()]


def _library_entries() -> tuple[LibraryEntry, ...]:
    from desktop_app.networks.library import library_entries

    return library_entries()


def _fill(dialog: ModelsDialog, network: OpenNetwork) -> None:
    dialog.set_models(network.library, network.user_models, network.info.name)
