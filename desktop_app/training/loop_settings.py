"""Settings of the training loop."""

from __future__ import annotations

from dataclasses import dataclass

AUTOMATIC = "auto"
"""Precision that is chosen by the duration of a training step."""


@dataclass(frozen=True)
class LoopSettings:
    """Settings of a training.

    Attributes:
        seed: random seed of initial weights, sample order and augmentation.
        loss: name of the loss, see `make_loss`.
        metrics: names of the metrics, see `make_metric`.
        classes: number of outputs where targets are classes; 0 where they are images.
        monitor: metric that selects the best epoch; on the validation samples if there are any.
        higher_is_better: direction of that metric.
        keep: "best" or "last", the epoch whose weights are kept.
        patience: epochs without improvement after which training stops; 0 to never stop early.
        schedule, rate, warm_up, every, factor, minimum: learning rate schedule, see `learning_rate`.
        weight_decay: decoupled from the gradient; not applied to biases and normalization.
        average_momentum: momentum of the moving average of the weights (EMA); 0 for none. It is lowered in
            short trainings.
        steps_per_execution: upper bound of Keras' option of the same name.
        momentum: momentum of SGD, beta_1 of Adam and AdamW.
        recalibration_batches: number of batches for `recalibrate`.
        precision: Keras dtype policy of the training, or AUTOMATIC, see `with_fastest_precision`; the kept
            weights are float32.
    """

    seed: int
    epochs: int
    batch_size: int
    loss: str
    metrics: tuple[str, ...]
    classes: int
    monitor: str
    higher_is_better: bool
    keep: str
    patience: int
    schedule: str
    rate: float
    warm_up: float
    every: int
    factor: float
    minimum: float
    optimizer: str
    momentum: float
    weight_decay: float
    label_smoothing: float
    average_momentum: float
    steps_per_execution: int
    jit_compile: bool
    recalibration_batches: int
    precision: str
