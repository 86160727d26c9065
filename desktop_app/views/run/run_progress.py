"""What a run has told so far, kept as numbers: curves, figures, and how far it has come."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import RunHistory
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    TrainingEnded,
    TrainingEvent,
    TrainingStarted,
)
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.metric import LOSS, Metric

MOST_POINTS = 20_000
"""Points by batch that are kept; beyond that, neighbours become one."""

_RATE = "learning_rate"

_RECENT = 5.0
"""Seconds of learning that the pace is measured over."""


@dataclass(frozen=True)
class EarlierRun:
    """What is known of the run that one goes on from.

    Attributes:
        history: of all its epochs.
        best_epoch: from 1; 0 where there is none.
        seconds: that it took.
        recipe: of the run that goes on.
    """

    history: RunHistory
    best_epoch: int
    seconds: float
    recipe: Recipe


class Points:
    """Values by batch, at most so many points: means of more and more batches as there are more."""

    def __init__(self, names: Sequence[str], most: int = MOST_POINTS) -> None:
        """Start without a point of values by these names; most is even."""
        self._names = ("x", *names)
        self._values = np.empty((most, len(self._names)))
        self._count, self._stride = 0, 1
        self._open: list[tuple[float, ...]] = []

    def add(self, x: float, values: Mapping[str, float]) -> None:
        """Add the values of one batch, those that are missing as NaN; x grows."""
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
        """X and the values of one name, float64 (n,) each; none where the name is not known."""
        count = self._count if name in self._names else 0
        at = self._names.index(name) if count else 0
        return self._values[:count, 0].copy(), self._values[:count, at].copy()


class RunProgress:
    """Takes the events of one run in their order.

    Attributes:
        metrics: what is measured: the loss, and the metrics of the task.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.learning: TrainingStarted | None = None
        self.batch: BatchEnded | None = None
        self.epoch: EpochEnded | None = None
        self.learned: TrainingEnded | None = None
        self.best_epoch = 0
        self.metrics: tuple[Metric, ...] = (LOSS,)
        self._points = Points(())
        self._epochs: list[tuple[int, dict[str, float]]] = []
        self._recent: deque[tuple[float, int]] = deque()
        self._spent = 0.0
        self._learned_before = 0.0
        self._seconds: list[float] = []

    def begin_with(self, past: EarlierRun) -> None:
        """Go on from what an earlier run told."""
        history = past.history
        self.best_epoch, self._spent = past.best_epoch, past.seconds
        self._epochs = [(number, dict(metrics)) for number, metrics in enumerate(history.epochs, 1)]
        self._measure(past.recipe.metrics)
        per_epoch = max(1, history.batches_per_epoch)
        for number, values in enumerate(zip(*history.batches.values(), strict=False)):
            own = dict(zip(history.batches, values, strict=True))
            epoch = min(number // per_epoch, len(history.epochs) - 1)
            if history.epochs:
                own[_RATE] = history.epochs[epoch].get(_RATE, math.nan)
            self._points.add((number + 1) / per_epoch, own)

    def take(self, event: TrainingEvent) -> None:
        """Take note of one event."""
        if isinstance(event, BatchEnded):
            self._take_batch(event)
        elif isinstance(event, TrainingStarted):
            self.learning = event
            if self.metrics != (metrics := (LOSS, *task_kind(event.network.task).metrics)):
                self._measure(metrics)
        elif isinstance(event, EpochEnded):
            self._take_epoch(event)
        elif isinstance(event, TrainingEnded):
            self.learned = event
            self.best_epoch = event.best_epoch

    # --- curves ---

    def by_batch(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epochs, with their parts, and the values of a metric, or learning_rate, by batch."""
        return self._points.column(metric)

    def by_epoch(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epochs and the values of a metric after them, by Keras' name; without epochs that lack it."""
        told = [(epoch, metrics[metric]) for epoch, metrics in self._epochs if metric in metrics]
        x, y = zip(*told, strict=True) if told else ((), ())
        return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)

    # --- figures ---

    @property
    def epochs(self) -> int:
        """How many there will be at most; 0 while that is unknown."""
        told = self.batch or self.epoch or self.learning
        return told.epochs if told is not None else 0

    @property
    def epochs_done(self) -> int:
        """How many are completed."""
        return self._epochs[-1][0] if self._epochs else 0

    @property
    def best_metrics(self) -> dict[str, float]:
        """What was measured after the best epoch."""
        return next((metrics for epoch, metrics in self._epochs if epoch == self.best_epoch), {})

    @property
    def elapsed(self) -> float:
        """Seconds without pauses, over all continuations."""
        in_epoch = self.batch.seconds - self._learned_before if self.batch is not None else 0.0
        return self._spent + max(0.0, in_epoch)

    @property
    def images_per_second(self) -> float:
        """The pace of the last seconds; 0 while it is unknown."""
        if len(self._recent) < 2:
            return 0.0
        (first, before), (last, images) = self._recent[0], self._recent[-1]
        return (images - before) / (last - first) if last > first else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it takes if no patience runs out; None while that is unknown."""
        if self.epochs == 0 or self.learned is not None:
            return None
        batch = self.batch
        share = batch.batch / batch.batches if batch is not None and batch.epoch > self.epochs_done else 0.0
        rest = self.epochs - self.epochs_done - share
        if self._seconds:
            return float(np.mean(self._seconds[-3:])) * rest
        if batch is None or not share or batch.seconds <= 0:
            return None
        return batch.seconds / share * rest

    # --- taking note ---

    def _measure(self, metrics: tuple[Metric, ...]) -> None:
        """From now on these metrics are kept by batch."""
        self.metrics = metrics
        self._points = Points([*(metric.name for metric in metrics), _RATE])

    def _take_batch(self, event: BatchEnded) -> None:
        self.batch = event
        place = event.epoch - 1 + event.batch / max(1, event.batches)
        self._points.add(place, {**event.metrics, _RATE: event.learning_rate})
        self._recent.append((event.seconds, event.images))
        while self._recent[-1][0] - self._recent[0][0] > _RECENT and len(self._recent) > 2:
            self._recent.popleft()

    def _take_epoch(self, event: EpochEnded) -> None:
        self.epoch = event
        self._epochs.append((event.epoch, dict(event.metrics)))
        self._spent += event.seconds
        self._seconds.append(event.seconds)
        if self.batch is not None:
            self._learned_before = self.batch.seconds
        if event.is_best:
            self.best_epoch = event.epoch
