"""The watcher: turns Keras' callbacks into events, keeps what is worth keeping, and ends a run.

Keras' own callbacks for this forget what they were waiting for when a run is broken off, write their
files in place, and do not hear of a wish to stop while validation goes on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from desktop_app.core.run_control import RunControl
from desktop_app.runs.checkpoint import Progress
from desktop_app.runs.training_events import BatchEnded, Emit, EpochEnded, WeightSnapshot
from desktop_app.tasks.metric import Metric
from desktop_app.training.describe import weights_of
from desktop_app.training.loop import Keep, Settings, Weights, current_rate, kept_weights

_POINTS = 100
"""Points of the curves by batch that are kept of an epoch."""


class EventCallback(Keep):
    """Looks after one call of fit.

    Attributes:
        progress: how far the run has come.
        reason: why the run ended: "finished", "stopped", "patience" or "not a number".
    """

    def __init__(
        self,
        metrics: tuple[Metric, ...],
        settings: Settings,
        progress: Progress,
        emit: Emit,
        control: RunControl,
        after_epoch: Callable[[dict[str, float]], None],
    ) -> None:
        """Watch a run from where its progress stands.

        Args:
            metrics: what is measured, the loss among them.
            settings: what to keep and when to end.
            progress: of the run before this call of fit.
            emit: told of every batch and epoch.
            control: looked at after every batch.
            after_epoch: called with the metrics of each whole epoch, before it is told.
        """
        super().__init__(settings)
        self._metrics = metrics
        self._emit, self._control, self._after_epoch = emit, control, after_epoch
        self.progress = progress
        self.best, self.best_epoch = progress.best, progress.best_epoch
        self.waited, self.plateau = progress.waited, progress.plateau
        self.reason = "finished"
        self._epoch = progress.epochs
        self._images, self._learning = 0, 0.0
        self._means = _RunningMeans(metrics)
        self._is_whole = False
        self._rate = 0.0

    @property
    def points(self) -> dict[str, list[float]]:
        """Metrics by batch of the epoch that has just ended, by name: means over even stretches."""
        return self._means.thinned(_POINTS)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Whatever happens, there is something to keep and to show."""
        if not self.weights:
            self.weights = kept_weights(self.model)
        if self.progress.epochs == 0:
            self._emit(WeightSnapshot(0, weights_of(self.model)))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count anew."""
        self._epoch, self._is_whole = epoch + 1, False
        self._means = _RunningMeans(self._metrics)
        self._started = self._batch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell of the batch, and look at what is wished."""
        metrics = self._means.add(batch + 1, logs or {})
        now = time.perf_counter()
        self._learning += now - self._batch_began
        size = self.settings.batch_size
        self._images += size * self._means.last_step
        batches = self.params["steps"]
        if batch % max(1, batches // _POINTS) == 0:
            # Asking for it costs a step of TensorFlow; a hundred times an epoch is enough.
            self._learning_rate()
        self._emit(
            BatchEnded(
                self._epoch,
                self.settings.epochs,
                batch + 1,
                batches,
                metrics,
                self._rate,
                self._images,
                self._learning,
            )
        )
        if not math.isfinite(metrics["loss"]):
            self._end("not a number")
        self._started += self._control.wait_while_paused()
        self._batch_began = time.perf_counter()
        if self._control.should_stop():
            self._end("stopped")
        self._is_whole = batch + 1 >= batches

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
                self.weights = kept_weights(self.model)
            return
        weights = kept_weights(self.model)
        if not _are_numbers(metrics, weights):
            self._end("not a number")
            return
        metrics["learning_rate"] = self._learning_rate()
        metrics["seconds"] = seconds = time.perf_counter() - self._started
        is_best = self._take_note(metrics, seconds, weights)
        self._after_epoch(metrics)
        patience = self.settings.patience
        waited = self.progress.waited if patience else 0
        self._emit(EpochEnded(self._epoch, self.settings.epochs, metrics, seconds, is_best, waited, patience))
        self._emit(WeightSnapshot(self._epoch, weights_of(self.model, weights)))
        if patience and waited >= patience:
            self._end("patience")

    def _take_note(self, metrics: dict[str, float], seconds: float, weights: Weights) -> bool:
        """Judge an epoch, and move the progress on: whether it is the best."""
        is_best = self.judge(self._epoch, metrics, weights)
        self.progress = Progress(
            epochs=self._epoch,
            best=self.best,
            best_epoch=self.best_epoch,
            waited=self.waited,
            plateau=self.plateau,
            seconds=self.progress.seconds + seconds,
        )
        return is_best

    def _end(self, reason: str) -> None:
        self.model.stop_training = True
        if self.reason == "finished":
            self.reason = reason

    def _learning_rate(self) -> float:
        self._rate = current_rate(self.model)
        return self._rate


class _RunningMeans:
    """Keras gives means over the epoch so far; this gives what each batch has added."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        self._count, self._means = 0, dict.fromkeys((metric.name for metric in metrics), 0.0)
        self.last_step = 0
        self._told: list[dict[str, float]] = []

    def add(self, count: int, logs: Mapping[str, Any]) -> dict[str, float]:
        """Metrics of the batches since the last call; count batches were learned so far."""
        self.last_step = step = count - self._count
        own = {}
        for metric in self._metrics:
            name, mean = metric.name, float(logs.get(metric.name, math.nan))
            value = (mean * count - self._means[name] * self._count) / step
            own[name] = min(1.0, max(0.0, value)) if metric.is_share else value
            self._means[name] = mean
        self._count = count
        self._told.append(own)
        return own

    def thinned(self, points: int) -> dict[str, list[float]]:
        """Means over at most so many even stretches, by name."""
        stretches = np.array_split(np.arange(len(self._told)), min(points, max(1, len(self._told))))
        found = {}
        for metric in self._metrics:
            values = np.array([own[metric.name] for own in self._told])
            found[metric.name] = [float(values[stretch].mean()) for stretch in stretches]
        return found


def _are_numbers(metrics: dict[str, float], weights: Weights) -> bool:
    """Whether an epoch may be kept.

    Some processors make 0 of a ReLU of what is no number: the loss alone does not tell.
    """
    return all(map(math.isfinite, metrics.values())) and all(np.isfinite(array).all() for array in weights)
