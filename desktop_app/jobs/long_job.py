"""Long jobs in a background thread, with progress, that can be stopped."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.core.stopping import ShouldStop

Emit: TypeAlias = Callable[[Any], None]
"""Reports progress; takes any immutable value."""


JobFunction: TypeAlias = Callable[[Emit, ShouldStop], Any]
"""A long job; also returns a result when it is stopped."""


class _Job(QThread):
    """Thread that runs a function and emits its progress and its result or exception."""

    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, function: JobFunction, on_stop: Callable[[], None] | None, parent: QObject) -> None:
        super().__init__(parent)
        self._function, self._on_stop = function, on_stop
        self._stop = threading.Event()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        self._stop.set()
        if self._on_stop is not None:
            self._on_stop()

    def run(self) -> None:
        try:
            result = self._function(self.progressed.emit, self._stop.is_set)
        except Exception as error:
            self.failed.emit(error)
        else:
            self.ended.emit(result)


class LongJob(QObject):
    """Runs one long job at a time in a background thread.

    Signals are emitted in the thread of this object, and only for the current job, not for a replaced one.
    """

    progressed = Signal(object)
    """Progress value of the job."""
    succeeded = Signal(object)
    """Result of the job."""
    stopped = Signal(object)
    """Result of the job after it was stopped."""
    failed = Signal(object)
    """Exception of the job."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without a job."""
        super().__init__(parent)
        self._job: _Job | None = None
        self._ending: set[_Job] = set()

    @property
    def is_running(self) -> bool:
        """Whether the current job has not ended yet."""
        return self._job is not None

    def start(self, function: JobFunction, on_stop: Callable[[], None] | None = None) -> None:
        """Run function(emit, should_stop); a job that still runs is stopped and replaced.

        Args:
            function: the job.
            on_stop: called in the thread of this object when the job is to stop, for functions that do not
                call should_stop.
        """
        if self._job is not None:
            self._job.stop()
            self._ending.add(self._job)
        job = self._job = _Job(function, on_stop, self)
        job.progressed.connect(self._progressed)
        job.ended.connect(self._ended)
        job.failed.connect(self._failed)
        job.finished.connect(self._finished)
        # If the window is never closed, threads must end before Python exits: Qt aborts otherwise.
        atexit.register(self.close)
        job.start()

    def stop(self) -> None:
        """Request the job to stop; its result is still emitted."""
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        """Stop and join all jobs; no further signals are emitted."""
        jobs = self._ending | ({self._job} if self._job is not None else set())
        self._job = None
        self._ending = set()
        for job in jobs:
            job.stop()
        for job in jobs:
            job.wait()
            job.deleteLater()
        atexit.unregister(self.close)

    def _progressed(self, value: object) -> None:
        if self.sender() is self._job:
            self.progressed.emit(value)

    def _ended(self, result: object) -> None:
        job = self._finish()
        if job is not None:
            (self.stopped if job.is_stopping else self.succeeded).emit(result)

    def _failed(self, error: Exception) -> None:
        if self._finish() is not None:
            self.failed.emit(error)

    def _finish(self) -> _Job | None:
        """Return the job that sent the current signal if it is the current job, which is then reset."""
        job = self._job
        if job is None or self.sender() is not job:
            return None
        self._job = None
        self._ending.add(job)
        return job

    def _finished(self) -> None:
        """Delete a thread that has ended."""
        job = self.sender()
        if isinstance(job, _Job) and job in self._ending:
            self._ending.discard(job)
            job.wait()
            job.deleteLater()
            if self._job is None and not self._ending:
                atexit.unregister(self.close)
