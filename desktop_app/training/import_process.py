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
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.child_process import NO_WINDOW
from desktop_app.core.errors import UserError, printable, reason, shown_name
from desktop_app.core.files import read_file, replace_file
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import Stopped
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.networks.naming import labels_from
from desktop_app.tasks.kinds import KINDS
from desktop_app.tasks.task import DIGITS, Task
from desktop_app.training.foreign_config import image_shape
from desktop_app.training.foreign_file import LARGEST_FILE, check_foreign, kind_of

TIMEOUT = 180.0
"""Seconds; a small network takes 8 on two cores, mostly for the import of TensorFlow."""

_CHECK_TIME = 10.0
"""Seconds of CPU time; a check takes milliseconds."""

_POLL_INTERVAL = 0.1
"""Seconds between two checks whether to stop."""

_MEMORY = 5_000_000_000
"""Bytes of address space; TensorFlow needs 2.8 billion for the smallest network."""

_MOST_VALUES = 16_000_000
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


def import_foreign_model(
    path: Path,
    folder: Path,
    title: str,
    labels: str,
    try_out: Callable[[Path], object],
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Import a Keras model file as a model folder, atomically.

    Args:
        path: a `.keras` or `.h5` file; its contents are not trusted.
        folder: the model folder to create; its name is the name of the model.
        title: title of the model.
        labels: a character or word for each output, see `labels_from`; empty for the ten digits. A network
            whose labels are words classifies images.
        try_out: called with the finished folder before it is moved to its place; may raise UserError.
        should_stop: called ten times per second in this thread; True cancels the import.

    Raises:
        Stopped: the import was cancelled; no files remain.
        UserError: the file cannot be imported, the folder exists or cannot be written, or the conversion
            took too much memory or time.
    """
    data = read_file(path, LARGEST_FILE)
    kind = kind_of(data, path)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # On the same disk, and one level deeper than the model library searches.
        with tempfile.TemporaryDirectory(prefix=".import-", dir=folder.parent) as temporary:
            copy, draft = Path(temporary, f"network{kind}"), Path(temporary, "made", folder.name)
            copy.write_bytes(data)
            _run(path, _command(copy, draft, title, labels), Path(temporary), should_stop)
            try_out(draft)
            if folder.exists():
                raise UserError(
                    "There is already a model called {name}; choose another name.", name=folder.name
                )
            replace_file(draft, folder)
    except OSError as error:
        raise UserError(
            "The model {name} cannot be written: {reason}.", name=folder.name, reason=reason(error)
        ) from error


def _command(copy: Path, draft: Path, title: str, labels: str) -> list[str]:
    return [sys.executable, "-m", __name__, str(copy), str(draft), title, labels]


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
        arguments: the file, the folder to create, the title, and the labels.

    Returns:
        The exit code.
    """
    source, folder, title, labels = arguments
    _start_mark(Path(source).parent).touch()
    try:
        # The HDF5 library may never return from reading a damaged file.
        _set_limits(_CHECK_TIME)
        check_foreign(Path(source))
        _set_limits(TIMEOUT)
        convert_model(Path(source), Path(folder), title, labels)
    except MemoryError:
        problem = message("This network needs too much memory; import a smaller model.")
    except UserError as error:
        problem = error.message
    else:
        return 0
    _error_file(Path(source).parent).write_text(json.dumps(_to_json(problem)), encoding="utf-8")
    return _USER_ERROR_CODE


def _to_json(value: object) -> object:
    if isinstance(value, Message):
        return {"template": value.template, "values": {k: _to_json(v) for k, v in value.values.items()}}
    return value if isinstance(value, int | float) else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return Message(value["template"], {k: _from_json(v) for k, v in value["values"].items()})
    return printable(value) if isinstance(value, str) else value


def _set_limits(seconds: float) -> None:
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


def convert_model(path: Path, folder: Path, title: str, labels: str) -> None:
    """Convert a Keras model file in this process, without limits; see `import_foreign_model`."""
    import keras

    from desktop_app.training.describe import as_graph
    from desktop_app.training.export import CardFacts, export_model

    graph = as_graph(keras.models.load_model(path, compile=False, safe_mode=True))
    _check_sizes(graph)
    named = labels_from(labels) or DIGITS
    kind = KINDS["character" if all(len(label) == 1 for label in named) else "picture"]
    rejects = _has_other_output(graph, named, may_reject=kind.name == "character")
    graph = _with_probabilities(as_graph(_with_image_input(as_graph(_with_unit_input(graph)))))
    height, width, channels = graph.inputs[0].shape[1:]
    task = Task(kind.name, height, width, channels, kind.preparations[0], named, rejects)
    export_model(graph, CardFacts(folder.name, title, task), folder)


def _check_sizes(graph: Any) -> None:
    values = sum(int(np.prod(operation.output.shape[1:])) for operation in graph.operations)
    if values > _MOST_VALUES:
        raise UserError(
            "This network computes {values:,} values for one input, more than {limit:,}; import "
            "a smaller model.",
            values=values,
            limit=_MOST_VALUES,
        )
    for layer in graph.layers:
        if not all(np.isfinite(weight).all() for weight in layer.get_weights()):
            raise UserError(
                "Weights of the layer {name} are not finite numbers; train the network again.",
                name=layer.name,
            )


def _has_other_output(graph: Any, labels: tuple[str, ...], may_reject: bool) -> bool:
    """Return whether there is one more output than labels, for "none of the labels"."""
    shape = tuple(graph.outputs[0].shape[1:])
    if len(shape) != 1:
        raise UserError(
            "Only networks that classify characters or images can be imported; the output of this one is "
            "not a flat row of values. End it with a Dense layer."
        )
    (answers,) = shape
    if answers - len(labels) not in ((0, 1) if may_reject else (0,)):
        raise UserError(
            "The number of labels ({count}) differs from that of the outputs ({outputs}); name "
            "one label for each output, in order.",
            outputs=answers,
            count=len(labels),
        )
    return bool(answers > len(labels))


def _with_unit_input(graph: Any) -> Any:
    """Return the network for inputs in 0..1.

    If the network takes inputs in 0..255 and begins with Rescaling(1/255) or Rescaling(1/127.5, offset=-1),
    the scale of that layer is multiplied by 255.
    """
    import keras

    from desktop_app.training.describe import describe_layers

    layers = describe_layers(graph)
    first = [layer.name for layer in layers if layers[0].name in layer.inputs]
    layer = next((layer for layer in graph.layers if [layer.name] == first), None)
    if isinstance(layer, keras.layers.Rescaling) and np.max(np.abs(layer.scale)) < 0.1:
        layer.scale = (np.asarray(layer.scale, float) * 255).tolist()
    return graph


def _with_image_input(graph: Any) -> Any:
    """Return the network for inputs (height, width, channels), with a Reshape layer if necessary."""
    import keras

    shape = tuple(graph.inputs[0].shape[1:])
    if shape == image_shape(shape):
        return graph
    image = keras.Input(image_shape(shape), name="image_from_paper")
    return keras.Model(image, graph.call(keras.layers.Reshape(shape, name="image_as_trained")(image)))


def _with_probabilities(graph: Any) -> Any:
    """Return the network, with a softmax appended if it ends in logits."""
    import keras

    from desktop_app.training.describe import describe_layers

    shape = graph.inputs[0].shape[1:]
    samples = np.random.default_rng(0).random((8, *shape)).astype(np.float32)
    samples[0] = 0
    answers = np.asarray(graph(samples, training=False))
    if not np.isfinite(answers).all():
        raise UserError("The output of this network is not a number; train it again.")
    if (answers >= 0).all() and np.allclose(answers.sum(axis=-1), 1, atol=1e-3):
        return graph
    last = describe_layers(graph)[-1]
    activation = last.options.get("activation") or "linear"
    kind = OPERATIONS.get(last.kind)
    if kind is None or not kind.has_unbounded_output or activation not in ("linear", "log_softmax"):
        ending = last.kind if activation == "linear" else activation
        raise UserError(
            "The output of this network ({ending}) does not consist of probabilities; end it with a softmax.",
            ending=ending,
        )
    names = {operation.name for operation in graph.operations}
    name = next(name for name in ("probabilities", "softmax", "imported_probabilities") if name not in names)
    return keras.Model(graph.inputs, keras.layers.Softmax(name=name)(graph.outputs[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
