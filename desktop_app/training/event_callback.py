"""A Keras callback that emits events, keeps the best weights, and stops the training.

Keras' own callbacks lose their state when a run is interrupted, write files in place, and cannot stop during
validation.
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
from desktop_app.training.loop import EpochMonitor, Weights, averaged_weights, current_learning_rate
from desktop_app.training.loop_settings import LoopSettings

_POINTS = 100
"""Number of points per epoch in the curves by batch."""


class EventCallback(EpochMonitor):
    """Callback for one call of fit.

    Attributes:
        progress: progress of the run after the last complete epoch.
        reason: why training ended: "finished", "stopped", "patience" or "not a number".
    """

    def __init__(
        self,
        metrics: tuple[Metric, ...],
        settings: LoopSettings,
        progress: Progress,
        emit: Emit,
        control: RunControl,
        after_epoch: Callable[[dict[str, float]], None],
    ) -> None:
        """Create the callback.

        Args:
            metrics: metrics to report, including the loss.
            settings: settings of the training.
            progress: progress of the run before this call of fit.
            emit: receives an event for each batch and epoch.
            control: checked after each batch.
            after_epoch: called with the metrics of each complete epoch, before its event is emitted.
        """
        super().__init__(settings)
        self._metrics = metrics
        self._emit, self._control, self._after_epoch = emit, control, after_epoch
        self.progress = progress
        self.best, self.best_epoch = progress.best, progress.best_epoch
        self.waited, self.plateau = progress.waited, progress.plateau
        self.reason = "finished"
        self._epoch = progress.epochs
        self._images, self._seconds = 0, 0.0
        self._means = _RunningMeans(metrics)
        self._is_complete = False
        self._rate = 0.0

    @property
    def points(self) -> dict[str, list[float]]:
        """Metrics by batch of the last epoch, by name: means over at most 100 intervals of equal length."""
        return self._means.thinned(_POINTS)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Keep and report the initial weights."""
        if not self.weights:
            self.weights = averaged_weights(self.model)
        if self.progress.epochs == 0:
            self._emit(WeightSnapshot(0, weights_of(self.model)))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Reset the values of the epoch."""
        self._epoch, self._is_complete = epoch + 1, False
        self._means = _RunningMeans(self._metrics)
        self._started = self._batch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Report the batch; stop or pause if requested."""
        metrics = self._means.add(batch + 1, logs or {})
        now = time.perf_counter()
        self._seconds += now - self._batch_began
        size = self.settings.batch_size
        self._images += size * self._means.last_step
        batches = self.params["steps"]
        if batch % max(1, batches // _POINTS) == 0:
            # Reading it runs a TensorFlow operation; 100 times per epoch is enough.
            self._read_learning_rate()
        self._emit(
            BatchEnded(
                self._epoch,
                self.settings.epochs,
                batch + 1,
                batches,
                metrics,
                self._rate,
                self._images,
                self._seconds,
            )
        )
        if not math.isfinite(metrics["loss"]):
            self._end("not a number")
        self._started += self._control.wait_while_paused()
        self._batch_began = time.perf_counter()
        if self._control.should_stop():
            self._end("stopped")
        self._is_complete = batch + 1 >= batches

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Stop the validation at once if the run is to end."""
        if self._control.should_stop() or self.reason == "not a number":
            self._is_complete = False
            self.model.stop_evaluating = True
            self._end(self.reason if self.reason != "finished" else "stopped")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Record and report the epoch if it is complete."""
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        if not self._is_complete:
            if self.progress.epochs == 0 and self.reason == "stopped":
                # Better than the initial weights.
                self.weights = averaged_weights(self.model)
            return
        weights = averaged_weights(self.model)
        if not _are_finite(metrics, weights):
            self._end("not a number")
            return
        metrics["learning_rate"] = self._read_learning_rate()
        metrics["seconds"] = seconds = time.perf_counter() - self._started
        is_best = self._advance(metrics, seconds, weights)
        is_kept = is_best or self.settings.keep == "last"
        self._after_epoch(metrics)
        patience = self.settings.patience
        waited = self.progress.waited if patience else 0
        self._emit(EpochEnded(self._epoch, self.settings.epochs, metrics, seconds, is_kept, waited, patience))
        self._emit(WeightSnapshot(self._epoch, weights_of(self.model, weights)))
        if patience and waited >= patience:
            self._end("patience")

    def _advance(self, metrics: dict[str, float], seconds: float, weights: Weights) -> bool:
        """Record the epoch and update the progress; return whether the epoch is the best so far."""
        is_best = self.record(self._epoch, metrics, weights)
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

    def _read_learning_rate(self) -> float:
        self._rate = current_learning_rate(self.model)
        return self._rate


class _RunningMeans:
    """Metrics of single batches, computed from Keras' means over the epoch so far."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        self._count, self._means = 0, dict.fromkeys((metric.name for metric in metrics), 0.0)
        self.last_step = 0
        self._batches: list[dict[str, float]] = []

    def add(self, count: int, logs: Mapping[str, Any]) -> dict[str, float]:
        """Return the metrics of the batches since the last call.

        Args:
            count: batches of the epoch so far.
            logs: Keras' means over these batches.
        """
        self.last_step = step = count - self._count
        values = {}
        for metric in self._metrics:
            name, mean = metric.name, float(logs.get(metric.name, math.nan))
            value = (mean * count - self._means[name] * self._count) / step
            values[name] = min(1.0, max(0.0, value)) if metric.is_share else value
            self._means[name] = mean
        self._count = count
        self._batches.append(values)
        return values

    def thinned(self, points: int) -> dict[str, list[float]]:
        """Return means over at most so many intervals of equal length, by name."""
        count = len(self._batches)
        intervals = np.array_split(np.arange(count), min(points, max(1, count)))
        means = {}
        for metric in self._metrics:
            values = np.array([batch[metric.name] for batch in self._batches])
            means[metric.name] = [float(values[interval].mean()) for interval in intervals]
        return means


def _are_finite(metrics: dict[str, float], weights: Weights) -> bool:
    """Return whether all metrics and weights are finite.

    On some CPUs ReLU turns NaN into 0, so checking the loss is not enough.
    """
    return all(map(math.isfinite, metrics.values())) and all(np.isfinite(array).all() for array in weights)
