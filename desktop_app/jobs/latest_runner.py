"""A worker thread that answers requests and skips all but the newest waiting one."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

Answer: TypeAlias = Callable[[Any], Any]
"""Computes the answer to a request; called in the worker thread."""

Make: TypeAlias = Callable[[], tuple[Any, Answer]]
"""Called once in the worker thread; returns information about the worker and its answer function."""

_NOTHING = object()


class LatestRunner(QThread):
    """Answers requests in a worker thread; only the newest waiting request is kept.

    The thread starts with start() or the first request. Signals arrive in the thread of the receiver.
    Requests and answers are immutable values.
    """

    opened = Signal(object)
    """Information about the worker from make()."""
    answered = Signal(object, object)
    """A request and its answer."""
    failed = Signal(object, object)
    """A request and the exception that it raised. The request is None if make() failed; then the thread has
    ended and further requests are ignored."""

    def __init__(self, make: Make, parent: QObject | None = None) -> None:
        """Create the runner without starting the thread."""
        super().__init__(parent)
        self._make = make
        self._condition = threading.Condition()
        self._waiting: Any = _NOTHING
        self._closing = False

    def request(self, value: Any) -> None:
        """Request an answer to a value, replacing the waiting request."""
        with self._condition:
            if self._closing:
                return
            self._waiting = value
            self._condition.notify()
        if not self.isRunning() and not self.isFinished():
            self.start()

    def start(self, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        """Start the thread before the first request."""
        # If the window is never closed, threads must end before Python exits: Qt aborts otherwise.
        atexit.register(self.close)
        super().start(priority)

    def finish(self) -> None:
        """Drop the waiting request; the thread ends after the current one."""
        with self._condition:
            self._closing = True
            self._waiting = _NOTHING
            self._condition.notify()

    def close(self) -> None:
        """Drop the waiting request, finish the current one, and join the thread."""
        self.finish()
        self.wait()
        atexit.unregister(self.close)

    def run(self) -> None:
        """Make the worker and answer requests until close(). Called by Qt in the thread."""
        try:
            info, answer = self._make()
        except Exception as error:
            self.failed.emit(None, error)
            return
        self.opened.emit(info)
        while (request := self._next()) is not _NOTHING:
            try:
                result = answer(request)
            except Exception as error:
                self.failed.emit(request, error)
            else:
                self.answered.emit(request, result)

    def _next(self) -> Any:
        """Wait for the next request; return _NOTHING after close()."""
        with self._condition:
            self._condition.wait_for(lambda: self._closing or self._waiting is not _NOTHING)
            request, self._waiting = self._waiting, _NOTHING
            return request
