"""What a training run tells while it goes: immutable events, safe to hand to another thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Preparing:
    """Data is being read and drawn: step of steps is done, and text says what comes next."""

    step: int
    steps: int
    text: str


@dataclass(frozen=True)
class BatchDone:
    """One batch of an epoch was learned; epoch and batch count from 1."""

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class EpochDone:
    """An epoch is over: its mean training and validation metrics by Keras' names."""

    epoch: int
    epochs: int
    metrics: Mapping[str, float]
    seconds: float


@dataclass(frozen=True)
class Finished:
    """The run is over and its model folder is written; stopped when it was asked to end early."""

    folder: str
    stopped: bool


TrainingEvent: TypeAlias = Preparing | BatchDone | EpochDone | Finished
Emit: TypeAlias = Callable[[TrainingEvent], None]
ShouldStop: TypeAlias = Callable[[], bool]
