"""Progress of a run, computed from its events: curves and figures."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.advice import Advice, LearningState, advice
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RunHistory
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    RunFinished,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
)
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.metric import LOSS, Metric

MOST_POINTS = 20_000
"""Limit of the points kept per batch; beyond it, neighbours are averaged."""

_RATE = "learning_rate"

_RECENT = 5.0
"""Seconds of training over which the speed is measured."""


@dataclass(frozen=True)
class EarlierRun:
    """The run that a resumed run continues.

    Attributes:
        history: metrics of all its epochs and batches.
        best_epoch: from 1; 0 if there is none.
        seconds: training time.
        recipe: of the resumed run.
    """

    history: RunHistory
    best_epoch: int
    seconds: float
    recipe: Recipe


class Points:
    """Values by batch, averaged over more and more batches so that their number stays limited."""

    def __init__(self, names: Sequence[str]) -> None:
        """Create an empty table for values with these names."""
        self._names = ("x", *names)
        self._values = np.empty((MOST_POINTS, len(self._names)))
        self._count, self._stride = 0, 1
        self._open: list[tuple[float, ...]] = []

    def add(self, x: float, values: Mapping[str, float]) -> None:
        """Add the values of one batch; missing ones become NaN. x must increase."""
        self._open.append((x, *(values.get(name, math.nan) for name in self._names[1:])))
        if len(self._open) < self._stride:
            return
        if self._count == len(self._values):
            self._count //= 2
            self._stride *= 2
            self._values[: self._count] = self._values.reshape(-1, 2, len(self._names)).mean(axis=1)
            return
        self._values[self._count] = np.mean(self._open, axis=0) if self._stride > 1 else self._open[0]
        self._count += 1
        self._open.clear()

    def column(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and the values of one name, float64 (n,) each; empty for an unknown name."""
        count = self._count if name in self._names else 0
        column = self._names.index(name) if count else 0
        return self._values[:count, 0].copy(), self._values[:count, column].copy()


class RunProgress:
    """Progress of one run; add() takes its events in order.

    Attributes:
        recipe: of the run; None while unknown.
        metrics: the loss and the metrics of the task.
    """

    def __init__(self, recipe: Recipe | None = None) -> None:
        """Start without events."""
        self.recipe = recipe
        self.started: TrainingStarted | None = None
        self.batch: BatchEnded | None = None
        self._first_batch: BatchEnded | None = None
        self.epoch: EpochEnded | None = None
        self.ended: TrainingEnded | None = None
        self.finished: RunFinished | None = None
        self.best_epoch = 0
        self.metrics: tuple[Metric, ...] = (LOSS,)
        self._points = Points(())
        self._epochs: list[tuple[int, dict[str, float]]] = []
        self._recent: deque[tuple[float, int]] = deque()
        self._spent = 0.0
        self._trained_before = 0.0
        self._seconds: list[float] = []

    def continue_from(self, earlier: EarlierRun) -> None:
        """Start with the history of the run that is resumed."""
        history, self.recipe = earlier.history, earlier.recipe
        self.best_epoch, self._spent = earlier.best_epoch, earlier.seconds
        self._epochs = [(number, dict(metrics)) for number, metrics in enumerate(history.epochs, 1)]
        self._set_metrics(earlier.recipe.metrics)
        per_epoch = max(1, history.batches_per_epoch)
        for number, values in enumerate(zip(*history.batches.values(), strict=False)):
            batch = dict(zip(history.batches, values, strict=True))
            epoch = min(number // per_epoch, len(history.epochs) - 1)
            if history.epochs:
                batch[_RATE] = history.epochs[epoch].get(_RATE, math.nan)
            self._points.add((number + 1) / per_epoch, batch)

    def add(self, event: TrainingEvent) -> None:
        """Add the next event."""
        if isinstance(event, BatchEnded):
            self._add_batch(event)
        elif isinstance(event, TrainingStarted):
            self.started = event
            if self.metrics != (metrics := (LOSS, *task_kind(event.network.task).metrics)):
                self._set_metrics(metrics)
        elif isinstance(event, EpochEnded):
            self._add_epoch(event)
        elif isinstance(event, TrainingEnded):
            self.ended = event
            self.best_epoch = event.best_epoch
        elif isinstance(event, RunFinished):
            self.finished = event

    # --- curves ---

    def by_batch(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return fractional epochs and a metric or learning_rate by batch, float64 (n,) each."""
        return self._points.column(metric)

    def by_epoch(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return epochs and the values of a metric (Keras' name) after them, float64 (n,) each."""
        points = [(epoch, metrics[metric]) for epoch, metrics in self._epochs if metric in metrics]
        x, y = zip(*points, strict=True) if points else ((), ())
        return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)

    # --- figures ---

    @property
    def epochs(self) -> int:
        """Planned number of epochs; 0 while unknown."""
        event = self.batch or self.epoch or self.started
        return event.epochs if event is not None else 0

    @property
    def epochs_done(self) -> int:
        """Number of completed epochs."""
        return self._epochs[-1][0] if self._epochs else 0

    @property
    def best_metrics(self) -> dict[str, float]:
        """Metrics of the kept epoch by name."""
        return next((metrics for epoch, metrics in self._epochs if epoch == self.best_epoch), {})

    @property
    def elapsed(self) -> float:
        """Training time in seconds without pauses, including the earlier run."""
        in_epoch = self.batch.seconds - self._trained_before if self.batch is not None else 0.0
        return self._spent + max(0.0, in_epoch)

    @property
    def images_per_second(self) -> float:
        """Training speed over the last seconds; 0 while unknown."""
        if len(self._recent) < 2:
            return 0.0
        (first, before), (last, images) = self._recent[0], self._recent[-1]
        return (images - before) / (last - first) if last > first else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds until the last planned epoch ends; None while unknown.

        In the first epoch, it follows from the batches after the first one, which takes as long as hundreds
        since the training step is compiled.
        """
        if self.epochs == 0 or self.ended is not None:
            return None
        batch, first = self.batch, self._first_batch
        done = batch.batch / batch.batches if batch is not None and batch.epoch > self.epochs_done else 0.0
        remaining = self.epochs - self.epochs_done - done
        if self._seconds:
            return float(np.mean(self._seconds[-3:])) * remaining
        if batch is None or first is None or batch.batch <= first.batch:
            return None
        per_batch = (batch.seconds - first.seconds) / (batch.batch - first.batch)
        return per_batch * batch.batches * remaining

    def advice(self) -> tuple[Advice, ...]:
        """Return advice about the training so far; none while the recipe is unknown."""
        recipe = self.recipe
        if recipe is None:
            return ()
        return advice(
            LearningState(
                [metrics for _, metrics in self._epochs],
                self.by_batch(LOSS.name)[1],
                self.started.batches if self.started is not None else 0,
                recipe.fitting.epochs,
                recipe.task.output_shape[0] if task_kind(recipe.task).has_labels else 0,
                recipe.schedule.rate,
                is_diverged=self.ended is not None and self.ended.reason == "not a number",
            )
        )

    # --- events ---

    def _set_metrics(self, metrics: tuple[Metric, ...]) -> None:

        self.metrics = metrics
        self._points = Points([*(metric.name for metric in metrics), _RATE])

    def _add_batch(self, event: BatchEnded) -> None:
        self.batch, self._first_batch = event, self._first_batch or event
        x = event.epoch - 1 + event.batch / max(1, event.batches)
        self._points.add(x, {**event.metrics, _RATE: event.learning_rate})
        self._recent.append((event.seconds, event.images))
        while self._recent[-1][0] - self._recent[0][0] > _RECENT and len(self._recent) > 2:
            self._recent.popleft()

    def _add_epoch(self, event: EpochEnded) -> None:
        self.epoch = event
        self._epochs.append((event.epoch, dict(event.metrics)))
        self._spent += event.seconds
        self._seconds.append(event.seconds)
        if self.batch is not None:
            self._trained_before = self.batch.seconds
        if event.is_kept:
            self.best_epoch = event.epoch
