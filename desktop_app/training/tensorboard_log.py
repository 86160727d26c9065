"""A log for TensorBoard: metrics and weights of every epoch, and the network.

Keras' own callback, and TensorFlow's functions for scalars and histograms, ask for the tensorboard
package. Writing the log needs no more than TensorFlow, so that it can be read elsewhere.
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
    """A callback that logs one call of fit.

    Args:
        folder: where the log goes, in two parts, "train" and "validation", as TensorBoard compares
            them; made where it is missing. A run that goes on adds to its log.

    Returns:
        The callback. It raises UserError when training begins and the folder cannot be made.
    """
    return _Logger(folder)


def histogram(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """How often values of any shape lie where, as TensorBoard takes it.

    Returns:
        float64 (30, 3): left and right edge of each bucket, and the number of values in it; (0, 3)
        where there is no finite value.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    if not len(finite):
        return np.zeros((0, 3))
    least, most = finite.min(), finite.max()
    # numpy's own histogram refuses values that lie too close together for its edges.
    places = (finite - least) / max(most - least, 1e-300) * _BUCKETS
    counts = np.bincount(np.minimum(places.astype(np.int64), _BUCKETS - 1), minlength=_BUCKETS)
    edges = np.linspace(least, most, _BUCKETS + 1)
    return np.stack([edges[:-1], edges[1:], counts.astype(np.float64)], axis=1)


class _Logger(keras.callbacks.Callback):
    """Writes after every epoch what can be looked at then."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._writers: dict[str, tf.summary.SummaryWriter] = {}

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The network, and its weights before they have learned anything."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            name = shown_name(self._folder)
            raise UserError(
                f"The log {name} cannot be written: {reason(error)}; train without one."
            ) from error
        for part in ("train", "validation"):
            self._writers[part] = tf.summary.create_file_writer(str(self._folder / part))
        with self._writers["train"].as_default():
            _write("keras", tf.constant(self.model.to_json()), 0, "graph_keras_model", b"1")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Metrics under Keras' names, and how the weights are spread."""
        metrics = dict(logs or {})
        metrics["learning_rate"] = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        for part, own in _by_part(metrics).items():
            with self._writers[part].as_default():
                for name, value in own.items():
                    _write(f"epoch_{name}", tf.constant(value, tf.float32), epoch, "scalars")
        with self._writers["train"].as_default():
            for layer in self.model.layers:
                for weight in layer.weights:
                    spread = histogram(np.asarray(weight, dtype=np.float32))
                    _write(f"{layer.name}/{weight.name}", tf.constant(spread), epoch, "histograms")
        for writer in self._writers.values():
            writer.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the files."""
        for writer in self._writers.values():
            writer.close()


def _by_part(metrics: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Metrics of the training and of the validation samples under the same names."""
    validation = {name: value for name, value in metrics.items() if name.startswith(_VALIDATION)}
    return {
        "train": {name: value for name, value in metrics.items() if name not in validation},
        "validation": {name.removeprefix(_VALIDATION): value for name, value in validation.items()},
    }


def _write(tag: str, values: tf.Tensor, step: int, plugin: str, content: bytes = b"") -> None:
    """Write what one of TensorBoard's views shows."""
    metadata = tf.compat.v1.SummaryMetadata()
    metadata.plugin_data.plugin_name = plugin
    metadata.plugin_data.content = content
    tf.summary.write(tag, values, step, metadata)
