"""No argument or a file: the window; a subcommand: the command line.

Only what Python has loaded anyway is imported here: Ctrl+C during imports must reach the `try` in `main`.
"""

from __future__ import annotations

import _thread
import errno
import gc
import os
import signal
import sys
import time
from types import FrameType

_OBJECTS_PER_COLLECTION = 10_000
"""New objects after which the garbage collector runs. With the default of 700, it looks dozens of times for
garbage among what is imported, of which there is none: a tenth of the start."""

_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""Of a full or broken disk. Elsewhere they become user errors; those of standard output end here."""

_IMPORT = "<frozen importlib._bootstrap>"
"""File name of the code that runs imports."""

_SECONDS_BETWEEN_TRIES = 0.005
_MOST_SECONDS = 1.0


def main() -> int:
    """Run the program with the arguments of its process; returns the exit code."""
    try:
        try:
            # A program in the background of a script ignores Ctrl+C.
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                signal.signal(signal.SIGINT, _Interrupts().handle)
            return _run()
        finally:
            # The program ends: there is nothing left to interrupt but what it does at its exit.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        # Of an interrupted exec(), as in dataclasses, Python would end with a signal, but not after another.
        exec("")  # noqa: S102
        return 130
    finally:
        # Otherwise the interpreter looks for garbage among all objects before it exits.
        gc.freeze()


class _Interrupts:
    """Raises KeyboardInterrupt, but during an import only after it, though within a second.

    Native modules that are interrupted while they are imported may ignore that, and crash when they are used.
    TensorFlow takes many seconds to import.
    """

    def __init__(self) -> None:
        self._first: float | None = None
        self._is_deferred = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal of Ctrl+C."""
        now = time.monotonic()
        if self._first is None:
            self._first = now
        if now < self._first + _MOST_SECONDS and _is_import(frame):
            if not self._is_deferred:
                self._is_deferred = True
                _thread.start_new_thread(self._repeat, (_thread.get_ident(),))
            return
        self._first = None
        signal.default_int_handler(number, frame)

    def _repeat(self, thread: int) -> None:
        """Interrupt a thread a little later, also where it waits."""
        time.sleep(_SECONDS_BETWEEN_TRIES)
        self._is_deferred = False
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


def _run() -> int:
    """Run the program; return the exit code, also if standard output cannot be written."""
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal may not know every character.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from desktop_app.cli import main as command_line

    try:
        code = command_line.main(sys.argv[1:])
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of the output has closed it.
        _discard_output()
        return 1
    except OSError as error:
        if error.errno not in _DISK_ERRORS:
            raise
        from desktop_app.core.errors import reason

        print(f"handwriting: The output cannot be written: {reason(error)}.", file=sys.stderr)  # noqa: T201
        _discard_output()
        return 1


def _replace_closed_streams() -> None:
    """Discard what is written to closed standard streams; the process of a window may have none.

    Otherwise the next files that are opened get their numbers, and messages of libraries.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _discard_output() -> None:
    """Write nothing to standard output at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        # In a bundled program, other processes of a batch start here.
        freeze_support()
    sys.exit(main())
