"""The program behind one window: its parts, and what is kept from one start to the next."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from desktop_app.app.autosave import Autosave
from desktop_app.app.correcting import Correcting
from desktop_app.app.model_commands import ModelCommands
from desktop_app.app.page_commands import PageCommands
from desktop_app.app.page_files import PageFiles
from desktop_app.app.page_reading import PageReading
from desktop_app.app.settings_store import SettingsStore
from desktop_app.app.training_setup import TrainingSetup
from desktop_app.app.view_saving import ViewSaving
from desktop_app.app.window.actions import APPEARANCES
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import reason, shown_name
from desktop_app.core.messages import message
from desktop_app.core.paths import drawings_dir, own_dirs, settings_path
from desktop_app.core.settings import Settings
from desktop_app.core.temporary import remove_abandoned
from desktop_app.jobs.background import Background
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import apply_appearance

_RESTORING = "restoring"
"""Name of the empty file beside the settings that is there while the window's layout is being restored."""


class Program(QObject):
    """Gives a window its parts, and keeps its settings."""

    def __init__(self, window: MainWindow, settings: Settings, keeps_settings: bool) -> None:
        """Connect a window; save changes of the settings if keeps_settings is true."""
        super().__init__(window)
        self._window = window
        self._store = SettingsStore(settings, keeps_settings, self)
        self._background = Background(self)
        self._show_settings()
        if keeps_settings:
            self._restore_drawing()
        self._reading = PageReading(window, self._store)
        self._training = TrainingSetup(window, self._store)
        files = PageFiles(self)
        pages = PageCommands(window, files, self._store)
        models = ModelCommands(window, self._reading)
        pages.model_opened.connect(models.import_file)
        Correcting(window)
        ViewSaving(window, files)
        self._connect(files)
        # Last: floating panels are shown, and their views created, at once.
        self._restore_layout()

    def _show_settings(self) -> None:
        window, settings = self._window, self._store.value
        window.menu_actions.appearances[APPEARANCES.index(settings.appearance)].setChecked(True)
        window.drawing_actions.set_pen_width(settings.pen_width)
        window.drawing_actions.set_sheet(settings.sheet)
        window.context.second_model.set(settings.second_model)
        window.context.samples.set(Path(settings.samples) if settings.samples else None)

    def _restore_drawing(self) -> None:
        """Show the drawing of the last session and save what becomes of it."""
        window = self._window
        try:
            autosave = Autosave(window.canvas, drawings_dir(), self)
        except OSError as error:
            sentence = message("The drawing cannot be kept: {reason}.", reason=reason(error))
            window.messages.show(translated(sentence), is_error=True, stays=True)
            return
        autosave.failed.connect(
            lambda error: window.messages.show_error(error, self.tr("Could not save the drawing."))
        )
        window.closed.connect(autosave.close)

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
        window.canvas_fit.is_on = failed_before or settings.fits_panels

    def _connect(self, files: PageFiles) -> None:
        window, context, store = self._window, self._window.context, self._store
        for action, name in zip(window.menu_actions.appearances, APPEARANCES, strict=True):
            action.triggered.connect(lambda _=False, name=name: self._choose_appearance(name))
        window.drawing_actions.pen_width_chosen.connect(lambda width: store.change(pen_width=width))
        window.drawing_actions.sheet_chosen.connect(lambda is_sheet: store.change(sheet=is_sheet))
        window.layer_chosen.connect(lambda layer: store.change(layer=layer))
        window.workspaces.changed.connect(lambda name: store.change(workspace=name))
        context.second_model.changed.connect(lambda model: store.change(second_model=model))
        context.samples.changed.connect(lambda path: store.change(samples="" if path is None else str(path)))
        context.saved.connect(self._show_saved)
        files.saved.connect(lambda path: self._show_saved(path.name))
        context.failed.connect(window.messages.show_error)
        context.corrections.failed.connect(window.messages.show_error)
        files.failed.connect(window.messages.show_error)
        store.failed.connect(
            lambda error: window.messages.show_error(error, self.tr("Could not save the settings."))
        )
        self._reading.opened.connect(self._tidy_up)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)
        window.closed.connect(files.close)
        window.closed.connect(self._close)

    def _tidy_up(self) -> None:
        """Look once, when the first model is open, for what earlier sessions have left."""
        self._reading.opened.disconnect(self._tidy_up)
        if self._store.is_kept:
            folders = own_dirs()
            self._background.run(lambda: remove_abandoned(*folders), lambda _: None, lambda _: None)
            self._training.check_interrupted_runs(self._background)

    def _show_saved(self, name: str) -> None:
        self._window.messages.show(self.tr("Saved as {name}.").format(name=shown_name(name)))

    def _choose_appearance(self, appearance: str) -> None:
        self._store.change(appearance=appearance)
        apply_appearance(appearance)

    def _follow_system(self) -> None:
        apply_appearance(self._store.value.appearance)

    def _close(self) -> None:
        """End what the parts have not ended, and save the settings with the window's geometry and layouts."""
        window = self._window
        self._background.close()
        window.context.corrections.close()
        self._store.close(
            window_geometry=window.saved_geometry(),
            layouts=window.workspaces.layouts(),
            fits_panels=window.canvas_fit.is_on,
        )


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()
