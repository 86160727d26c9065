"""What a run has told so far, kept as numbers: curves, figures, and how far it has come."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.events import (
    BatchDone,
    EpochDone,
    Learned,
    Learning,
    TrainingEvent,
)
from desktop_app.runs.recipe import Recipe
from desktop_app.runs.run_folder import History

MOST_POINTS = 20_000
"""Points by batch that are kept; beyond that, neighbours become one."""

_RECENT = 5.0
"""Seconds of learning that the pace is measured over."""


@dataclass(frozen=True)
class Past:
    """What is known of the run that one goes on from.

    Attributes:
        history: of all its epochs.
        best_epoch: from 1; 0 where there is none.
        seconds: that it took.
        recipe: of the run that goes on.
    """

    history: History
    best_epoch: int
    seconds: float
    recipe: Recipe


class Points:
    """Values by batch, at most so many points: means of more and more batches as there are more."""

    def __init__(self, most: int = MOST_POINTS) -> None:
        """Start without a point; most is even."""
        self._values = np.empty((most, 4))
        self._count, self._stride = 0, 1
        self._open: list[tuple[float, float, float, float]] = []

    def add(self, x: float, loss: float, accuracy: float, rate: float) -> None:
        """Add what one batch told; x grows."""
        self._open.append((x, loss, accuracy, rate))
        if len(self._open) < self._stride:
            return
        if self._count == len(self._values):
            self._count //= 2
            self._stride *= 2
            self._values[: self._count] = self._values.reshape(-1, 2, 4).mean(axis=1)
            return
        self._values[self._count] = np.mean(self._open, axis=0) if self._stride > 1 else self._open[0]
        self._count += 1
        self._open.clear()

    def columns(self) -> NDArray[np.float64]:
        """x, losses, accuracies and learning rates, float64 (4, n)."""
        return self._values[: self._count].T.copy()


class RunStory:
    """Takes the events of one run in their order."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.learning: Learning | None = None
        self.batch: BatchDone | None = None
        self.epoch: EpochDone | None = None
        self.learned: Learned | None = None
        self.best_epoch = 0
        self._points = Points()
        self._epochs: list[tuple[int, dict[str, float]]] = []
        self._recent: deque[tuple[float, int]] = deque()
        self._spent = 0.0
        self._learned_before = 0.0
        self._seconds: list[float] = []

    def begin_with(self, past: Past) -> None:
        """Go on from what an earlier run told."""
        history = past.history
        self.best_epoch, self._spent = past.best_epoch, past.seconds
        self._epochs = [(number, dict(metrics)) for number, metrics in enumerate(history.epochs, 1)]
        per_epoch = max(1, history.batches_per_epoch)
        told = zip(history.batch_losses, history.batch_accuracies, strict=False)
        for number, (loss, accuracy) in enumerate(told):
            epoch = min(number // per_epoch, len(history.epochs) - 1)
            rate = history.epochs[epoch].get("learning_rate", math.nan) if history.epochs else math.nan
            self._points.add((number + 1) / per_epoch, loss, accuracy, rate)

    def take(self, event: TrainingEvent) -> None:
        """Take note of one event."""
        if isinstance(event, BatchDone):
            self._take_batch(event)
        elif isinstance(event, Learning):
            self.learning = event
        elif isinstance(event, EpochDone):
            self._take_epoch(event)
        elif isinstance(event, Learned):
            self.learned = event
            self.best_epoch = event.best_epoch

    # --- curves ---

    def batches(self) -> NDArray[np.float64]:
        """Places in epochs, losses, accuracies and learning rates by batch, (4, n)."""
        return self._points.columns()

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

    def _take_batch(self, event: BatchDone) -> None:
        self.batch = event
        place = event.epoch - 1 + event.batch / max(1, event.batches)
        self._points.add(place, event.loss, event.accuracy, event.learning_rate)
        self._recent.append((event.seconds, event.images))
        while self._recent[-1][0] - self._recent[0][0] > _RECENT and len(self._recent) > 2:
            self._recent.popleft()

    def _take_epoch(self, event: EpochDone) -> None:
        self.epoch = event
        self._epochs.append((event.epoch, dict(event.metrics)))
        self._spent += event.seconds
        self._seconds.append(event.seconds)
        if self.batch is not None:
            self._learned_before = self.batch.seconds
        if event.is_best:
            self.best_epoch = event.epoch
