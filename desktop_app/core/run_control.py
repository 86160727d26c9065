"""Run control: what a person wishes of a run that goes on in another thread."""

from __future__ import annotations

import threading
import time


class RunControl:
    """Stop, suspend, cancel, pause, resume. Wished in one thread, looked at after every batch in another.

    A run that is stopped keeps the best it has; one that is suspended stays as it was after its last whole
    epoch, as if the program had been cut off, to be resumed later; one that is cancelled leaves
    nothing behind. None of this can be taken back; the last of several wishes counts, and cancelling
    is the last.
    """

    def __init__(self) -> None:
        """A run that nobody wishes anything of."""
        self._ends = threading.Event()
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._is_cancelled = False
        self._is_suspended = False

    def stop(self) -> None:
        """End the run as soon as it can, and keep the best."""
        self._is_suspended = False
        self._end()

    def suspend(self) -> None:
        """End the run as soon as it can, without exporting it, so that it can be resumed."""
        self._is_suspended = True
        self._end()

    def cancel(self) -> None:
        """End the run as soon as it can, and keep nothing."""
        self._is_cancelled = True
        self._end()

    def pause(self) -> None:
        """Hold the run after its present batch."""
        if not self._ends.is_set():
            self._goes_on.clear()

    def resume(self) -> None:
        """Let a paused run go on."""
        self._goes_on.set()

    def should_stop(self) -> bool:
        """Whether the run is to end, kept or not."""
        return self._ends.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing of the run is to be kept."""
        return self._is_cancelled

    @property
    def is_suspended(self) -> bool:
        """Whether the run is to stay as it is, to be resumed."""
        return self._is_suspended and not self._is_cancelled

    @property
    def is_paused(self) -> bool:
        """Whether the run is held."""
        return not self._goes_on.is_set()

    def wait_while_paused(self) -> float:
        """In the thread of the run: return once it may go on or is to end.

        Returns:
            Seconds that it was held.
        """
        if self._goes_on.is_set():
            return 0.0
        began = time.perf_counter()
        self._goes_on.wait()
        return time.perf_counter() - began

    def _end(self) -> None:
        self._ends.set()
        self._goes_on.set()
