"""The feed: samples as TensorFlow takes them, in memory, batch by batch, without Python where it can."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.data.augment_images import vary_images
from desktop_app.data.dataset import Samples
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.augmentation import ImageAugmentation

_STILL_BATCH = 256


def training_feed(variants: tuple[Samples, ...], recipe: Recipe, first_epoch: int = 0) -> tf.data.Dataset:
    """Batches for all epochs of a run, one epoch after another.

    The order of an epoch's samples and their variety depend on the recipe's seed and the number of
    the epoch alone, so a run that is continued learns from what it would have learned from.

    Args:
        variants: see `dataset.Dataset.epochs`.
        recipe: batch size, number of epochs, variety, seed.
        first_epoch: from 0; where a run that was continued goes on.

    Returns:
        Of inputs float32 (batch, 28, 28, 1) in 0..1 and one-hot classes float32 (batch, classes); the
        last batch of an epoch may be smaller.
    """
    count, size, seed = len(variants[0]), recipe.fitting.batch_size, recipe.seed
    exact = recipe.fitting.jit_compile and count >= size

    def epoch_of(epoch: Any) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(tf.range(count), tf.stack([seed, epoch]))
        rows = tf.data.Dataset.from_tensor_slices(order).batch(size, drop_remainder=exact)
        return rows.enumerate().map(lambda batch, rows: (tf.cast(epoch, tf.int64), batch, rows))

    epochs = tf.data.Dataset.range(first_epoch, recipe.fitting.epochs).map(lambda e: tf.cast(e, tf.int32))
    batches = epochs.flat_map(epoch_of)
    if recipe.image_augmentation is not None:
        return batches.map(_Varied(variants, recipe), num_parallel_calls=2).prefetch(8)
    inputs = [tf.constant(samples.inputs) for samples in variants]
    classes = [tf.constant(samples.classes) for samples in variants]

    def taken(epoch: Any, _: Any, rows: Any) -> tuple[Any, Any]:
        chosen = [
            lambda i=i: (tf.gather(inputs[i], rows), tf.gather(classes[i], rows)) for i in range(len(inputs))
        ]
        pixels, labels = tf.switch_case(tf.cast(epoch, tf.int32) % len(inputs), chosen)
        return _shares(pixels), tf.one_hot(labels, recipe.task.output_shape[0])

    return batches.map(taken, num_parallel_calls=2).prefetch(8)


def still_feed(samples: Samples, classes: int) -> tf.data.Dataset:
    """Batches of undisturbed samples in their order, to be measured by."""
    pixels = tf.data.Dataset.from_tensor_slices((samples.inputs, samples.classes)).batch(_STILL_BATCH)
    return pixels.map(lambda inputs, labels: (_shares(inputs), tf.one_hot(labels, classes))).prefetch(2)


def batches_of(samples: Samples, recipe: Recipe) -> int:
    """How many batches an epoch of these samples has."""
    size = recipe.fitting.batch_size
    whole, rest = divmod(len(samples), size)
    return whole if recipe.fitting.jit_compile and whole else whole + bool(rest)


def _shares(pixels: Any) -> Any:
    """Bytes (…, 28, 28) as float32 (…, 28, 28, 1) in 0..1."""
    return tf.cast(pixels, tf.float32)[..., None] / 255.0


class _Varied:
    """Batches of which each image is varied anew, by numpy."""

    def __init__(self, variants: tuple[Samples, ...], recipe: Recipe) -> None:
        self._variants, self._recipe = variants, recipe

    def __call__(self, epoch: Any, batch: Any, rows: Any) -> tuple[Any, Any]:
        pixels, labels = tf.numpy_function(self._vary, (epoch, batch, rows), (tf.float32, tf.int64))
        size = self._variants[0].inputs.shape[1:]
        pixels.set_shape((None, *size, 1))
        labels.set_shape((None,))
        return pixels, tf.one_hot(labels, self._recipe.task.output_shape[0])

    def _vary(
        self, epoch: int, batch: int, rows: NDArray[np.int32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        variety = self._recipe.image_augmentation
        assert isinstance(variety, ImageAugmentation)
        samples = self._variants[int(epoch) % len(self._variants)]
        rng = np.random.default_rng((self._recipe.seed, int(epoch), int(batch)))
        images = samples.inputs[rows].astype(np.float32) / np.float32(255)
        varied = vary_images(images, samples.strength[rows], variety, rng)
        return varied[..., None].astype(np.float32), samples.classes[rows]
