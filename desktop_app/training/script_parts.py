"""The parts of an exported script that a run of the program has others for: no events, no run folder."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from desktop_app.data.dataset import Samples
from desktop_app.runs.recipe import Recipe
from desktop_app.training.calibrate import calibrate, with_probabilities
from desktop_app.training.feed import batches_of, still_feed, training_feed
from desktop_app.training.fit import compiled, predict, settle
from desktop_app.training.watcher import Weights, kept_weights


def load_samples(path: Path) -> tuple[tuple[Samples, ...], Samples, Samples]:
    """The training samples in all their variants, those to choose by, and those to measure by."""
    with np.load(path, allow_pickle=False) as arrays:

        def part(name: str) -> Samples:
            return Samples(*(arrays[f"{name}_{kind}"] for kind in ("inputs", "classes", "strength")))

        variants = sum(name.endswith("_inputs") for name in arrays.files) - 2
        training = tuple(part(f"training_{number}") for number in range(variants))
        return training, part("validation"), part("test")


class Keep(keras.callbacks.Callback):
    """Remembers the weights to keep, lowers the learning rate on a plateau, and ends a run early."""

    def __init__(self, recipe: Recipe) -> None:
        """Nothing is kept yet."""
        super().__init__()
        self._recipe = recipe
        self._best, self._waited, self._plateau = math.inf, 0, 0
        self.weights: Weights = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Weigh the epoch."""
        metrics = logs or {}
        keeping, schedule = self._recipe.keeping, self._recipe.schedule
        monitor = keeping.monitor if keeping.monitor in metrics else keeping.monitor.removeprefix("val_")
        value = metrics[monitor] if monitor.endswith("loss") else -metrics[monitor]
        is_best = value < self._best
        self._best = min(self._best, value)
        self._waited = 0 if is_best else self._waited + 1
        self._plateau = 0 if is_best else self._plateau + 1
        if is_best or keeping.weights == "last":
            self.weights = kept_weights(self.model)
        if schedule.kind == "plateau" and self._plateau >= schedule.every:
            self.model.optimizer.learning_rate = float(self.model.optimizer.learning_rate) * schedule.factor
            self._plateau = 0
        if keeping.patience and self._waited >= keeping.patience:
            self.model.stop_training = True


def run(build_network: Callable[[], keras.Model], recipe: Recipe, folder: Path) -> None:
    """Learn, settle, calibrate, measure, and save what came of it."""
    training, validation, test = load_samples(folder / "data.npz")
    fitting = recipe.fitting
    batches = batches_of(training[0], recipe)
    # Before anything is built: first weights come from the global seed.
    keras.utils.set_random_seed(recipe.seed)
    model = compiled(build_network, recipe, batches)
    keep = Keep(recipe)
    averages = [keras.callbacks.SwapEMAWeights()] if fitting.average_momentum else []
    model.fit(
        training_feed(training, recipe),
        epochs=fitting.epochs,
        steps_per_epoch=batches,
        validation_data=still_feed(validation, recipe.task.output_shape[0]) if len(validation) else None,
        callbacks=[keep, keras.callbacks.TerminateOnNaN(), *averages],
        shuffle=False,
        verbose=2,
    )
    trained = build_network()
    trained.set_weights(keep.weights)
    settle(trained, training[0], recipe)
    trained = with_probabilities(trained)
    calibrate(trained, predict(trained, validation.inputs), validation.classes, recipe)
    trained.save(folder / "model.keras")
    if len(test):
        answers = predict(trained, test.inputs)
        loss = -np.log(np.maximum(answers[np.arange(len(test)), test.classes], 1e-7)).mean()
        accuracy = (answers.argmax(1) == test.classes).mean()
        sys.stdout.write(f"test loss {loss:.7f}, test accuracy {accuracy:.7f}\n")
