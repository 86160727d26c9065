"""The owner of a worker: replaces it, closes it, and lets nothing be heard of one that is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.latest_runner import Answer, LatestRunner

Open: TypeAlias = Callable[[ShouldStop], tuple[Any, Answer]]
"""Called once in the worker's thread, with what says whether the worker is to end as soon as it can.

Returns what there is to tell about the worker, and what turns a request into its answer.
"""


class Worker(QObject):
    """Owns at most one thread that answers requests, the newest one at a time.

    Answers of a worker whose place was taken, or that was closed, are never heard, however late
    they come. Signals arrive in this object's thread.
    """

    opened = Signal(object)
    """What there is to tell about the worker."""
    answered = Signal(object, object)
    """A request and its answer."""
    failed = Signal(object, object)
    """A request and the exception it ended with; the request is None where the worker could not be
    opened, and further requests to it are forgotten then."""

    def __init__(self, parent: QObject, open_worker: Open | None = None) -> None:
        """Own the worker that open_worker opens, or none yet."""
        super().__init__(parent)
        self._runner: LatestRunner | None = None
        self._stop = threading.Event()
        if open_worker is not None:
            self.replace(open_worker)

    @property
    def is_working(self) -> bool:
        """Whether there is a worker whose thread has begun and not ended."""
        return self._runner is not None and self._runner.isRunning()

    def replace(self, open_worker: Open) -> None:
        """Put another worker in the place of the present one. It opens with start() or the first request."""
        self.close()
        stop = self._stop = threading.Event()
        runner = self._runner = LatestRunner(lambda: open_worker(stop.is_set), self)
        runner.opened.connect(self._opened)
        runner.answered.connect(self._answered)
        runner.failed.connect(self._failed)

    def start(self) -> None:
        """Open the worker now, if there is one."""
        if self._runner is not None:
            self._runner.start()

    def request(self, value: Any) -> None:
        """Ask for an answer to an immutable value, in place of a request that still waits."""
        if self._runner is not None:
            self._runner.request(value)

    def close(self) -> None:
        """End and join the worker, if there is one; requests are forgotten until another takes its place."""
        if self._runner is not None:
            self._stop.set()
            self._runner.close()
            self._runner.deleteLater()
            self._runner = None

    def _opened(self, about: object) -> None:
        if self.sender() is self._runner:
            self.opened.emit(about)

    def _answered(self, request: object, answer: object) -> None:
        if self.sender() is self._runner:
            self.answered.emit(request, answer)

    def _failed(self, request: object, error: Exception) -> None:
        if self.sender() is self._runner:
            self.failed.emit(request, error)
