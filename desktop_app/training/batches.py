"""Samples in batches, for training, evaluation and prediction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.training.loop_settings import LoopSettings

Augment: TypeAlias = Callable[
    [NDArray[np.float32], NDArray[Any], NDArray[np.float32], np.random.Generator],
    tuple[NDArray[np.float32], NDArray[Any]],
]
"""Augments a batch: takes inputs, float32 (n, height, width, channels) in 0..1, targets as the loss takes
them, strength, float32 (n,), and a random generator; returns inputs and targets of the same shapes."""

_EVALUATION_BATCH = 256

_PREDICTION_BATCH = 1024


class Samples(Protocol):
    """Samples in memory, never modified."""

    @property
    def inputs(self) -> NDArray[np.uint8]:
        """uint8 (n, height, width, channels)."""

    @property
    def targets(self) -> NDArray[Any]:
        """Classes int64 (n,), or images uint8 (n, height, width, channels)."""

    @property
    def strength(self) -> NDArray[np.float32]:
        """float32 (n,), augmentation strength."""


def training_batches(
    samples: Samples,
    epochs: NDArray[np.int64],
    settings: LoopSettings,
    augment: Augment | None = None,
    first_epoch: int = 0,
) -> tf.data.Dataset:
    """Return the training batches of all epochs, one epoch after another.

    Sample order and augmentation depend only on the seed and the epoch number, so a resumed run sees the
    same batches as an uninterrupted one.

    Args:
        samples: training samples.
        epochs: int64 (variants, n), rows of the samples; epoch e uses row e modulo the number of variants.
        settings: batch size, number of epochs and seed.
        augment: augments each batch; None for no augmentation.
        first_epoch: index, from 0, of the first epoch to return.

    Returns:
        Data set of (inputs, targets), both float32: inputs (batch, height, width, channels) in 0..1, targets
        one-hot (batch, classes) or images in 0..1. The last batch of an epoch may be smaller, except with
        `jit_compile`, which drops it.
    """
    (variants, count), size = epochs.shape, settings.batch_size
    drop_remainder = settings.jit_compile and count >= size
    rows_of_variants = tf.constant(epochs)

    def shuffled_rows(epoch: Any) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(count), tf.stack([settings.seed, epoch]))
        rows = tf.gather(rows_of_variants[epoch % variants], order)
        batches = tf.data.Dataset.from_tensor_slices(rows).batch(size, drop_remainder=drop_remainder)
        return batches.enumerate().map(lambda batch, rows: (tf.cast(epoch, tf.int64), batch, rows))

    numbers = tf.data.Dataset.range(first_epoch, settings.epochs).map(lambda e: tf.cast(e, tf.int32))
    if augment is None:
        load = _tensor_loader(samples, settings)
    else:
        load = _augmenting_loader(samples, settings, augment)
    return numbers.flat_map(shuffled_rows).map(load, num_parallel_calls=2).prefetch(8)


def evaluation_batches(samples: Samples, settings: LoopSettings) -> tf.data.Dataset:
    """Return batches of all samples in order, without augmentation."""
    batches = tf.data.Dataset.from_tensor_slices((samples.inputs, samples.targets)).batch(_EVALUATION_BATCH)
    return batches.map(
        lambda inputs, targets: (_to_unit_tensor(inputs), encoded(targets, settings))
    ).prefetch(2)


def batches_per_epoch(count: int, settings: LoopSettings) -> int:
    """Return the number of training batches per epoch of so many samples."""
    whole, rest = divmod(count, settings.batch_size)
    return whole if settings.jit_compile and whole else whole + bool(rest)


def predict(model: keras.Model, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the outputs, float32 (n, …), for inputs, uint8 (n, height, width, channels).

    `Model.predict` would trace the network again in each run, and TensorFlow warns about that.
    """
    starts = range(0, len(inputs), _PREDICTION_BATCH)
    batches = [to_unit(inputs[start : start + _PREDICTION_BATCH]) for start in starts]
    outputs = [np.asarray(model(batch, training=False), dtype=np.float32) for batch in batches]
    return np.concatenate(outputs) if outputs else np.zeros((0, *model.outputs[0].shape[1:]), np.float32)


def to_unit(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Convert pixels to float32 in 0..1."""
    return pixels.astype(np.float32) / np.float32(255)


def encoded_arrays(targets: NDArray[Any], settings: LoopSettings) -> NDArray[np.float32]:
    """Return targets, an array, as the loss takes them; see `encoded`."""
    if settings.classes:
        encoded: NDArray[np.float32] = np.eye(settings.classes, dtype=np.float32)[targets]
        return encoded
    return to_unit(targets)


def _to_unit_tensor(pixels: Any) -> Any:
    return tf.cast(pixels, tf.float32) / 255.0


def encoded(targets: Any, settings: LoopSettings) -> Any:
    """Return targets as the loss takes them: one-hot classes, or images in 0..1."""
    if settings.classes:
        return tf.one_hot(targets, settings.classes)
    return _to_unit_tensor(targets)


def _tensor_loader(samples: Samples, settings: LoopSettings) -> Callable[..., tuple[Any, Any]]:
    """Return a function that gathers a batch inside the TensorFlow graph."""
    inputs, targets = tf.constant(samples.inputs), tf.constant(samples.targets)

    def load(_epoch: Any, _batch: Any, rows: Any) -> tuple[Any, Any]:
        return _to_unit_tensor(tf.gather(inputs, rows)), encoded(tf.gather(targets, rows), settings)

    return load


def _augmenting_loader(
    samples: Samples, settings: LoopSettings, augment: Augment
) -> Callable[..., tuple[Any, Any]]:
    """Return a function that gathers a batch and augments it with NumPy."""
    target_shape = (settings.classes,) if settings.classes else samples.targets.shape[1:]

    def load_arrays(epoch: int, batch: int, rows: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        rng = np.random.default_rng((settings.seed, int(epoch), int(batch)))
        targets = encoded_arrays(samples.targets[rows], settings)
        inputs, targets = augment(to_unit(samples.inputs[rows]), targets, samples.strength[rows], rng)
        return inputs.astype(np.float32, copy=False), targets.astype(np.float32, copy=False)

    def load(epoch: Any, batch: Any, rows: Any) -> tuple[Any, Any]:
        types = (tf.float32, tf.float32)
        inputs, targets = tf.numpy_function(load_arrays, (epoch, batch, rows), types)
        inputs.set_shape((None, *samples.inputs.shape[1:]))
        targets.set_shape((None, *target_shape))
        return inputs, targets

    return load
