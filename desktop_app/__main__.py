"""No argument or a file: the window; a subcommand: the command line."""

from __future__ import annotations

import gc
import os
import sys
from multiprocessing import freeze_support

from desktop_app.cli import main as command_line

_OBJECTS_PER_COLLECTION = 10_000
"""New objects after which the garbage collector runs. With the default of 700, it looks dozens of times for
garbage among what is imported, of which there is none: a tenth of the start."""


def main() -> int:
    """Run the program with the arguments of its process; returns the exit code."""
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    for stream in (sys.stdout, sys.stderr):
        # A window's process may have neither; a terminal may not know every character.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return command_line.main(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of the output has closed it; nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        # Otherwise the interpreter looks for garbage among all objects before it exits.
        gc.freeze()


if __name__ == "__main__":
    # In a bundled program, other processes of a batch start here.
    freeze_support()
    sys.exit(main())
