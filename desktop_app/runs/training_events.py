"""Events of a training run: immutable, so that they can be passed to other threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message
from desktop_app.networks.network_info import NetworkInfo


@dataclass(frozen=True)
class PreparationProgress:
    """Progress of a step before or after training: completed steps, all steps, and the next step."""

    step: int
    steps: int
    text: Message


@dataclass(frozen=True)
class SamplesLeftOut:
    """Not everything in a data source is used.

    Attributes:
        title: of the source.
        files: path, row or labels of what is left out, and the reason.
    """

    title: str
    files: tuple[tuple[str, Message], ...]


@dataclass(frozen=True)
class TrainingStarted:
    """Data and network are ready, and training starts.

    Attributes:
        network: description of the network.
        device: "CPU" or the name of the GPU.
        training, validation, test: numbers of samples.
        epochs: maximum number of epochs.
        batches: number of batches per epoch.
        first_epoch: number of the first epoch, from 1; higher for a resumed run.
        precision: Keras dtype policy of the training.
        title: of the run.
    """

    network: NetworkInfo
    device: str
    training: int
    validation: int
    test: int
    epochs: int
    batches: int
    first_epoch: int = 1
    precision: str = "float32"
    title: str = ""


@dataclass(frozen=True)
class BatchEnded:
    """A training batch has ended; epochs and batches are counted from 1.

    Attributes:
        metrics: loss and metrics of the task on this batch, by name.
        images: number of samples trained since the start or resumption of the run.
        seconds: training time since then, without pauses and validation.
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
    """An epoch has ended, and its checkpoint is written.

    Attributes:
        metrics: means over the epoch by Keras' names: loss and metrics of the task, the same prefixed with
            "val_" for the validation samples, and learning_rate.
        seconds: duration of the epoch without pauses.
        is_kept: whether its weights are the ones to keep so far.
        patience_used: epochs without improvement.
        patience: epochs without improvement after which training stops; 0 to never stop early.
    """

    epoch: int
    epochs: int
    metrics: Mapping[str, float]
    seconds: float
    is_kept: bool = False
    patience_used: int = 0
    patience: int = 0


@dataclass(frozen=True, eq=False)
class WeightSnapshot:
    """Weights after an epoch, for `networks.graph.Graph`.

    Attributes:
        epoch: number of the epoch; 0 for the initial weights.
        weights: float32 arrays by "layer/weight".
    """

    epoch: int
    weights: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class TrainingEnded:
    """Training has ended, and the kept weights are written.

    Attributes:
        reason: why training ended: "finished", "stopped", "patience" or "not a number".
        best_epoch: number of the kept epoch, from 1; 0 if no epoch was completed.
    """

    reason: str
    best_epoch: int


@dataclass(frozen=True)
class RunFinished:
    """The model folder is written.

    Attributes:
        folder: of the model.
        stopped: whether the run was stopped early.
        figures: loss and metrics by name, see `RunRecord`.
    """

    folder: str
    stopped: bool
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


TrainingEvent: TypeAlias = (
    PreparationProgress
    | SamplesLeftOut
    | TrainingStarted
    | BatchEnded
    | EpochEnded
    | WeightSnapshot
    | TrainingEnded
    | RunFinished
)
Emit: TypeAlias = Callable[[TrainingEvent], None]
