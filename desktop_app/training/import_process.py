"""Import of a Keras model file as a model folder, in a separate process.

A valid file may still need too much memory or crash a library. The process therefore has resource limits,
gets a copy of the file, and writes to a temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.core.child_process import NO_WINDOW
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import replace_file
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import Stopped
from desktop_app.core.temporary import TemporaryFolder
from desktop_app.networks.card import Thresholds
from desktop_app.networks.import_facts import ImportFacts
from desktop_app.networks.keras_export import keras_with_card
from desktop_app.networks.library import free_title
from desktop_app.networks.model_folder import KERAS_FILE, is_model_folder, read_card, write_card
from desktop_app.networks.naming import title_from
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.training import conversion_process
from desktop_app.training.conversion_folder import ConversionFolder, ConversionStep
from desktop_app.training.foreign_file import read_foreign

TIMEOUT = 180.0
"""Seconds; a small network takes 8 on two cores, mostly for the import of TensorFlow."""

_POLL_INTERVAL = 0.1
"""Seconds between two checks whether to stop."""

_CRASHED_ON_WINDOWS = 0xC0000000
"""Exit codes from here on are Windows' own, e.g. of a crash or a process that was ended."""

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
            labels: labels of the outputs, in order; one fewer if the last output is for "not a character". If
                they differ from those of the model card in the file, its thresholds and figures, which were
                measured for its own labels, are left out. Empty for a model that outputs images.
            try_out: called with the finished folder before it is moved; may raise UserError.

        Raises:
            UserError: the number of labels is wrong, the folder exists or cannot be written, or `try_out`
                rejects the model.
        """
        outputs = self.facts.outputs
        if not outputs and labels:
            raise UserError("A model that outputs images has no labels; leave them out.")
        if outputs and not self.facts.accepts(labels):
            raise UserError(
                "The number of labels ({count}) differs from that of the outputs ({outputs}); name "
                "one label for each output, in order.",
                outputs=outputs,
                count=len(labels),
            )
        draft = ConversionFolder(self._temporary.path).model
        card = replace(read_card(draft), name=folder.name, title=title)
        if labels != card.labels:
            card = replace(card, thresholds=Thresholds(0.5), set_offsets={}, look_alikes=(), figures=())
        if outputs:
            task = self.facts.task_of(labels)
            card = replace(card, task=task, preparation_version=PREPARATIONS[task.preparation].version)
        write_card(draft, card)
        try_out(draft)
        if folder.exists():
            raise UserError("There is already a model called {name}; choose another name.", name=folder.name)
        try:
            replace_file(draft, folder)
        except OSError as error:
            raise _not_written(folder.parent, error) from error


def prepare_import(
    path: Path,
    library: Path,
    should_stop: Callable[[], bool] = lambda: False,
    on_step: Callable[[Message], None] = lambda _: None,
) -> ModelImport:
    """Check and convert a Keras model file.

    Args:
        path: a `.keras` or `.h5` file; its contents are not trusted. That of a model folder is imported with
            the card in the folder.
        library: folder that will contain the model folder; created if necessary.
        should_stop: called ten times per second in this thread; True cancels the import.
        on_step: called in this thread with the text of each step.

    Raises:
        Stopped: the import was cancelled; no files remain.
        UserError: the file cannot be imported, the library cannot be written, or the conversion took too
            much memory or time.
    """
    on_step(ConversionStep.CHECK.text)
    data, kind = read_foreign(path)
    try:
        # On the same disk, and one level deeper than the model library searches.
        temporary = TemporaryFolder(library)
    except OSError as error:
        raise _not_written(library, error) from error
    try:
        copy = temporary.path / f"network{kind}"
        copy.write_bytes(_with_card_beside(path) or data)
        _run(path, _command(copy), temporary.path, _reporting(temporary.path, should_stop, on_step))
        facts = ConversionFolder(temporary.path).read_facts()
        if facts.title:
            facts = replace(facts, title=free_title(title_from(facts.title)))
        return ModelImport(temporary, facts)
    except OSError as error:
        temporary.close()
        raise _not_written(library, error) from error
    except BaseException:
        temporary.close()
        raise


def _reporting(
    temporary: Path, should_stop: Callable[[], bool], on_step: Callable[[Message], None]
) -> Callable[[], bool]:
    """Return a function that returns should_stop(), and before that reports a step that has begun."""
    folder, reported = ConversionFolder(temporary), ConversionStep.CHECK

    def is_to_stop() -> bool:
        nonlocal reported
        step = folder.step()
        if step is not None and step is not reported:
            reported = step
            on_step(step.text)
        return should_stop()

    return is_to_stop


def _with_card_beside(path: Path) -> bytes | None:
    """Return the Keras file of a model folder with its card; None for other files and damaged models."""
    if path.name == KERAS_FILE and is_model_folder(path.parent):
        with contextlib.suppress(UserError):
            return keras_with_card(path.parent)
    return None


def _not_written(library: Path, error: OSError) -> UserError:
    return UserError(
        "The model cannot be added to the library {folder}: {reason}.", folder=library, reason=reason(error)
    )


def _command(copy: Path) -> list[str]:
    return [sys.executable, "-m", conversion_process.__name__, str(copy)]


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
    folder = ConversionFolder(temporary)
    if code == conversion_process.USER_ERROR:
        raise folder.read_error()
    if code and not folder.has_started:
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
