"""Latest-wins requests: a worker thread answers the newest request and skips what it overtook."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

Answer: TypeAlias = Callable[[Any], Any]
"""Turns a request into its answer; called in the worker thread only."""

Make: TypeAlias = Callable[[], tuple[Any, Answer]]
"""Called once in the worker thread: what there is to tell about the worker, and the worker."""

_NOTHING = object()


class LatestRunner(QThread):
    """Answers requests in a thread of its own, at most one waiting, always the newest.

    The thread starts with start() or with the first request. Signals arrive in the thread of their
    receivers; requests and answers are immutable values.
    """

    opened = Signal(object)
    """What make() told about the worker."""
    answered = Signal(object, object)
    """A request and its answer."""
    failed = Signal(object, object)
    """A request and the exception it ended with. The request is None when make() failed; the
    runner has ended then, and further requests are forgotten."""

    def __init__(self, make: Make, parent: QObject | None = None) -> None:
        """Remember how to make the worker; nothing runs yet."""
        super().__init__(parent)
        self._make = make
        self._condition = threading.Condition()
        self._waiting: Any = _NOTHING
        self._closing = False

    def request(self, value: Any) -> None:
        """Ask for an answer to value, in place of a request that still waits."""
        with self._condition:
            if self._closing:
                return
            self._waiting = value
            self._condition.notify()
        if not self.isRunning() and not self.isFinished():
            self.start()

    def start(self, priority: QThread.Priority = QThread.Priority.InheritPriority) -> None:
        """Make the worker now, before there is a request."""
        # A script that never closes its window must still end: Qt aborts on a running thread.
        atexit.register(self.close)
        super().start(priority)

    def close(self) -> None:
        """Forget what waits, let the answer in hand end, and join the thread."""
        with self._condition:
            self._closing = True
            self._waiting = _NOTHING
            self._condition.notify()
        self.wait()
        atexit.unregister(self.close)

    def run(self) -> None:
        """Make the worker, then answer until closing. Called by Qt in the thread."""
        try:
            about, answer = self._make()
        except Exception as error:
            self.failed.emit(None, error)
            return
        self.opened.emit(about)
        while (request := self._next()) is not _NOTHING:
            try:
                result = answer(request)
            except Exception as error:
                self.failed.emit(request, error)
            else:
                self.answered.emit(request, result)

    def _next(self) -> Any:
        """Wait for a request; the nothing value when closing."""
        with self._condition:
            self._condition.wait_for(lambda: self._closing or self._waiting is not _NOTHING)
            request, self._waiting = self._waiting, _NOTHING
            return request
