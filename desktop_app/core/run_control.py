"""Control of a training run from another thread."""

from __future__ import annotations

import threading
import time


class RunControl:
    """Requests to stop, suspend, cancel, pause and resume a run, which checks them after each batch.

    A stopped run exports its best weights. A suspended run keeps the state after its last complete epoch and
    can be resumed later. A cancelled run leaves nothing. The last request counts; after a cancellation,
    further requests have no effect.
    """

    def __init__(self) -> None:
        """Start without a request."""
        self._should_end = threading.Event()
        self._is_unpaused = threading.Event()
        self._is_unpaused.set()
        self._is_cancelled = False
        self._is_suspended = False

    def stop(self) -> None:
        """End the run and keep its best weights."""
        self._is_suspended = False
        self._end()

    def suspend(self) -> None:
        """End the run without exporting it, so that it can be resumed."""
        self._is_suspended = True
        self._end()

    def cancel(self) -> None:
        """End the run and keep nothing."""
        self._is_cancelled = True
        self._end()

    def pause(self) -> None:
        """Pause the run after its current batch."""
        if not self._should_end.is_set():
            self._is_unpaused.clear()

    def resume(self) -> None:
        """Continue a paused run."""
        self._is_unpaused.set()

    def should_stop(self) -> bool:
        """Return whether the run is to end."""
        return self._should_end.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self._is_cancelled

    @property
    def is_suspended(self) -> bool:
        """Whether the run was suspended."""
        return self._is_suspended and not self._is_cancelled

    @property
    def is_paused(self) -> bool:
        """Whether the run is paused."""
        return not self._is_unpaused.is_set()

    def wait_while_paused(self) -> float:
        """Wait, in the thread of the run, until it is not paused or is to end.

        Returns:
            Duration of the pause in seconds.
        """
        if self._is_unpaused.is_set():
            return 0.0
        began = time.perf_counter()
        self._is_unpaused.wait()
        return time.perf_counter() - began

    def _end(self) -> None:
        self._should_end.set()
        self._is_unpaused.set()
