"""TensorBoard log with the metrics and weights of each epoch, and the network.

Keras' callback and TensorFlow's scalar and histogram functions need the tensorboard package; this module only
needs TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.core.errors import UserError, reason, shown_name

_BUCKETS = 30
_VALIDATION = "val_"


def tensorboard_callback(folder: Path) -> keras.callbacks.Callback:
    """Create a callback that logs one call of fit.

    Args:
        folder: folder of the log, with the subfolders "train" and "validation"; created if missing. A resumed
            run appends to its log.

    Returns:
        The callback. It raises UserError at the start of training if the folder cannot be created.
    """
    return _Logger(folder)


def histogram(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the histogram of an array of any shape, in TensorBoard's format.

    Returns:
        float64 (30, 3): left edge, right edge and count of each bucket; (0, 3) without finite values.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    if not len(finite):
        return np.zeros((0, 3))
    least, most = finite.min(), finite.max()
    # np.histogram raises an error for values that are nearly equal.
    positions = (finite - least) / max(most - least, 1e-300) * _BUCKETS
    counts = np.bincount(np.minimum(positions.astype(np.int64), _BUCKETS - 1), minlength=_BUCKETS)
    edges = np.linspace(least, most, _BUCKETS + 1)
    return np.stack([edges[:-1], edges[1:], counts.astype(np.float64)], axis=1)


class _Logger(keras.callbacks.Callback):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._writers: dict[str, tf.summary.SummaryWriter] = {}

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Create the files and write the network."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            name = shown_name(self._folder)
            raise UserError(
                "The TensorBoard log {name} cannot be written: {reason}; train without one.",
                name=name,
                reason=reason(error),
            ) from error
        for part in ("train", "validation"):
            self._writers[part] = tf.summary.create_file_writer(str(self._folder / part))
        with self._writers["train"].as_default():
            _write("keras", tf.constant(self.model.to_json()), 0, "graph_keras_model", b"1")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the metrics and the histograms of the weights."""
        metrics = dict(logs or {})
        metrics["learning_rate"] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        for part, values in _by_part(metrics).items():
            with self._writers[part].as_default():
                for name, value in values.items():
                    _write(f"epoch_{name}", tf.constant(value, tf.float32), epoch, "scalars")
        with self._writers["train"].as_default():
            for layer in self.model.layers:
                for weight in layer.weights:
                    buckets = histogram(np.asarray(weight, dtype=np.float32))
                    _write(f"{layer.name}/{weight.name}", tf.constant(buckets), epoch, "histograms")
        for writer in self._writers.values():
            writer.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the files."""
        for writer in self._writers.values():
            writer.close()


def _by_part(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return training and validation metrics under the same names."""
    validation = {name: value for name, value in metrics.items() if name.startswith(_VALIDATION)}
    return {
        "train": {name: value for name, value in metrics.items() if name not in validation},
        "validation": {name.removeprefix(_VALIDATION): value for name, value in validation.items()},
    }


def _write(tag: str, values: tf.Tensor, step: int, plugin: str, content: bytes = b"") -> None:
    """Write values for a TensorBoard plugin."""
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = plugin
    metadata.plugin_data.content = content
    tf.summary.write(tag, values, step, metadata)
