"""How child processes are started on every system."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Value of `creationflags`: no console window on Windows, nothing elsewhere."""


@contextmanager
def unaware_of_interrupts() -> Iterator[None]:
    """Make child processes that are started meanwhile unaware of Ctrl+C, from their first instruction on.

    A terminal sends it to all its processes. This one is interrupted afterwards, so that no child is half
    started. To be used in the main thread.
    """
    received: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: received.append(number))
    try:
        with _inherited_by_children():
            yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if received:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _inherited_by_children() -> Iterator[None]:
    """Keep Ctrl+C from this thread in a way that children inherit, unlike handlers."""
    if sys.platform == "win32":
        set_handler = ctypes.windll.kernel32.SetConsoleCtrlHandler
        set_handler(None, True)
        try:
            yield
        finally:
            set_handler(None, False)
    else:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
