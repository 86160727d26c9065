"""What a training run tells while it goes: immutable events, safe to hand to another thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.network_info import NetworkInfo


@dataclass(frozen=True)
class PreparationProgress:
    """Something that takes its time before or after learning: step of steps is done, and what comes next."""

    step: int
    steps: int
    text: str


@dataclass(frozen=True)
class TrainingStarted:
    """Data and network are ready: the first batch comes next.

    Attributes:
        network: the network as it begins, without "not a character" where the recipe has none.
        device: what computes, e.g. "CPU" or the name of a graphics card.
        training, validation, test: numbers of samples.
        epochs, batches: how many there will be at most, and batches in each epoch.
        first_epoch: from 1; more where an earlier run is continued.
    """

    network: NetworkInfo
    device: str
    training: int
    validation: int
    test: int
    epochs: int
    batches: int
    first_epoch: int = 1


@dataclass(frozen=True)
class BatchEnded:
    """One batch of an epoch was learned; epoch and batch count from 1.

    Attributes:
        metrics: of this batch alone, by name: the loss and the metrics of the task.
        images: samples learned since the run began or was continued.
        seconds: of learning since then, without pauses and validation.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    metrics: Mapping[str, float]
    learning_rate: float = 0.0
    images: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is over, and everything needed to go on from here is on the disk.

    Attributes:
        metrics: means over the epoch, by Keras' names: the loss and the metrics of the task, the
            same with "val_" before them on the validation samples, and learning_rate.
        seconds: wall-clock time of the epoch without pauses.
        is_best: whether its weights are the best so far.
        patience_used, patience: epochs without improvement and how many of them end the run; 0 of 0
            where nothing ends it early.
    """

    epoch: int
    epochs: int
    metrics: Mapping[str, float]
    seconds: float
    is_best: bool = False
    patience_used: int = 0
    patience: int = 0


@dataclass(frozen=True, eq=False)
class WeightSnapshot:
    """The weights after an epoch (0: before the first), as `networks.graph.Graph` takes them.

    Attributes:
        epoch: after which.
        weights: float32 by "layer/weight".
    """

    epoch: int
    weights: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class TrainingEnded:
    """TrainingStarted is over and the best weights are on the disk.

    Attributes:
        reason: why it ended: "finished", "stopped", "patience" or "not a number".
        best_epoch: from 1; 0 where no epoch was completed.
    """

    reason: str
    best_epoch: int


@dataclass(frozen=True)
class RunFinished:
    """The run is over and its model folder is written; stopped when it was asked to end early."""

    folder: str
    stopped: bool


TrainingEvent: TypeAlias = (
    PreparationProgress
    | TrainingStarted
    | BatchEnded
    | EpochEnded
    | WeightSnapshot
    | TrainingEnded
    | RunFinished
)
Emit: TypeAlias = Callable[[TrainingEvent], None]
