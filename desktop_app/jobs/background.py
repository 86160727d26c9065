"""Short jobs in background threads, with callbacks for result and failure."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

Emit: TypeAlias = Callable[[Any], None]
"""Reports progress; takes any immutable value."""


@dataclass(frozen=True)
class _Callbacks:
    """What is called with the result, the exception and the progress of a job, and what stops it."""

    on_result: Callable[[Any], None]
    on_error: Callable[[Exception], None]
    on_progress: Emit
    stop: Callable[[], None]


class Job(QThread):
    """Thread that runs a function and emits its progress and its result or exception."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, function: Callable[[Emit], Any], parent: QObject) -> None:
        """Create the thread; it is not started yet."""
        super().__init__(parent)
        self._function = function

    def run(self) -> None:
        """Call the function. Called by Qt in the thread."""
        try:
            result = self._function(self.progressed.emit)
        except Exception as error:
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)


class Background(QObject):
    """Runs functions in background threads and calls callbacks in the thread of this object.

    No callback is called for a job that was dropped, or after close(), however late the job ends. No job is
    started after close(): the window would be deleted while its thread runs, which ends the process.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without jobs."""
        super().__init__(parent)
        self._jobs: dict[Job, _Callbacks | None] = {}
        self._is_closed = False

    def run(
        self,
        function: Callable[[], Any],
        on_result: Callable[[Any], None],
        on_error: Callable[[Exception], None],
    ) -> None:
        """Call function() in a new thread, then on_result(result) or on_error(exception) in this one."""
        self.run_reporting(lambda _: function(), on_result, on_error, lambda _: None, lambda: None)

    def run_reporting(
        self,
        function: Callable[[Emit], Any],
        on_result: Callable[[Any], None],
        on_error: Callable[[Exception], None],
        on_progress: Emit,
        stop: Callable[[], None],
    ) -> Job:
        """Run a function that reports progress and can be stopped.

        Args:
            function: called in a new thread, with a function that takes its progress.
            on_result: called in this thread with its result.
            on_error: called in this thread with its exception.
            on_progress: called in this thread with every progress value, before the result.
            stop: called by close() unless the job has ended or was dropped.

        Returns:
            The job, for drop().
        """
        job = Job(function, self)
        if self._is_closed:
            return job
        job.progressed.connect(self._progressed)
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        job.finished.connect(self._finished)
        # If the window is never closed, threads must end before Python exits: Qt aborts otherwise.
        atexit.register(self.close)
        self._jobs[job] = _Callbacks(on_result, on_error, on_progress, stop)
        job.start()
        return job

    def drop(self, job: Job) -> None:
        """Call no further callbacks of a job; its thread ends by itself."""
        if job in self._jobs:
            self._jobs[job] = None

    @property
    def is_closed(self) -> bool:
        """Whether close() was called."""
        return self._is_closed

    @property
    def is_busy(self) -> bool:
        """Whether the callback of a job has not been called yet."""
        return any(callbacks is not None for callbacks in self._jobs.values())

    def close(self) -> None:
        """Stop and join all jobs; no further callbacks are called, and no further jobs are started."""
        self._is_closed = True
        jobs, self._jobs = self._jobs, {}
        for callbacks in jobs.values():
            if callbacks is not None:
                callbacks.stop()
        for job in jobs:
            job.wait()
            job.deleteLater()
        atexit.unregister(self.close)

    def _progressed(self, value: object) -> None:
        job = self.sender()
        callbacks = self._jobs.get(job) if isinstance(job, Job) else None
        if callbacks is not None:
            callbacks.on_progress(value)

    def _succeeded(self, result: object) -> None:
        if callbacks := self._take_callbacks():
            callbacks.on_result(result)

    def _failed(self, error: Exception) -> None:
        if callbacks := self._take_callbacks():
            callbacks.on_error(error)

    def _take_callbacks(self) -> _Callbacks | None:
        """Return the callbacks of the job that sent the current signal, which has none from now on."""
        job = self.sender()
        if not isinstance(job, Job):
            return None
        callbacks = self._jobs.get(job)
        self.drop(job)
        return callbacks

    def _finished(self) -> None:
        """Join and delete a thread that has ended."""
        job = self.sender()
        if isinstance(job, Job) and job in self._jobs:
            del self._jobs[job]
            job.wait()
            job.deleteLater()
            if not self._jobs:
                atexit.unregister(self.close)
