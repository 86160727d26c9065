"""Evaluation of readings: accuracy, rejection and calibration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.reliability import reliability
from desktop_app.tasks.task import Task

_FIRST = 3


@dataclass(frozen=True)
class UnknownLabelFigures:
    """Figures of samples whose label the model does not know.

    Attributes:
        count: number of samples.
        rejected: share, 0..1, with a verdict other than `read`; None without samples.
    """

    count: int
    rejected: float | None


@dataclass(frozen=True)
class Figures:
    """Figures of an evaluation. Shares are 0..1, or None without samples.

    Attributes:
        count: samples whose label the model knows.
        accuracy: share of them whose most probable label is the true one, whatever the verdict.
        accuracy_of_first_three: share of them whose true label is among the three most probable.
        rejected: share of them with a verdict other than `read`.
        accuracy_of_read: share of right labels among those with the verdict `read`.
        ece: expected calibration error of the probability of the most probable label.
        confusion: counts, true label by row and most probable label by column.
        other: samples of labels that the model does not know.
        other_without_look_alikes: the same without look-alikes.
    """

    count: int
    accuracy: float | None
    accuracy_of_first_three: float | None
    rejected: float | None
    accuracy_of_read: float | None
    ece: float | None
    confusion: tuple[tuple[int, ...], ...]
    other: UnknownLabelFigures
    other_without_look_alikes: UnknownLabelFigures


def measure(answers: Iterable[tuple[str, Reading]], task: Task, look_alikes: tuple[str, ...]) -> Figures:
    """Compare readings with the true labels.

    Args:
        answers: true label and reading of each sample.
        task: task of the model.
        look_alikes: other labels that look like those of the model.
    """
    indices = task.label_index
    confusion = np.zeros((len(task.labels), len(task.labels)), dtype=np.int64)
    right, among_three, confidence, read = [], [], [], []
    other, look_alike = [], []
    for true_label, reading in answers:
        is_read = reading.verdict is Verdict.READ
        if true_label not in indices:
            other.append(not is_read)
            look_alike.append(true_label in look_alikes)
            continue
        true_index, best = indices[true_label], [indices[label] for label in _most_probable(reading)]
        right.append(best[:1] == [true_index])
        among_three.append(true_index in best)
        confidence.append(max(reading.probabilities.values(), default=0.0))
        read.append(is_read)
        if best:
            confusion[true_index, best[0]] += 1
    is_right, was_read = np.array(right, dtype=bool), np.array(read, dtype=bool)
    rejected, is_look_alike = np.array(other, dtype=bool), np.array(look_alike, dtype=bool)
    return Figures(
        count=len(is_right),
        accuracy=_share(is_right),
        accuracy_of_first_three=_share(np.array(among_three, dtype=bool)),
        rejected=_share(~was_read),
        accuracy_of_read=_share(is_right[was_read]),
        ece=reliability(np.array(confidence), is_right).error,
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        other=UnknownLabelFigures(len(rejected), _share(rejected)),
        other_without_look_alikes=UnknownLabelFigures(
            int((~is_look_alike).sum()), _share(rejected[~is_look_alike])
        ),
    )


def _most_probable(reading: Reading) -> list[str]:
    """Return up to three labels, the most probable first."""
    return sorted(reading.probabilities, key=lambda known: -reading.probabilities[known])[:_FIRST]


def _share(flags: NDArray[np.bool_]) -> float | None:
    return float(flags.mean()) if len(flags) else None
