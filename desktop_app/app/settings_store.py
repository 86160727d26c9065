"""The settings of the running program, saved in the background."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import UserError
from desktop_app.core.paths import settings_path
from desktop_app.core.settings import Settings, save_changes
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker


class SettingsStore(QObject):
    """Holds the settings, and saves those that were changed, after every change.

    The others stay as they are in the file, which windows that run at once share.
    """

    failed = Signal(object)
    """The exception of the first failure; nothing is saved after it: a read-only folder stays read-only."""

    def __init__(self, settings: Settings, is_kept: bool, parent: QObject) -> None:
        """Start with settings, which are saved if is_kept is true."""
        super().__init__(parent)
        self._settings, self._is_kept = settings, is_kept
        self._changed: frozenset[str] = frozenset()
        self._saver = Worker(self, _open_saver)
        self._saver.failed.connect(self._saving_failed)

    @property
    def value(self) -> Settings:
        """The current settings."""
        return self._settings

    @property
    def is_kept(self) -> bool:
        """Whether settings and other data of the user are saved."""
        return self._is_kept

    def change(self, **values: Any) -> None:
        """Replace fields of the settings."""
        self.set(dataclasses.replace(self._settings, **values))

    def set(self, settings: Settings) -> None:
        """Replace the settings."""
        self._replace(settings)
        if self._is_kept:
            self._saver.request((settings, self._changed))

    def close(self, **values: Any) -> None:
        """Save the settings with last changes, and end the thread."""
        self._saver.close()
        self._replace(dataclasses.replace(self._settings, **values))
        if self._is_kept:
            # The window is closed: an error cannot be shown.
            with contextlib.suppress(UserError):
                save_changes(self._settings, self._changed, settings_path())

    def _replace(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        names = (field.name for field in dataclasses.fields(Settings))
        self._changed |= {name for name in names if getattr(settings, name) != getattr(before, name)}

    def _saving_failed(self, _: object, error: Exception) -> None:
        self._is_kept = False
        self.failed.emit(error)


def _open_saver(_: ShouldStop) -> tuple[Any, Answer]:
    def save(request: tuple[Settings, frozenset[str]]) -> None:
        settings, changed = request
        save_changes(settings, changed, settings_path())

    return None, save
