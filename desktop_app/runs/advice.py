"""Advice about a training, computed from its progress."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message, message
from desktop_app.tasks.metric import ACCURACY, LOSS

_FEW_STEPS = 100
"""Number of training steps below which few networks converge."""

_GOOD_ACCURACY = 0.97
"""Validation accuracy from which more steps are not worth advice."""

_CHANCE = 1.4
"""An accuracy up to this multiple of the chance level counts as chance."""

_LOSS_OF_GUESSING = 1.5
"""A loss above this multiple of that of equal probabilities comes from a learning rate that is too high."""

_LEAST_FALL, _POOR_ACCURACY = 0.01, 0.5
"""A loss that falls by a smaller share does not move, unless the accuracy is already higher than this."""

_STEPS_OF_CHANCE, _EPOCHS_OF_CHANCE = 50, 2
"""Steps and epochs after which a network should have left the chance level."""

_RISE, _LEAST_RISE = 1.3, 0.15
"""The training loss rises if it exceeds its minimum by this factor and by this share of its first value."""

_LEAST_BATCHES = 12
"""Number of batches from which the loss inside the first epoch is judged."""

_VALIDATION_RISE, _EPOCHS_OF_OVERFITTING = 1.1, 2
"""Factor and number of epochs by which the validation loss exceeds its minimum in overfitting."""

_VALIDATION_LOSS, _VALIDATION_ACCURACY = f"val_{LOSS.name}", f"val_{ACCURACY.name}"


class Topic(Enum):
    """What an advice is about."""

    DIVERGED = "the loss became NaN"
    RATE_TOO_HIGH = "the loss rises"
    NOTHING_LEARNED = "accuracy at chance level"
    VALIDATION_AT_CHANCE = "validation accuracy at chance level"
    FEW_STEPS = "few training steps"
    OVERFITTING = "validation loss rises while the training loss falls"


@dataclass(frozen=True)
class Advice:
    """An advice: its topic, one or two sentences for users, and the epoch that it is about; 0 for none."""

    topic: Topic
    text: Message
    epoch: int = 0


@dataclass(frozen=True, eq=False)
class LearningState:
    """Progress of a training, as far as advice needs it.

    Attributes:
        epochs: metrics of the completed epochs by Keras' names.
        batch_losses: float64 (n,), training losses by batch or by interval of equal length, in order.
        steps: number of training steps per epoch; 0 if unknown.
        planned_epochs: planned number of epochs.
        labels: number of labels; 0 for networks that output images.
        rate: largest learning rate of the recipe.
        is_diverged: whether training ended because the loss became NaN.
    """

    epochs: Sequence[Mapping[str, float]]
    batch_losses: NDArray[np.float64]
    steps: int
    planned_epochs: int
    labels: int
    rate: float
    is_diverged: bool = False

    def metric(self, name: str) -> list[float]:
        """Return the values of a metric by epoch; NaN where it is missing."""
        return [float(metrics.get(name, math.nan)) for metrics in self.epochs]


def advice(state: LearningState) -> tuple[Advice, ...]:
    """Return advice about a training, the most important first; usually none."""
    if state.is_diverged:
        text = message(
            "The learning rate is too high: the loss became NaN. Try {rate}.", rate=_number(state.rate / 10)
        )
        return (Advice(Topic.DIVERGED, text),)
    if _rises(state):
        text = message(
            "The training loss rises: the learning rate is too high. Try {rate}.",
            rate=_number(state.rate / 3),
        )
        return (Advice(Topic.RATE_TOO_HIGH, text),)
    found = (_at_chance(state), _with_few_steps(state), _overfitting(state))
    return tuple(each for each in found if each is not None)


def _rises(state: LearningState) -> bool:
    """Return whether the training loss ends above its minimum, or rises inside the first epoch."""
    losses = state.metric(LOSS.name)
    if len(losses) > 1:
        least = min(losses[:-1])
        return losses[-1] > max(_RISE * least, least + _LEAST_RISE * losses[0])
    batches = state.batch_losses[np.isfinite(state.batch_losses)]
    if len(batches) < _LEAST_BATCHES:
        return False
    quarters = [float(part.mean()) for part in np.array_split(batches, 4)]
    return quarters[-1] > _RISE * quarters[0]


def _at_chance(state: LearningState) -> Advice | None:
    """Return advice if the network guesses."""
    done = len(state.epochs)
    if not state.labels or done < _EPOCHS_OF_CHANCE or done * state.steps < _STEPS_OF_CHANCE:
        return None
    losses, accuracy = state.metric(LOSS.name), state.metric(ACCURACY.name)[-1]
    lower, higher = _number(state.rate / 10), _number(state.rate * 10)
    chance = 1 / state.labels
    percent = f"{100 * chance:.0f}"
    is_still = losses[0] - min(losses) < _LEAST_FALL * losses[0] and accuracy < _POOR_ACCURACY
    if accuracy <= _CHANCE * chance or is_still:
        if losses[0] > _LOSS_OF_GUESSING * math.log(state.labels):
            text = message("Nothing is learned: the learning rate is too high. Try {rate}.", rate=lower)
            return Advice(Topic.RATE_TOO_HIGH, text)
        return Advice(
            Topic.NOTHING_LEARNED,
            message(
                "Nothing is learned yet: accuracy {accuracy} %, chance level {percent} %. Try a learning "
                "rate of {higher} or {lower}, and check the labels in Data.",
                accuracy=f"{100 * accuracy:.0f}",
                percent=percent,
                higher=higher,
                lower=lower,
            ),
        )
    if state.metric(_VALIDATION_ACCURACY)[-1] <= _CHANCE * chance:
        return Advice(
            Topic.VALIDATION_AT_CHANCE,
            message(
                "The validation accuracy is at chance level, {percent} %, the training accuracy is not. "
                "Check whether the validation samples look like the training samples.",
                percent=percent,
            ),
        )
    return None


def _with_few_steps(state: LearningState) -> Advice | None:
    """Return advice if the run is short and its result can be better."""
    total = state.steps * state.planned_epochs
    accuracies = state.metric(_VALIDATION_ACCURACY)
    if not 0 < total < _FEW_STEPS or (accuracies and max(accuracies) >= _GOOD_ACCURACY):
        return None
    return Advice(
        Topic.FEW_STEPS,
        message(
            "This run has few training steps ({steps}). Train more epochs or use smaller batches.",
            steps=total,
        ),
    )


def _overfitting(state: LearningState) -> Advice | None:
    """Return advice if the validation loss has been rising while the training loss has been falling."""
    training, validation = state.metric(LOSS.name), state.metric(_VALIDATION_LOSS)
    if not validation or not all(map(math.isfinite, validation)):
        return None
    best = int(np.argmin(validation))
    later = validation[best + 1 :]
    rising = len(later) >= _EPOCHS_OF_OVERFITTING and all(
        loss > _VALIDATION_RISE * validation[best] for loss in later[-_EPOCHS_OF_OVERFITTING:]
    )
    if not rising or training[-1] >= training[best]:
        return None
    return Advice(
        Topic.OVERFITTING,
        message(
            "Overfitting starts after epoch {epoch}: the validation loss rises while the training loss "
            "falls. Augmentation, dropout or more samples help.",
            epoch=best + 1,
        ),
        best + 1,
    )


def _number(value: float) -> str:
    """Return a learning rate with one digit, e.g. "0.003" or "1e-06"."""
    return f"{float(f'{value:.0e}'):g}"
