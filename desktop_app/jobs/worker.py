"""Owner of a worker thread, which can be replaced and closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer, LatestRunner

Open: TypeAlias = Callable[[ShouldStop], tuple[Any, Answer]]
"""Called once in the worker thread, with a function that returns whether the worker is to end.

Returns information about the worker and its answer function.
"""


class Worker(QObject):
    """Owns at most one worker thread that answers requests; only the newest waiting request is kept.

    Signals are emitted in the thread of this object, and never for a worker that was replaced or closed.
    """

    opened = Signal(object)
    """Information about the worker."""
    answered = Signal(object, object)
    """A request and its answer."""
    failed = Signal(object, object)
    """A request and the exception that it raised; the request is None if the worker could not be opened, and
    then further requests are ignored."""

    def __init__(self, parent: QObject, open_worker: Open | None = None) -> None:
        """Create the owner, with a worker if open_worker is given."""
        super().__init__(parent)
        self._runner: LatestRunner | None = None
        self._retired: set[LatestRunner] = set()
        self._stop = threading.Event()
        if open_worker is not None:
            self.replace(open_worker)

    @property
    def is_working(self) -> bool:
        """Whether the worker thread is running."""
        return self._runner is not None and self._runner.isRunning()

    def replace(self, open_worker: Open) -> None:
        """Replace the worker without waiting for it; start() or the first request opens the new one."""
        self._retire()
        stop = self._stop = threading.Event()
        runner = self._runner = LatestRunner(lambda: open_worker(stop.is_set), self)
        runner.opened.connect(self._opened)
        runner.answered.connect(self._answered)
        runner.failed.connect(self._failed)
        runner.finished.connect(self._finished)

    def start(self) -> None:
        """Open the worker, if there is one."""
        if self._runner is not None:
            self._runner.start()

    def request(self, value: Any) -> None:
        """Request an answer to an immutable value, replacing the waiting request."""
        if self._runner is not None:
            self._runner.request(value)

    def close(self) -> None:
        """Stop and join all workers; requests are ignored until there is another."""
        self._retire()
        retired, self._retired = self._retired, set()
        for runner in retired:
            _delete(runner)

    def _retire(self) -> None:
        """Let the worker end after its current request; it is joined when it has ended, or by close()."""
        if self._runner is not None:
            self._stop.set()
            self._runner.finish()
            if self._runner.isRunning():
                self._retired.add(self._runner)
            else:
                _delete(self._runner)
            self._runner = None

    def _opened(self, info: object) -> None:
        if self.sender() is self._runner:
            self.opened.emit(info)

    def _answered(self, request: object, answer: object) -> None:
        if self.sender() is self._runner:
            self.answered.emit(request, answer)

    def _failed(self, request: object, error: Exception) -> None:
        if self.sender() is self._runner:
            self.failed.emit(request, error)

    def _finished(self) -> None:
        runner = self.sender()
        if isinstance(runner, LatestRunner) and runner in self._retired:
            self._retired.remove(runner)
            _delete(runner)


def _delete(runner: LatestRunner) -> None:
    runner.close()
    runner.deleteLater()
