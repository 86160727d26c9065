"""Long jobs: a plain function that tells of its progress and can be stopped."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QThread, Signal

from desktop_app.core.stopping import ShouldStop

Emit: TypeAlias = Callable[[Any], None]
"""Tells of progress; takes any immutable value."""


Work: TypeAlias = Callable[[Emit, ShouldStop], Any]
"""A long job; returns what it has, also when it was stopped."""


class _Job(QThread):
    """Runs one function; what it tells and its outcome arrive as signals."""

    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Work, told: Callable[[], None] | None, parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._told = work, told
        self._stop = threading.Event()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def stop(self) -> None:
        self._stop.set()
        if self._told is not None:
            self._told()

    def run(self) -> None:
        try:
            result = self._work(self.progressed.emit, self._stop.is_set)
        except Exception as error:
            self.failed.emit(error)
        else:
            self.ended.emit(result)


class LongJob(QObject):
    """Runs one long job at a time, in a thread of its own.

    Signals arrive in this object's thread. Of a job that another one took the place of nothing
    more is heard.
    """

    progressed = Signal(object)
    """What the job told of its progress."""
    succeeded = Signal(object)
    """What it returned."""
    stopped = Signal(object)
    """What it returned after it was told to stop."""
    failed = Signal(object)
    """The exception that it ended with."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with no job."""
        super().__init__(parent)
        self._job: _Job | None = None
        self._ending: set[_Job] = set()

    @property
    def is_running(self) -> bool:
        """Whether a job has not told its outcome yet."""
        return self._job is not None

    def start(self, work: Work, told: Callable[[], None] | None = None) -> None:
        """Run work(emit, should_stop) in place of the job that still runs, which is stopped.

        Args:
            work: the job.
            told: called in this object's thread when the job is to stop, for work that does not ask.
        """
        if self._job is not None:
            self._job.stop()
            self._ending.add(self._job)
        job = self._job = _Job(work, told, self)
        job.progressed.connect(self._progressed)
        job.ended.connect(self._ended)
        job.failed.connect(self._failed)
        job.finished.connect(self._finished)
        # A script that never closes its window must still end: Qt aborts on a running thread.
        atexit.register(self.close)
        job.start()

    def stop(self) -> None:
        """Tell the job to stop; its outcome still comes."""
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        """Stop and join every job; what they have not told yet is forgotten."""
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
        job = self._take()
        if job is not None:
            (self.stopped if job.is_stopping else self.succeeded).emit(result)

    def _failed(self, error: Exception) -> None:
        if self._take() is not None:
            self.failed.emit(error)

    def _take(self) -> _Job | None:
        """The job whose outcome has come, if it is the present one; there is none from now on."""
        job = self._job
        if job is None or self.sender() is not job:
            return None
        self._job = None
        self._ending.add(job)
        return job

    def _finished(self) -> None:
        """A thread has ended: nothing more comes from it."""
        job = self.sender()
        if isinstance(job, _Job) and job in self._ending:
            self._ending.discard(job)
            job.wait()
            job.deleteLater()
            if self._job is None and not self._ending:
                atexit.unregister(self.close)
