"""The draft: the recipe that would be trained, shared by all views that edit or run it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.runs.recipe import Recipe, check_recipe, read_recipe, write_recipe
from desktop_app.views.shared import Shared


class Draft(Shared[Recipe]):
    """A recipe that may contradict itself while it is edited, kept in a file from one start to the next."""

    failed = Signal(object, str)
    """An exception, and the sentence for the user where it is no user error."""

    def __init__(self, first: Recipe, file: Path | None = None, parent: QObject | None = None) -> None:
        """Start with a recipe.

        Args:
            first: the recipe, until another one is set.
            file: where every later one is written; None: it is kept nowhere.
            parent: owns this.
        """
        super().__init__(first, parent)
        self._keeper = Worker(self, None if file is None else _keeper(file))
        self._keeper.failed.connect(self._keeping_failed)
        self.changed.connect(self._keeper.request)

    def problem(self) -> str:
        """Why the recipe cannot be trained, in one sentence; empty where it can."""
        try:
            check_recipe(self.value)
        except UserError as error:
            return str(error)
        return ""

    def close(self) -> None:
        """Let what is being written end."""
        self._keeper.close()

    def _keeping_failed(self, _: object, error: Exception) -> None:
        # Once is enough: a full disk stays one.
        self.close()
        self.failed.emit(error, self.tr("The recipe could not be kept."))


def read_draft_or(file: Path | None, first: Recipe) -> tuple[Recipe, UserError | None]:
    """The recipe in a file; another one, and why, where there is none or it cannot be read."""
    if file is None or not file.exists():
        return first, None
    try:
        return read_recipe(file), None
    except UserError as error:
        return first, error


def _keeper(file: Path) -> Open:
    def open_worker(_: ShouldStop) -> tuple[Any, Answer]:
        return None, lambda recipe: write_recipe(recipe, file)

    return open_worker
