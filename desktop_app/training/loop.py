"""The training loop: epochs of a compiled network, and which of their weights are kept.

This module and those that it imports need only Keras, TensorFlow and NumPy. Exported scripts contain copies
of them, so they train exactly as the program does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.training.batches import (
    Augment,
    Samples,
    batches_per_epoch,
    evaluation_batches,
    training_batches,
)
from desktop_app.training.loop_settings import LoopSettings

Weights: TypeAlias = list[NDArray[np.float32]]


class EpochMonitor(keras.callbacks.Callback):
    """Callback that keeps the best weights, reduces the learning rate on a plateau, and stops early.

    Attributes:
        weights: kept weights, in the order of `model.get_weights()`.
        best: best value of the monitored metric, negated if higher is better; None before the first epoch.
        best_epoch: number of that epoch, from 1; 0 if there is none.
        waited: epochs since the best one.
        plateau: epochs since the best one or the last reduction of the learning rate.
    """

    def __init__(self, settings: LoopSettings) -> None:
        """Start without kept weights."""
        super().__init__()
        self.settings = settings
        self.weights: Weights = []
        self.best: float | None = None
        self.best_epoch = self.waited = self.plateau = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Record the epoch, and stop the training if patience is exhausted."""
        self.record(epoch + 1, logs or {}, averaged_weights(self.model))
        if self.settings.patience and self.waited >= self.settings.patience:
            self.model.stop_training = True

    def record(self, epoch: int, metrics: dict[str, Any], weights: Weights) -> bool:
        """Record the result of an epoch, counted from 1; return whether it is the best so far."""
        settings = self.settings
        # Without validation samples, the metric of the training samples decides.
        value = float(metrics.get(f"val_{settings.monitor}", metrics[settings.monitor]))
        if settings.higher_is_better:
            value = -value
        is_best = self.best is None or value < self.best
        if is_best:
            self.best, self.best_epoch, self.waited, self.plateau = value, epoch, 0, 0
        else:
            self.waited, self.plateau = self.waited + 1, self.plateau + 1
        if is_best or settings.keep == "last":
            self.weights = weights
        if settings.schedule == "plateau" and self.plateau >= settings.every:
            rate = current_learning_rate(self.model)
            lowered = max(rate * settings.factor, settings.minimum)
            self.model.optimizer.learning_rate = min(rate, lowered)
            self.plateau = 0
        return is_best


def fit_network(  # noqa: PLR0913 (three are keyword-only)
    model: keras.Model,
    samples: Samples,
    epochs: NDArray[np.int64],
    validation: Samples,
    settings: LoopSettings,
    callbacks: Sequence[keras.callbacks.Callback],
    *,
    augment: Augment | None = None,
    first_epoch: int = 0,
    verbose: int = 0,
) -> None:
    """Train a compiled network.

    Args:
        model: network from `compile_network`.
        samples, epochs: see `training_batches`.
        validation: validation samples; may be empty.
        settings: settings of the training.
        callbacks: Keras callbacks, called in this order, before averaged weights are swapped in.
        augment: see `training_batches`.
        first_epoch: index, from 0, of the first epoch to train.
        verbose: Keras' option of the same name.
    """
    # Validation uses the averaged weights, which are the ones that are kept.
    averages = [keras.callbacks.SwapEMAWeights()] if settings.average_momentum else []
    model.fit(
        training_batches(samples, epochs, settings, augment, first_epoch),
        epochs=settings.epochs,
        initial_epoch=first_epoch,
        steps_per_epoch=batches_per_epoch(epochs.shape[1], settings),
        validation_data=evaluation_batches(validation, settings) if len(validation.inputs) else None,
        callbacks=[*callbacks, *averages],
        shuffle=False,
        verbose=verbose,
    )


def current_learning_rate(model: keras.Model) -> float:
    """Return the learning rate of the next step."""
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))


def averaged_weights(model: keras.Model) -> Weights:
    """Return all weights; trainable ones as their moving average if the optimizer keeps one.

    Method: weight averaging (Polyak and Juditsky, 1992).
    """
    averages = [v for v in model.optimizer.variables if v.name.endswith("_average")]
    by_path = dict(zip((v.path for v in model.trainable_variables), averages, strict=False))
    return [np.asarray(by_path.get(v.path, v), dtype=np.float32) for v in model.weights]
