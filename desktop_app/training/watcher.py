"""The watcher: turns Keras' callbacks into events, keeps what is worth keeping, and ends a run.

Keras' own callbacks for this forget what they were waiting for when a run is broken off, write their
files in place, and do not hear of a wish to stop while validation goes on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.run_control import RunControl
from desktop_app.runs.checkpoint import Progress
from desktop_app.runs.events import BatchDone, Emit, EpochDone, Snapshot
from desktop_app.runs.recipe import Recipe
from desktop_app.training.describe import weights_of

Weights = list[NDArray[np.float32]]

_POINTS = 100
"""Points of the curves by batch that are kept of an epoch."""


class Watcher(keras.callbacks.Callback):
    """Looks after one call of fit.

    Attributes:
        progress: how far the run has come.
        kept: the weights that are kept so far, as `model.get_weights()` gives them.
        reason: why the run ended: "finished", "stopped", "patience" or "not a number".
        points: losses and accuracies of the epoch that has just ended, means over even stretches.
    """

    def __init__(
        self,
        recipe: Recipe,
        batches: int,
        progress: Progress,
        emit: Emit,
        control: RunControl,
        after_epoch: Callable[[dict[str, float]], None],
    ) -> None:
        """Watch a run from where its progress stands.

        Args:
            recipe: what to keep and when to end.
            batches: in one epoch.
            progress: of the run before this call of fit.
            emit: told of every batch and epoch.
            control: looked at after every batch.
            after_epoch: called with the metrics of each whole epoch, before it is told.
        """
        super().__init__()
        self._recipe, self._batches = recipe, batches
        self._emit, self._control, self._after_epoch = emit, control, after_epoch
        self.progress = progress
        self.kept: Weights = []
        self.reason = "finished"
        self._epoch = progress.epochs
        self._images, self._learning = 0, 0.0
        self._means = _RunningMeans()
        self._is_whole = False
        self._rate = 0.0

    @property
    def points(self) -> tuple[list[float], list[float]]:
        """Losses and accuracies by batch of the present epoch, thinned out."""
        return self._means.thinned(_POINTS)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Whatever happens, there is something to keep and to show."""
        if not self.kept:
            self.kept = kept_weights(self.model)
        if self.progress.epochs == 0:
            self._emit(Snapshot(0, weights_of(self.model)))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count anew."""
        self._epoch, self._is_whole = epoch + 1, False
        self._means = _RunningMeans()
        self._started = self._batch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell of the batch, and look at what is wished."""
        loss, accuracy = self._means.add(batch + 1, logs or {})
        now = time.perf_counter()
        self._learning += now - self._batch_began
        size = self._recipe.fitting.batch_size
        self._images += size * self._means.last_step
        if batch % max(1, self._batches // _POINTS) == 0:
            # Asking for it costs a step of TensorFlow; a hundred times an epoch is enough.
            self._learning_rate()
        self._emit(
            BatchDone(
                self._epoch,
                self._recipe.fitting.epochs,
                batch + 1,
                self._batches,
                loss,
                accuracy,
                self._rate,
                self._images,
                self._learning,
            )
        )
        if not math.isfinite(loss):
            self._end("not a number")
        self._started += self._control.wait_while_paused()
        self._batch_began = time.perf_counter()
        if self._control.should_stop():
            self._end("stopped")
        self._is_whole = batch + 1 >= self._batches

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Validation that nobody waits for ends at once."""
        if self._control.should_stop() or self.reason == "not a number":
            self._is_whole = False
            self.model.stop_evaluating = True
            self._end(self.reason if self.reason != "finished" else "stopped")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep and tell, unless the epoch was broken off."""
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        if not self._is_whole:
            if self.progress.epochs == 0 and self.reason == "stopped":
                # Better than what it began with.
                self.kept = kept_weights(self.model)
            return
        weights = kept_weights(self.model)
        if not _are_numbers(metrics, weights):
            self._end("not a number")
            return
        metrics["learning_rate"] = self._learning_rate()
        metrics["seconds"] = seconds = time.perf_counter() - self._started
        is_best = self._weigh(metrics, seconds, weights)
        self._after_epoch(metrics)
        patience = self._recipe.keeping.patience
        waited = self.progress.waited if patience else 0
        self._emit(
            EpochDone(self._epoch, self._recipe.fitting.epochs, metrics, seconds, is_best, waited, patience)
        )
        self._emit(Snapshot(self._epoch, weights_of(self.model, weights)))
        if patience and waited >= patience:
            self._end("patience")

    def _weigh(self, metrics: dict[str, float], seconds: float, weights: Weights) -> bool:
        """Take note of an epoch: is it the best, and has the learning rate waited long enough?"""
        before, keeping = self.progress, self._recipe.keeping
        monitor = keeping.monitor if keeping.monitor in metrics else keeping.monitor.removeprefix("val_")
        value = metrics[monitor] if monitor.endswith("loss") else -metrics[monitor]
        is_best = before.best is None or value < before.best
        self.progress = replace(
            before,
            epochs=self._epoch,
            best=value if is_best else before.best,
            best_epoch=self._epoch if is_best else before.best_epoch,
            waited=0 if is_best else before.waited + 1,
            plateau=0 if is_best else before.plateau + 1,
            seconds=before.seconds + seconds,
        )
        if is_best or keeping.weights == "last":
            self.kept = weights
        schedule = self._recipe.schedule
        if schedule.kind == "plateau" and self.progress.plateau >= schedule.every:
            self.model.optimizer.learning_rate = self._learning_rate() * schedule.factor
            self.progress = replace(self.progress, plateau=0)
        return is_best

    def _end(self, reason: str) -> None:
        self.model.stop_training = True
        if self.reason == "finished":
            self.reason = reason

    def _learning_rate(self) -> float:
        self._rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        return self._rate


class _RunningMeans:
    """Keras tells means over the epoch so far; this tells what each batch has added."""

    def __init__(self) -> None:
        self._count, self._loss, self._accuracy = 0, 0.0, 0.0
        self.last_step = 0
        self._losses: list[float] = []
        self._accuracies: list[float] = []

    def add(self, count: int, logs: dict[str, Any]) -> tuple[float, float]:
        """Loss and accuracy of the batches since the last call; count batches were learned so far."""
        loss, accuracy = float(logs.get("loss", math.nan)), float(logs.get("accuracy", math.nan))
        self.last_step = step = count - self._count
        own_loss = (loss * count - self._loss * self._count) / step
        own_accuracy = (accuracy * count - self._accuracy * self._count) / step
        self._count, self._loss, self._accuracy = count, loss, accuracy
        self._losses.append(own_loss)
        self._accuracies.append(min(1.0, max(0.0, own_accuracy)))
        return own_loss, self._accuracies[-1]

    def thinned(self, points: int) -> tuple[list[float], list[float]]:
        """Means over at most so many even stretches."""
        stretches = np.array_split(np.arange(len(self._losses)), min(points, max(1, len(self._losses))))
        losses, accuracies = np.array(self._losses), np.array(self._accuracies)
        return (
            [float(losses[stretch].mean()) for stretch in stretches],
            [float(accuracies[stretch].mean()) for stretch in stretches],
        )


def _are_numbers(metrics: dict[str, float], weights: Weights) -> bool:
    """Whether an epoch may be kept.

    Some processors make 0 of a ReLU of what is no number: the loss alone does not tell.
    """
    return all(map(math.isfinite, metrics.values())) and all(np.isfinite(array).all() for array in weights)


def kept_weights(model: keras.Model) -> Weights:
    """The model's weights, those that training changes as their moving average where there is one.

    Method: averaging of the weights (Polyak and Juditsky, 1992).
    """
    averages = [v for v in model.optimizer.variables if v.name.endswith("_average")]
    by_path = dict(zip((v.path for v in model.trainable_variables), averages, strict=False))
    return [np.asarray(by_path.get(v.path, v), dtype=np.float32) for v in model.weights]
