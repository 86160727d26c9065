"""Ctrl+C that does not interrupt imports."""

from __future__ import annotations

import _thread
import signal
import sys
import time
from types import FrameType

_IMPORT = "<frozen importlib._bootstrap>"
"""File name of the code that runs imports."""

_SECONDS_BETWEEN_TRIES = 0.005

_MOST_SECONDS = 1.0
"""Processor time that an import may take after Ctrl+C; the same on a busy machine."""


def defer_interrupts() -> None:
    """From now on, let Ctrl+C take effect after an import, unless this process ignores it."""
    # A program in the background of a script ignores Ctrl+C.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _Interrupts().handle)


class _Interrupts:
    """Raises KeyboardInterrupt, but during an import only after it, or if Ctrl+C is pressed again.

    Native modules that are interrupted while they are imported may ignore that, and crash when they are used.
    TensorFlow takes many seconds to import, so a second of computing is the most that is waited for.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._is_repeated = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal of Ctrl+C."""
        is_pressed_again = self._since is not None and not self._is_repeated
        self._is_repeated = False
        now = time.process_time()
        if self._since is None:
            self._since = now
        if not is_pressed_again and _is_import(frame) and now < self._since + _MOST_SECONDS:
            _thread.start_new_thread(self._repeat, (_thread.get_ident(),))
            return
        self._since = None
        signal.default_int_handler(number, frame)

    def _repeat(self, thread: int) -> None:
        """Interrupt a thread a little later, also where it waits."""
        time.sleep(_SECONDS_BETWEEN_TRIES)
        if self._since is None:
            return
        self._is_repeated = True
        if sys.platform == "win32":
            _thread.interrupt_main()
        else:
            signal.pthread_kill(thread, signal.SIGINT)


def _is_import(frame: FrameType | None) -> bool:
    """Return whether a frame belongs to an import."""
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT:
            return True
        frame = frame.f_back
    return False
