"""A separate process that converts Keras models to LiteRT networks.

TensorFlow's converter holds the GIL while it works, which would freeze the window. The process needs seconds
to import TensorFlow, so it is started when training begins.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import keras

from desktop_app.core.child_process import NO_WINDOW
from desktop_app.core.errors import UserError
from desktop_app.core.files import replace_file
from desktop_app.networks.card import NETWORK_FILE
from desktop_app.networks.model_folder import KERAS_FILE
from desktop_app.training.export import save_keras, write_network

_NICE = 15
"""Process priority, lower than that of the training thread."""

_TIMEOUT = 60.0
"""Seconds; the largest networks take two."""

_POLL_INTERVAL = 0.02
"""Seconds between two checks whether the conversion is finished."""

_READY = "ready"


class LiteRTConverter:
    """Context manager for the conversion process.

    If the process is not available or not ready, models are converted in this process.
    """

    def __enter__(self) -> LiteRTConverter:
        """Start the process."""
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):
            self._temporary = tempfile.TemporaryDirectory(prefix="convert-", ignore_cleanup_errors=True)
            self._folder = Path(self._temporary.name)
            self._process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", __name__, str(self._folder)],
                cwd=Path(__file__).parents[2],
                env=os.environ | {"CUDA_VISIBLE_DEVICES": "-1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                creationflags=NO_WINDOW,
            )
            if hasattr(os, "setpriority"):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._temporary is not None:
            self._temporary.cleanup()

    @property
    def is_ready(self) -> bool:
        """Whether the process can convert a model now."""
        return self._process is not None and self._process.poll() is None and (self._folder / _READY).exists()

    def write_network(self, graph: keras.Model, path: Path) -> None:
        """Write a LiteRT network (see `export.write_network`), if possible without blocking threads."""
        if not (self.is_ready and self._convert(graph, path)):
            write_network(graph, path)

    def _convert(self, graph: keras.Model, path: Path) -> bool:
        """Convert a model in the process; return whether that succeeded."""
        process, result = self._process, self._folder / NETWORK_FILE
        assert process is not None
        assert process.stdin is not None
        try:
            save_keras(graph, self._folder / KERAS_FILE)
        except UserError:
            # The disk of temporary files may be full while the disk of the run is not.
            return False
        with contextlib.suppress(OSError):
            process.stdin.write(b"\n")
            process.stdin.flush()
        end = time.monotonic() + _TIMEOUT
        while not result.exists():
            if process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(_POLL_INTERVAL)
        try:
            network = result.read_bytes()
            result.unlink()
        except OSError:
            # Windows deletes no file that is open, e.g. in a virus scanner.
            return False
        path.write_bytes(network)
        return True


def main(folder: Path) -> None:
    """Run the conversion process: convert a model for each line on standard input."""
    # TensorFlow loads some of its libraries only when it converts the first model.
    inputs = keras.Input((4, 4, 1))
    outputs = keras.layers.Dense(1)(keras.layers.Flatten()(inputs))
    write_network(keras.Model(inputs, outputs), folder / "first.tflite")
    (folder / _READY).touch()
    for _ in sys.stdin:
        model = keras.models.load_model(folder / KERAS_FILE, compile=False, safe_mode=True)
        draft = folder / "draft.tflite"
        write_network(model, draft)
        replace_file(draft, folder / NETWORK_FILE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
