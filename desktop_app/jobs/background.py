"""Single jobs in the background: a plain function, and what to do with its result or failure."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal


class _Job(QThread):
    """Runs one function; its outcome arrives as a signal."""

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self.done: Callable[[Any], None]
        self.refused: Callable[[Exception], None]

    def run(self) -> None:
        try:
            result = self._work()
        except Exception as error:
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)


class Background(QObject):
    """Runs plain functions in threads of their own and hands their outcome back to this thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start with no job."""
        super().__init__(parent)
        self._jobs: set[_Job] = set()

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call work() in a thread, then done(result) or failed(exception) in this one."""
        job = _Job(work, self)
        job.done, job.refused = done, failed
        job.succeeded.connect(self._succeeded)
        job.failed.connect(self._failed)
        # A script that never closes its window must still end: Qt aborts on a running thread.
        atexit.register(self.close)
        self._jobs.add(job)
        job.start()

    @property
    def busy(self) -> bool:
        """Whether a job has not handed back its outcome yet."""
        return bool(self._jobs)

    def close(self) -> None:
        """Join every job; outcomes that were not handed back yet are forgotten."""
        for job in self._jobs:
            job.wait()
        self._jobs.clear()
        atexit.unregister(self.close)

    def _succeeded(self, result: object) -> None:
        if job := self._take():
            job.done(result)

    def _failed(self, error: Exception) -> None:
        if job := self._take():
            job.refused(error)

    def _take(self) -> _Job | None:
        """The job that sent the present signal, joined; None after close()."""
        job = self.sender()
        if not isinstance(job, _Job) or job not in self._jobs:
            return None
        self._jobs.discard(job)
        if not self._jobs:
            atexit.unregister(self.close)
        job.wait()
        job.deleteLater()
        return job
