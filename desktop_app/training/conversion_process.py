"""The process that checks and converts a Keras model file, started by `import_process`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.training.conversion_folder import ConversionFolder, ConversionStep
from desktop_app.training.foreign_conversion import convert_model
from desktop_app.training.foreign_file import check_foreign, replace_config

USER_ERROR = 3
"""Exit code after a user error, which is in the folder."""

MEMORY = 5_000_000_000
"""Bytes of address space; TensorFlow needs 2.8 billion for the smallest network."""

CHECK_TIME, CONVERSION_TIME = 10.0, 180.0
"""Seconds of CPU time; a check takes milliseconds, a small network takes 8, mostly to import TensorFlow."""


def main(arguments: Sequence[str]) -> int:
    """Convert a file with resource limits.

    Args:
        arguments: the file, which is rewritten; model, facts and user error are written next to it, see
            `ConversionFolder`.

    Returns:
        The exit code.
    """
    (argument,) = arguments
    source = Path(argument)
    folder = ConversionFolder(source.parent)
    folder.start_step(ConversionStep.CHECK)
    try:
        # The HDF5 library may never return from reading a damaged file.
        set_limits(CHECK_TIME)
        replace_config(source, check_foreign(source))
        set_limits(CONVERSION_TIME)
        folder.write_facts(convert_model(source, folder.model, folder.start_step))
    except MemoryError:
        folder.write_error(message("This network needs too much memory; import a smaller model."))
    except UserError as error:
        folder.write_error(error.message)
    else:
        return 0
    return USER_ERROR


def set_limits(seconds: float) -> None:
    """Limit the memory and, from now on, the CPU time of this process, where the system supports it."""
    try:
        import resource
    except ImportError:  # Windows; the parent process still limits the time
        return
    # Apple silicon allows no limit of the address space.
    memory = () if sys.platform == "darwin" else ((resource.RLIMIT_AS, MEMORY),)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_time = int(used.ru_utime + used.ru_stime + seconds) + 1
    for kind, limit in (*memory, (resource.RLIMIT_CPU, cpu_time), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        wanted = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        # The parent process has a time limit as well.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
