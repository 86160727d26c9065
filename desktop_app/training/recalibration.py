"""Recalibration of batch normalization after a training."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.training.batches import Augment, Samples, encoded_arrays, predict, to_unit
from desktop_app.training.compiled_network import make_loss
from desktop_app.training.loop_settings import LoopSettings


def recalibrate(  # noqa: PLR0913 (two are keyword-only)
    model: keras.Model,
    training: Samples,
    rows: NDArray[np.int64],
    validation: Samples,
    settings: LoopSettings,
    *,
    augment: Augment | None,
    should_stop: Callable[[], bool],
) -> None:
    """Recalibrate batch normalization: compute its statistics again, for the kept weights.

    The moving statistics belong to the weights before averaging. The statistics are computed from images
    without augmentation, which are less smooth, and then with the augmentation of the training, where they do
    not depend on details that the network knows from the training samples. The ones with the lower loss on
    the validation samples are kept; without validation samples those without augmentation.

    Args:
        model: network; its batch normalization changes.
        training: training samples.
        rows: int64 (n,), rows of the samples to use.
        validation: validation samples, may be empty.
        settings: batches, loss and seed.
        augment: augmentation of the training; None for none.
        should_stop: called after each batch; ends the computation early.
    """
    has_statistics = any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
    if not has_statistics or not settings.recalibration_batches:
        return
    compute_statistics(model, training, rows, settings, None, should_stop)
    if augment is None or not len(validation.inputs) or should_stop():
        return
    plain, loss_of_plain = model.get_weights(), _loss(model, validation, settings)
    compute_statistics(model, training, rows, settings, augment, should_stop)
    if should_stop() or _loss(model, validation, settings) >= loss_of_plain:
        model.set_weights(plain)


def compute_statistics(
    model: keras.Model,
    samples: Samples,
    rows: NDArray[np.int64],
    settings: LoopSettings,
    augment: Augment | None,
    should_stop: Callable[[], bool],
) -> None:
    """Set the statistics of batch normalization to their means over random batches; see `recalibrate`."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    order = rows[np.random.default_rng(settings.seed).permutation(len(rows))]
    size = settings.batch_size
    count = max(1, min(settings.recalibration_batches, len(rows) // size))
    for number, chosen in enumerate(np.array_split(order[: count * size], count)):
        for layer in layers:
            # This momentum gives the mean over all batches so far.
            layer.momentum = number / (number + 1)
        model(_batch_of_inputs(samples, chosen, settings, augment, number), training=True)
        if should_stop():
            break
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum


def _batch_of_inputs(
    samples: Samples, rows: NDArray[np.int64], settings: LoopSettings, augment: Augment | None, number: int
) -> NDArray[np.float32]:
    inputs = to_unit(samples.inputs[rows])
    if augment is None:
        return inputs
    rng = np.random.default_rng((settings.seed, number))
    targets = encoded_arrays(samples.targets[rows], settings)
    return augment(inputs, targets, samples.strength[rows], rng)[0].astype(np.float32, copy=False)


def _loss(model: keras.Model, samples: Samples, settings: LoopSettings) -> float:
    """Return the loss on samples."""
    loss = make_loss(settings.loss, settings.label_smoothing)
    return float(loss(encoded_arrays(samples.targets, settings), predict(model, samples.inputs)))
