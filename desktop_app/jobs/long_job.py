"""Long jobs in a background thread, with progress, that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop_app.core.stopping import ShouldStop
from desktop_app.jobs.background import Background, Emit, Job

JobFunction: TypeAlias = Callable[[Emit, ShouldStop], Any]
"""A long job; also returns a result when it is stopped."""


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
        self._background = Background(self)
        self._job: Job | None = None
        self._stop = threading.Event()
        self._on_stop: Callable[[], None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the current job has not ended yet."""
        return self._job is not None

    def start(self, function: JobFunction, on_stop: Callable[[], None] | None = None) -> None:
        """Run function(emit, should_stop) unless closed; a job that still runs is stopped and replaced.

        Args:
            function: the job.
            on_stop: called in the thread of this object when the job is to stop, for functions that do not
                call should_stop.
        """
        if self._background.is_closed:
            return
        self.drop()
        stop = self._stop = threading.Event()
        self._on_stop = on_stop
        self._job = self._background.run_reporting(
            lambda emit: function(emit, stop.is_set),
            self._ended,
            self._failed,
            self.progressed.emit,
            self.stop,
        )

    def stop(self) -> None:
        """Request the job to stop; its result is still emitted."""
        if self._job is not None:
            self._stop.set()
            if self._on_stop is not None:
                self._on_stop()

    def drop(self) -> None:
        """Stop the job without waiting for it; no further signals of it are emitted."""
        if self._job is not None:
            self.stop()
            self._background.drop(self._job)
            self._job = None

    def close(self) -> None:
        """Stop and join all jobs; no further signals are emitted, and no further jobs are started."""
        self._background.close()
        self._job = None

    def _ended(self, result: object) -> None:
        self._job = None
        (self.stopped if self._stop.is_set() else self.succeeded).emit(result)

    def _failed(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)
