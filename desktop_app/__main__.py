"""No argument or a file: the window; a subcommand: the command line.

Only what Python has loaded anyway is imported here: Ctrl+C during imports must reach the `try` in `main`.
"""

from __future__ import annotations

import errno
import gc
import signal
import sys

_OBJECTS_PER_COLLECTION = 10_000
"""New objects after which the garbage collector runs. With the default of 700, it looks dozens of times for
garbage among what is imported, of which there is none: a tenth of the start."""

_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""Of a full or broken disk. Elsewhere they become user errors; those of standard output end here."""


def main() -> int:
    """Run the program with the arguments of its process; returns the exit code."""
    try:
        try:
            from desktop_app.core.interrupts import defer_interrupts

            defer_interrupts()
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


def _run() -> int:
    """Run the program; return the exit code, also if standard output cannot be written."""
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    from desktop_app.core.standard_streams import discard_output, replace_closed_streams

    replace_closed_streams()
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
        discard_output()
        return 1
    except OSError as error:
        if error.errno not in _DISK_ERRORS:
            raise
        from desktop_app.core.errors import reason

        print(f"handwriting: The output cannot be written: {reason(error)}.", file=sys.stderr)  # noqa: T201
        discard_output()
        return 1


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        # In a bundled program, other processes of a batch start here.
        freeze_support()
    sys.exit(main())
