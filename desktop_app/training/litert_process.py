"""The converter: a process beside the program that turns Keras models into LiteRT networks.

TensorFlow's own converter holds Python's lock while it works, so that a window in the same process
stands still. A process that only converts needs seconds to import TensorFlow; so it is started when
learning begins, and is ready when learning is over.
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

from desktop_app.core.errors import UserError
from desktop_app.networks.card import NETWORK_FILE
from desktop_app.networks.model_folder import KERAS_FILE
from desktop_app.training.export import save_keras, write_network

_NICE = 15
"""Behind the training, which is behind the window."""

_PATIENCE = 60.0
"""Seconds; the largest networks take two."""

_LOOK = 0.02
"""Seconds between two looks whether it is done."""

_READY = "ready"


class LiteRTConverter:
    """A process that waits for one model at a time, until the end of a with statement.

    It only ever saves time: where there is none, or it is not ready yet, the model is converted here.
    """

    def __enter__(self) -> LiteRTConverter:
        """Start the process."""
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):
            self._scratch = tempfile.TemporaryDirectory(prefix="convert-", ignore_cleanup_errors=True)
            self._folder = Path(self._scratch.name)
            self._process = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", __name__, str(self._folder)],
                cwd=Path(__file__).parents[2],
                env=os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if hasattr(os, "setpriority"):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._scratch is not None:
            self._scratch.cleanup()

    @property
    def is_ready(self) -> bool:
        """Whether it would begin at once."""
        return self._process is not None and self._process.poll() is None and (self._folder / _READY).exists()

    def write_network(self, graph: keras.Model, path: Path) -> None:
        """What `export.write_network` does, without holding up other threads where that can be had."""
        if not (self.is_ready and self._convert(graph, path)):
            write_network(graph, path)

    def _convert(self, graph: keras.Model, path: Path) -> bool:
        """Have it converted there; whether that was done."""
        process, made = self._process, self._folder / NETWORK_FILE
        assert process is not None
        assert process.stdin is not None
        try:
            save_keras(graph, self._folder / KERAS_FILE)
        except UserError:
            # Where temporary files go there may be no room, and yet enough where the run is.
            return False
        with contextlib.suppress(OSError):
            process.stdin.write(b"\n")
            process.stdin.flush()
        end = time.monotonic() + _PATIENCE
        while not made.exists():
            if process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(_LOOK)
        path.write_bytes(made.read_bytes())
        made.unlink()
        return True


def main(folder: Path) -> None:
    """In the process of its own: convert a model for every line that comes in."""
    # TensorFlow's libraries are loaded when they are first needed, some of them by the first model.
    inputs = keras.Input((4, 4, 1))
    outputs = keras.layers.Dense(1)(keras.layers.Flatten()(inputs))
    write_network(keras.Model(inputs, outputs), folder / "first.tflite")
    (folder / _READY).touch()
    for _ in sys.stdin:
        model = keras.models.load_model(folder / KERAS_FILE, compile=False, safe_mode=True)
        draft = folder / "draft.tflite"
        write_network(model, draft)
        draft.replace(folder / NETWORK_FILE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
