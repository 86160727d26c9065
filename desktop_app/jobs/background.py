"""Short jobs in background threads, with callbacks for result and failure."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal


class _Job(QThread):
    """Thread that runs a function and emits its result or exception."""

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, function: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._function = function
        self.on_result: Callable[[Any], None]
        self.on_error: Callable[[Exception], None]

    def run(self) -> None:
        try:
            result = self._function()
        except Exception as error:
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)


class Background(QObject):
    """Runs functions in background threads and calls callbacks in the thread of this object."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without jobs."""
        super().__init__(parent)
        self._jobs: set[_Job] = set()

    def run(
        self,
        function: Callable[[], Any],
        on_result: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Call function() in a new thread, then on_result(result) or on_error(exception) in this one."""
        job = _Job(function, self)
        job.on_result, job.on_error = on_result, on_error
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        # If the window is never closed, threads must end before Python exits: Qt aborts otherwise.
        atexit.register(self.close)
        self._jobs.add(job)
        job.start()

    @property
    def is_busy(self) -> bool:
        """Whether the callback of a job has not been called yet."""
        return bool(self._jobs)

    def close(self) -> None:
        """Join all jobs; no further callbacks are called."""
        for job in self._jobs:
            job.wait()
        self._jobs.clear()
        atexit.unregister(self.close)

    def _succeeded(self, result: object) -> None:
        if job := self._finish():
            job.on_result(result)

    def _failed(self, error: Exception) -> None:
        if job := self._finish():
            job.on_error(error)

    def _finish(self) -> _Job | None:
        """Join and return the job that sent the current signal; None after close()."""
        job = self.sender()
        if not isinstance(job, _Job) or job not in self._jobs:
            return None
        self._jobs.discard(job)
        if not self._jobs:
            atexit.unregister(self.close)
        job.wait()
        job.deleteLater()
        return job
