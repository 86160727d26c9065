"""Check of the data of the draft in the background, before a run or the Data view opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Worker
from desktop_app.runs.recipe import Recipe
from desktop_app.views.draft import Draft, data_settings
from desktop_app.views.parts.messages import translated


@dataclass(frozen=True)
class _Request:
    recipe: Recipe
    folders: DataFolders


class DataCheck(QObject):
    """Looks for the sources of the draft and their labels, and sets the problem of the draft."""

    def __init__(self, draft: Draft, data_folders: Callable[[], DataFolders], parent: QObject) -> None:
        """Create a check that waits for start()."""
        super().__init__(parent)
        self._draft, self._data_folders = draft, data_folders
        self._requested: Recipe | None = None
        self._problem = ""
        self._worker = Worker(self, _open_worker)
        self._worker.answered.connect(self._checked)

    def restart(self) -> None:
        """Check again: files may have appeared or disappeared."""
        self._requested = None
        if self._problem and self._draft.data_problem() == self._problem:
            self._problem = ""
            self._draft.set_data_problem(self._draft.value, None)
        self.start()

    def start(self) -> None:
        """Check the data of the draft, unless that was done or the Data view does it."""
        recipe = data_settings(self._draft.value)
        if self._draft.is_data_shown or recipe == self._requested or self._draft.data_problem() is not None:
            return
        self._requested = recipe
        self._worker.request(_Request(recipe, self._data_folders()))

    def close(self) -> None:
        """Wait for the check."""
        self._worker.close()

    def _checked(self, request: _Request, error: UserError | None) -> None:
        shown = self._draft.data_problem()
        is_own = bool(self._problem) and shown == self._problem
        if request.recipe != data_settings(self._draft.value) or not (shown is None or is_own):
            return
        # The answer to an earlier request may be out of date.
        self._problem = translated(error) if error is not None else ""
        if self._problem or is_own:
            self._draft.set_data_problem(request.recipe, self._problem or None)


def _open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
    # Imported here, in the worker thread, because importing Pillow takes long.
    from desktop_app.data.dataset import check_data

    def answer(request: _Request) -> UserError | None:
        try:
            check_data(request.recipe, request.folders, should_stop)
        except UserError as error:
            return error
        return None

    return None, answer
