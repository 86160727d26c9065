"""Import of a Keras model file as a model folder, in a separate process.

A valid file may still need too much memory or crash a library. The process therefore has resource limits,
gets a copy of the file, and writes to a temporary folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.core.child_process import NO_WINDOW
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.files import read_file, replace_file
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import Stopped
from desktop_app.core.temporary import TemporaryFolder
from desktop_app.networks.import_facts import ImportFacts
from desktop_app.networks.model_folder import read_card, write_card
from desktop_app.tasks.kinds import KINDS
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.training.foreign_conversion import convert_model
from desktop_app.training.foreign_file import check_foreign, read_foreign, replace_config

TIMEOUT = 180.0
"""Seconds; a small network takes 8 on two cores, mostly for the import of TensorFlow."""

_CHECK_TIME = 10.0
"""Seconds of CPU time; a check takes milliseconds."""

_POLL_INTERVAL = 0.1
"""Seconds between two checks whether to stop."""

_MEMORY = 5_000_000_000
"""Bytes of address space; TensorFlow needs 2.8 billion for the smallest network."""

_FACTS_FILE, _LARGEST_FACTS = "facts.json", 10_000
_USER_ERROR_CODE = 3
_CRASHED_ON_WINDOWS = 0xC0000000
"""Exit codes from here on are Windows' own, e.g. of a crash or a process that was ended."""
_MAX_MESSAGE = 4000
_KEPT_VARIABLES = (
    "DYLD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONPATH",
    "SYSTEMROOT",
)
_NOT_STARTED = message("The import could not start on this computer; install the program again.")
_ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
} | dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS"), "2")
"""Few threads, because each one takes address space."""


class ModelImport:
    """A model from a file that has been checked and converted and is not yet in the library.

    Attributes:
        facts: what was measured about it.
    """

    def __init__(self, temporary: TemporaryFolder, facts: ImportFacts) -> None:
        """Own a temporary folder with the converted model; see `prepare_import`."""
        self._temporary = temporary
        self.facts = facts

    def __enter__(self) -> ModelImport:
        """Return this import."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete what has not been added to a library."""
        self.close()

    def close(self) -> None:
        """Delete what has not been added to a library."""
        self._temporary.close()

    def add(
        self, folder: Path, title: str, labels: tuple[str, ...], try_out: Callable[[Path], object]
    ) -> None:
        """Move the model to its folder, as a whole or not at all.

        Args:
            folder: the model folder to create, next to the temporary one; its name is the name of the model.
            title: title of the model.
            labels: labels of the outputs, in order; one fewer if the last output is for "not a character". A
                network whose labels are words classifies images. Empty for a model that outputs images.
            try_out: called with the finished folder before it is moved; may raise UserError.

        Raises:
            UserError: the number of labels is wrong, the folder exists or cannot be written, or `try_out`
                rejects the model.
        """
        outputs = self.facts.outputs
        if not outputs and labels:
            raise UserError("A model that outputs images has no labels; leave them out.")
        kind = KINDS["character" if all(len(label) == 1 for label in labels) else "picture"]
        may_reject = kind.name == "character"
        if outputs and (not labels or outputs - len(labels) not in ((0, 1) if may_reject else (0,))):
            raise UserError(
                "The number of labels ({count}) differs from that of the outputs ({outputs}); name "
                "one label for each output, in order.",
                outputs=outputs,
                count=len(labels),
            )
        draft = _draft(self._temporary.path)
        card = read_card(draft)
        task = card.task
        if outputs:
            preparation, rejects = kind.preparations[0], outputs > len(labels)
            task = replace(task, kind=kind.name, preparation=preparation, labels=labels, rejects=rejects)
        version = PREPARATIONS[task.preparation].version
        write_card(
            draft, replace(card, name=folder.name, title=title, task=task, preparation_version=version)
        )
        try_out(draft)
        if folder.exists():
            raise UserError("There is already a model called {name}; choose another name.", name=folder.name)
        try:
            replace_file(draft, folder)
        except OSError as error:
            raise _not_written(folder.parent, error) from error


def prepare_import(path: Path, library: Path, should_stop: Callable[[], bool] = lambda: False) -> ModelImport:
    """Check and convert a Keras model file.

    Args:
        path: a `.keras` or `.h5` file; its contents are not trusted.
        library: folder that will contain the model folder; created if necessary.
        should_stop: called ten times per second in this thread; True cancels the import.

    Raises:
        Stopped: the import was cancelled; no files remain.
        UserError: the file cannot be imported, the library cannot be written, or the conversion took too
            much memory or time.
    """
    data, kind = read_foreign(path)
    try:
        # On the same disk, and one level deeper than the model library searches.
        temporary = TemporaryFolder(library)
    except OSError as error:
        raise _not_written(library, error) from error
    try:
        copy = temporary.path / f"network{kind}"
        copy.write_bytes(data)
        _run(path, _command(copy), temporary.path, should_stop)
        return ModelImport(temporary, _read_facts(temporary.path))
    except OSError as error:
        temporary.close()
        raise _not_written(library, error) from error
    except BaseException:
        temporary.close()
        raise


def _not_written(library: Path, error: OSError) -> UserError:
    return UserError(
        "The model cannot be added to the library {folder}: {reason}.", folder=library, reason=reason(error)
    )


def _command(copy: Path) -> list[str]:
    return [sys.executable, "-m", __name__, str(copy)]


def _draft(temporary: Path) -> Path:
    return temporary / "made" / "imported"


def _read_facts(temporary: Path) -> ImportFacts:
    data = read_file(temporary / _FACTS_FILE, _LARGEST_FACTS)
    try:
        return msgspec.json.decode(data, type=ImportFacts)
    except msgspec.MsgspecError as error:
        raise UserError("The import failed; import the model again.") from error


def _run(path: Path, command: Sequence[str], temporary: Path, should_stop: Callable[[], bool]) -> None:
    """Run the conversion process.

    Raises:
        Stopped: the import was cancelled.
        UserError: the process reported an error, failed, or took too long.
    """
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    folders = dict.fromkeys(("HOME", "KERAS_HOME", "TEMP", "TMP", "TMPDIR", "USERPROFILE"), str(temporary))
    try:
        process = subprocess.Popen(  # noqa: S603 (our own module; the file is an argument, never a command)
            command,
            cwd=Path(__file__).parents[2],
            env=kept | folders | _ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=NO_WINDOW,
        )
    except OSError as error:
        raise UserError.from_message(_NOT_STARTED) from error
    with process:
        try:
            code = _exit_code(process, path, should_stop)
        finally:
            process.kill()
    if code == _USER_ERROR_CODE:
        reported = _from_json(json.loads(read_file(_error_file(temporary), _MAX_MESSAGE)))
        raise UserError.from_message(reported)
    if code and not _start_mark(temporary).exists():
        raise UserError.from_message(_NOT_STARTED)
    if code < 0 or code >= _CRASHED_ON_WINDOWS:
        raise UserError(
            "{name} was not imported: it needs too much memory or time, is damaged, or the "
            "import was ended. Try a smaller model.",
            name=shown_name(path),
        )
    if code:
        raise UserError(
            "Keras cannot load {name}: it is damaged, too large or from another version. Save it "
            "again with a current Keras.",
            name=shown_name(path),
        )


def _exit_code(process: subprocess.Popen[bytes], path: Path, should_stop: Callable[[], bool]) -> int:
    """Wait for a process and return its exit code.

    Raises:
        Stopped: the import was cancelled.
        UserError: the process took too long.
    """
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        if should_stop():
            raise Stopped
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_POLL_INTERVAL)
    raise UserError("{name} took too long to convert; import a smaller model.", name=shown_name(path))


def _error_file(temporary: Path) -> Path:
    return temporary / "error.txt"


def _start_mark(temporary: Path) -> Path:
    """Return the empty file that the process creates first; a failure before that is not the model's."""
    return temporary / "started"


# --------------------------------------------------------------------- in the conversion process


def main(arguments: Sequence[str]) -> int:
    """Convert a file with resource limits; a user error is written to a file next to it.

    Args:
        arguments: the file, which is rewritten; the model folder and the facts are written next to it.

    Returns:
        The exit code.
    """
    (argument,) = arguments
    source = Path(argument)
    _start_mark(source.parent).touch()
    try:
        # The HDF5 library may never return from reading a damaged file.
        set_limits(_CHECK_TIME)
        replace_config(source, check_foreign(source))
        set_limits(TIMEOUT)
        facts = convert_model(source, _draft(source.parent))
        (source.parent / _FACTS_FILE).write_bytes(msgspec.json.encode(facts))
    except MemoryError:
        problem = message("This network needs too much memory; import a smaller model.")
    except UserError as error:
        problem = error.message
    else:
        return 0
    _error_file(source.parent).write_text(json.dumps(_to_json(problem)), encoding="utf-8")
    return _USER_ERROR_CODE


def _to_json(value: object) -> object:
    if isinstance(value, Message):
        return {"template": value.template, "values": {k: _to_json(v) for k, v in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return Message(value["template"], {k: _from_json(v) for k, v in value["values"].items()})
    return printable(value) if isinstance(value, str) else value


def set_limits(seconds: float) -> None:
    """Limit the memory and, from now on, the CPU time of this process, where the system supports it."""
    try:
        import resource
    except ImportError:  # Windows; the parent process still limits the time
        return
    # Apple silicon allows no limit of the address space.
    memory = () if sys.platform == "darwin" else ((resource.RLIMIT_AS, _MEMORY),)
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
