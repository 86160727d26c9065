"""Measurement of what a model from elsewhere takes and recognizes, with the bundled sample digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.paths import resources_dir
from desktop_app.data.sample_set import SampleSet, open_sample_set
from desktop_app.networks.import_facts import CONVERSIONS, Values
from desktop_app.tasks.task import DIGITS, Task

Predict: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float32]]

_LEAST_ACCURACY = 0.25
"""Share of the digits from which a network is taken to read them; 0.1 is chance."""

_LEAST_SHARE = 0.6
"""Share of the digits that outputs in another order, or for more characters, must distinguish."""

_LEAST_GAIN = 0.05
"""Difference of the log loss from which other values are better."""

_LOWEST_PROBABILITY = 1e-3


@dataclass(frozen=True)
class Measured:
    """Result of reading the sample digits.

    Attributes:
        values: values that the network takes.
        labels: labels of the outputs, without that for "not a character"; empty if it reads no digits.
        accuracy: share of the digits that are read correctly; None without labels.
    """

    values: Values
    labels: tuple[str, ...]
    accuracy: float | None


def measure(predict: Predict, task: Task, most_samples: int, default: Values) -> Measured:
    """Let a network read the sample digits in all conventions of values.

    Args:
        predict: computes probabilities, float32 (n, outputs), of images, float32 (n, *input shape).
        task: task for which the digits are prepared; its labels do not matter.
        most_samples: number of digits to read at most.
        default: values to assume if no others are clearly better.
    """
    samples = _digits(task)
    images = samples.model_inputs(0, most_samples)
    digits = np.array([int(label) for label in samples.labels[: len(images)]])
    tries = {
        values: _attempt(np.nan_to_num(predict(images * np.float32(factor) + np.float32(offset))), digits)
        for values, (factor, offset) in CONVERSIONS.items()
    }
    readable = [values for values, attempt in tries.items() if attempt.meanings]
    if not readable:
        return Measured(default, (), None)
    best = min(readable, key=lambda values: tries[values].loss)
    if default in readable and tries[default].loss - tries[best].loss < _LEAST_GAIN:
        best = default
    meanings = tries[best].meanings
    if sorted(meanings) != list(range(len(DIGITS))):
        return Measured(best, (), None)
    return Measured(best, tuple(DIGITS[digit] for digit in meanings), tries[best].accuracy)


def accuracy_of(predict: Predict, task: Task, most_samples: int) -> float | None:
    """Return the share of the sample digits that a network with a known task reads correctly.

    Args:
        predict: see `measure`.
        task: of the network.
        most_samples: number of digits to read at most.

    Returns:
        The share; None if it reads no characters, or not all digits are among them.
    """
    if task.kind != "character" or not task.label_index.keys() >= {*DIGITS}:
        return None
    samples = _digits(task)
    images = samples.model_inputs(0, most_samples)
    wanted = [task.label_index[label] for label in samples.labels[: len(images)]]
    return float(np.mean(np.nan_to_num(predict(images)).argmax(axis=1) == wanted))


def _digits(task: Task) -> SampleSet:
    """Return the sample digits as inputs of a task."""
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", task)
    assert samples is not None, "it is not stopped"
    return samples


@dataclass(frozen=True)
class _Attempt:
    """Result of reading the digits in one convention.

    Attributes:
        meanings: the digit of each output, -1 for outputs that never answer, without the last one if that is
            for "not a character"; empty if the digits are not distinguished.
        accuracy: share of the digits that are read correctly with these meanings.
        loss: mean log loss with these meanings.
    """

    meanings: tuple[int, ...]
    accuracy: float
    loss: float


def _attempt(probabilities: NDArray[np.float32], digits: NDArray[np.int64]) -> _Attempt:
    outputs = probabilities.shape[1]
    answers = probabilities.argmax(axis=1)
    counts = np.zeros((outputs, len(DIGITS)), dtype=np.int64)
    np.add.at(counts, (answers, digits), 1)
    in_order = float(np.mean(answers == digits)) if outputs - len(DIGITS) in (0, 1) else 0.0
    in_any_order = float(counts.max(axis=1).sum() / len(digits))
    if in_order >= max(_LEAST_ACCURACY, in_any_order - _LEAST_ACCURACY):
        meanings, accuracy = np.arange(len(DIGITS)), in_order
    elif in_any_order >= _LEAST_SHARE:
        meanings, accuracy = np.where(counts.any(axis=1), counts.argmax(axis=1), -1), in_any_order
    else:
        return _Attempt((), 0.0, math.inf)
    is_right = meanings[None, :] == digits[:, None]
    right = (probabilities[:, : len(meanings)] * is_right).sum(axis=1)
    loss = float(-np.log(np.maximum(right, _LOWEST_PROBABILITY)).mean())
    return _Attempt(tuple(meanings.tolist()), accuracy, loss)
