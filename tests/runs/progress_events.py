"""Events of a run."""

from __future__ import annotations

from desktop_app.core.messages import message
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.training_events import (
    BatchEnded,
    EpochEnded,
    PreparationProgress,
    TrainingEvent,
    TrainingStarted,
    WeightSnapshot,
)
from desktop_app.tasks.task import Task

NETWORK = NetworkInfo("small", "Small", Task(labels=()), layers=())


STARTED = TrainingStarted(NETWORK, "CPU, 4 threads", 54_000, 6000, 10_000, epochs=20, batches=10)


def batch(epoch: int, number: int, seconds: float = 0.0) -> BatchEnded:
    images = ((epoch - 1) * 10 + number) * 128
    metrics = {"loss": 2 / epoch, "accuracy": 0.9}
    return BatchEnded(epoch, 20, number, 10, metrics, 1e-3, images, seconds or images / 1280)


def epoch_done(epoch: int, best: bool = True, used: int = 0, patience: int = 5) -> EpochEnded:
    metrics = {"loss": 0.3, "accuracy": 0.91, "val_loss": 0.1234, "val_accuracy": 0.9831}
    return EpochEnded(epoch, 20, metrics, 2.0, is_kept=best, patience_used=used, patience=patience)


def some_epochs(count: int = 3) -> list[TrainingEvent]:
    """Events of a run whose second epoch was the best, up to half of the epoch after the last."""
    events: list[TrainingEvent] = [
        PreparationProgress(0, 2, message("Reading MNIST")),
        STARTED,
        WeightSnapshot(0, {}),
    ]
    for epoch in range(1, count + 1):
        events += [batch(epoch, number) for number in range(1, 11)]
        events.append(epoch_done(epoch, best=epoch <= 2, used=max(0, epoch - 2)))
    return [*events, *(batch(count + 1, number) for number in range(1, 6))]
