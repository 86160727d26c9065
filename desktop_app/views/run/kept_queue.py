"""The queue of runs, kept in a file for the next start."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import UserError
from desktop_app.jobs.background import Background
from desktop_app.jobs.worker import Worker
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_queue import MOST_QUEUED, read_queue, write_queue


class KeptQueue(QObject):
    """Recipes that wait, the next one first. Their file is read once, and written after every change."""

    changed = Signal(object)
    """The recipes, a tuple."""
    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""

    def __init__(self, runs_dir: Path, parent: QObject) -> None:
        """Start without recipes; read() adds those in the file of a folder of runs."""
        super().__init__(parent)
        self._runs_dir, self._recipes = runs_dir, tuple[Recipe, ...]()
        # What the file has; None: unknown, or something else that is not to be kept.
        self._saved: tuple[Recipe, ...] | None = None
        self._is_read = False
        self._background = Background(self)
        self._saver = Worker(self, lambda _: (None, lambda queue: write_queue(queue, runs_dir)))
        self._saver.answered.connect(self._was_saved)
        self._saver.failed.connect(self._saving_failed)

    def read(self) -> None:
        """Read the file; its recipes come before those that were added meanwhile."""
        self._background.run(lambda: read_queue(self._runs_dir), self._add_saved, self._reading_failed)

    def add(self, recipes: Sequence[Recipe]) -> None:
        """Add recipes at the end."""
        self._set((*self._recipes, *recipes))

    def put_first(self, recipes: Sequence[Recipe]) -> None:
        """Add recipes before the others."""
        self._set((*recipes, *self._recipes))

    def take(self) -> Recipe:
        """Remove the first recipe and return it; there must be one."""
        first, *others = self._recipes
        self._set(tuple(others))
        return first

    def move(self, row: int, to: int) -> None:
        """Move a recipe."""
        recipes = list(self._recipes)
        recipes.insert(to, recipes.pop(row))
        self._set(tuple(recipes))

    def remove(self, row: int) -> None:
        """Remove a recipe."""
        self._set((*self._recipes[:row], *self._recipes[row + 1 :]))

    def __len__(self) -> int:
        """Return the number of recipes."""
        return len(self._recipes)

    def close(self) -> None:
        """Write the last change, and end the threads."""
        self._background.close()
        self._saver.close()
        if self._is_read and self._recipes != self._saved:
            # The last change was not written yet. Without one, another window may have trained the queue.
            with contextlib.suppress(UserError):
                write_queue(self._recipes, self._runs_dir)

    def _set(self, recipes: tuple[Recipe, ...]) -> None:
        self._recipes = recipes[:MOST_QUEUED]
        self.changed.emit(self._recipes)
        # Before the saved queue is read, it must not be replaced.
        if self._is_read:
            self._saver.request(self._recipes)

    def _add_saved(self, saved: tuple[Recipe, ...]) -> None:
        added = self._recipes
        self._saved = saved
        self._set((*saved, *added))
        self._is_read = True
        if added:
            self._saver.request(self._recipes)

    def _reading_failed(self, error: Exception) -> None:
        self._is_read = True
        self.failed.emit(error, self.tr("Could not read the queue of runs."))

    def _was_saved(self, recipes: tuple[Recipe, ...], _: object) -> None:
        self._saved = recipes

    def _saving_failed(self, _: object, error: Exception) -> None:
        # Reported once: a full disk stays full.
        self._saver.close()
        self.failed.emit(error, self.tr("Could not save the queue of runs."))
