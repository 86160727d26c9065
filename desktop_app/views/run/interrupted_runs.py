"""Interrupted runs that are offered to be resumed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.background import Background
from desktop_app.runs.run_folder import RunFolder
from desktop_app.runs.run_store import delete_run, dismiss_run, interrupted_runs, report_runs
from desktop_app.views.run.interrupted_row import InterruptedRun


class InterruptedRuns(QObject):
    """Finds interrupted runs in the background, and dismisses or deletes them."""

    changed = Signal(object)
    """The runs to offer, a tuple of InterruptedRun."""
    deleted = Signal()
    """A run was deleted."""
    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""

    def __init__(self, runs_dir: Path, parent: QObject) -> None:
        """Start without runs; find() searches in a folder."""
        super().__init__(parent)
        self._runs_dir, self._background = runs_dir, Background(self)
        self._runs: tuple[InterruptedRun, ...] = ()
        self._dismissed: set[str] = set()
        self._reported: set[str] = set()

    def find(self) -> None:
        """Search for interrupted runs."""
        self._background.run(
            lambda: _find(self._runs_dir, lambda: self._background.is_closed),
            self._found,
            self._search_failed,
        )

    def remember_reported(self) -> None:
        """Remember that the user has seen the runs; those are not reported at the next start."""
        new = {run.name for run in self._runs} - self._reported
        self._reported |= new
        if new:
            runs = [RunFolder(self._runs_dir / name) for name in new]
            # If a record cannot be written, the next start reports the run again.
            self._background.run(lambda: report_runs(runs), lambda _: None, lambda _: None)

    def dismiss(self, name: str) -> None:
        """Do not offer the run of a name any more."""
        self._hide(name)
        run = RunFolder(self._runs_dir / name)

        def failed(error: Exception) -> None:
            self.failed.emit(error, self.tr("Could not save that this run is not to be offered again."))

        self._background.run(lambda: dismiss_run(run), lambda _: None, failed)

    def delete(self, name: str) -> None:
        """Delete the run of a name."""
        self._hide(name)
        run = RunFolder(self._runs_dir / name)

        def failed(error: Exception) -> None:
            self._dismissed.discard(name)
            self._show()
            self.failed.emit(error, self.tr("Could not delete the run."))

        self._background.run(lambda: delete_run(run), lambda _: self.deleted.emit(), failed)

    def close(self) -> None:
        """End the threads."""
        self._background.close()

    def _found(self, runs: tuple[InterruptedRun, ...]) -> None:
        self._runs = runs
        self._show()

    def _search_failed(self, error: Exception) -> None:
        self.failed.emit(error, self.tr("Could not search for interrupted runs."))

    def _hide(self, name: str) -> None:
        self._dismissed.add(name)
        self._show()

    def _show(self) -> None:
        self.changed.emit(tuple(run for run in self._runs if run.name not in self._dismissed))


def _find(runs_dir: Path, should_stop: ShouldStop) -> tuple[InterruptedRun, ...]:
    return tuple(
        InterruptedRun(run.name, run.title, run.record.epochs, run.recipe.fitting.epochs)
        for run in interrupted_runs(runs_dir, should_stop)
        if run.recipe is not None and not run.record.is_dismissed
    )
