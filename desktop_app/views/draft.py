"""The draft: the recipe that the user edits and trains."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.runs.recipe import Recipe, check_recipe, read_recipe, write_recipe
from desktop_app.views.parts.messages import translated
from desktop_app.views.shared import Shared


class Draft(Shared[Recipe]):
    """A recipe, which may be invalid while it is edited; it is saved to a file after every change."""

    data_checked = Signal()
    """Data was checked, or an earlier check no longer holds."""
    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""

    def __init__(self, first: Recipe, file: Path | None = None) -> None:
        """Start with a recipe.

        Args:
            first: the first recipe.
            file: to save later recipes to; None: they are not saved.
        """
        super().__init__(first)
        self._file, self._saved = file, first
        self._saver = Worker(self, None if file is None else _saver(file))
        self._checked: tuple[Recipe, str] | None = None
        self.is_data_shown = False
        """Whether a view opens the data of every recipe, and checks it by that."""
        self._saver.answered.connect(self._recipe_saved)
        self._saver.failed.connect(self._saving_failed)
        self.changed.connect(self._saver.request)

    def problem(self) -> str:
        """Return why the recipe cannot be trained, in one sentence; empty if it can."""
        try:
            check_recipe(self.value)
        except UserError as error:
            return translated(error)
        return ""

    def data_problem(self) -> str | None:
        """Return why the data cannot be used, in one sentence; empty if it can; None if not checked."""
        if self._checked is None or self._checked[0] != data_settings(self.value):
            return None
        return self._checked[1]

    def set_data_problem(self, recipe: Recipe, problem: str | None) -> None:
        """Set the result of data_problem() for recipes with the data settings of this one."""
        self._checked = None if problem is None else (data_settings(recipe), problem)
        self.data_checked.emit()

    def close(self) -> None:
        """Save the last change, and end the thread."""
        self._saver.close()
        if self._file is not None and self.value != self._saved:
            # The window is closed: an error cannot be shown.
            with contextlib.suppress(UserError):
                write_recipe(self.value, self._file)

    def _recipe_saved(self, recipe: Recipe) -> None:
        self._saved = recipe

    def _saving_failed(self, _: object, error: Exception) -> None:
        # Reported once: a full disk stays full.
        self._saver.close()
        self.failed.emit(error, self.tr("Could not save the recipe."))


def data_settings(recipe: Recipe) -> Recipe:
    """Return a recipe with only the fields that determine its samples."""
    return Recipe(
        task=recipe.task, data=recipe.data, split_seed=recipe.split_seed, negatives=recipe.negatives
    )


def read_draft_or(file: Path | None, default: Recipe) -> tuple[Recipe, UserError | None]:
    """Return the recipe in a file; if it does not exist or is invalid, a default recipe and the error."""
    if file is None or not file.exists():
        return default, None
    try:
        return read_recipe(file), None
    except UserError as error:
        return default, error


def _saver(file: Path) -> Open:
    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        return None, lambda recipe: write_recipe(recipe, file)

    return open_worker
