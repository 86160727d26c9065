"""Metrics of the answers to test samples. The module does not need Keras."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.runs.answers import Answers
from desktop_app.tasks.reliability import Reliability, reliability
from desktop_app.tasks.task import DIGITS

_Z_95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""

_SMALLEST = 1e-7
"""Keras clips probabilities to at least this value in its crossentropy."""

NUMBER_LENGTH = 10
"""Number of characters, e.g. in a telephone number."""

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]
"""Row numbers of samples."""


@dataclass(frozen=True)
class ClassFigures:
    """Metrics of a class, 0..1; None if undefined.

    Attributes:
        label: None for "not a character".
        support: number of samples of this class.
        precision: share of the answers with this class that are correct.
        recall: share of the samples of this class with a correct answer.
        f1: harmonic mean of precision and recall.
    """

    label: str | None
    support: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class ThresholdFigures:
    """Effect of the threshold on samples of characters.

    Attributes:
        threshold: confidence from which the verdict is "read".
        read: share of the samples with the verdict "read".
        accuracy_of_read: accuracy on those samples; None if there are none.
    """

    threshold: float
    read: float
    accuracy_of_read: float | None


@dataclass(frozen=True)
class NumberFigures:
    """Expected shares, 0..1, of numbers with ten characters, e.g. telephone numbers.

    Attributes:
        are_digits: whether the characters are digits; otherwise any of the labels.
        all_correct: share in which all most probable labels are correct.
        checked: share with at least one verdict other than "read", to be checked by the user; None without
            a threshold.
        accepted_wrong: share with only the verdict "read" and at least one wrong label; None without a
            threshold.
    """

    are_digits: bool
    all_correct: float
    checked: float | None
    accepted_wrong: float | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Answers to test samples and their metrics.

    Attributes:
        answers: at least one.
        labels: labels of the classes; one further class is "not a character".
        loss: mean crossentropy in nats.
        accuracy: 0..1.
        interval: 95 % confidence interval of the accuracy (Wilson).
        confusion: int64 (classes, classes), rows are true classes, columns answers.
        classes: metrics of each class.
        bins: reliability of the confidence.
        at_threshold: None without a threshold or without samples of characters.
        ten_characters: None without samples of characters, and if a label is a word.
    """

    answers: Answers
    labels: tuple[str, ...]
    loss: float
    accuracy: float
    interval: tuple[float, float]
    confusion: NDArray[np.int64]
    classes: tuple[ClassFigures, ...]
    bins: Reliability
    at_threshold: ThresholdFigures | None
    ten_characters: NumberFigures | None

    @cached_property
    def answered(self) -> NDArray[np.int64]:
        """Most probable class of each sample, int64 (n,)."""
        answered: NDArray[np.int64] = self.answers.probabilities.argmax(axis=1)
        return answered

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """Probability of that class, float32 (n,)."""
        highest: NDArray[np.float32] = self.answers.probabilities.max(axis=1)
        return highest

    @property
    def errors(self) -> Rows:
        """Samples with a wrong answer, highest confidence first."""
        return self._by_confidence(np.flatnonzero(self.answered != self.answers.classes))

    def rows_of(self, true: int, answered: int) -> Rows:
        """Return the samples of a cell of the confusion matrix.

        Wrong answers are sorted by decreasing confidence, correct ones by increasing confidence.
        """
        rows = np.flatnonzero((self.answers.classes == true) & (self.answered == answered))
        rows = self._by_confidence(rows)
        return rows[::-1] if true == answered else rows

    def _by_confidence(self, rows: Rows) -> Rows:
        return rows[np.argsort(-self.confidence[rows], kind="stable")]


def measure(answers: Answers, labels: tuple[str, ...], threshold: float | None = None) -> Evaluation:
    """Compute the metrics of answers to test samples.

    Args:
        answers: the answers; their classes are the labels, possibly followed by "not a character".
        labels: at least one.
        threshold: confidence, 0..1, from which the verdict is "read"; None if unknown.

    Raises:
        UserError: there are no samples, or the number of labels does not fit.
    """
    count, classes = answers.probabilities.shape
    if not count:
        raise UserError("This run has no test samples; choose a test share and train again.")
    if classes - len(labels) not in (0, 1):
        raise UserError("The labels of this run do not match its predictions; train again.")
    answered = answers.probabilities.argmax(axis=1)
    is_correct = answered == answers.classes
    pairs = np.bincount(answers.classes * classes + answered, minlength=classes**2)
    confusion = pairs.reshape(classes, classes)
    confidence = answers.probabilities.max(axis=1).astype(np.float64).clip(0, 1)
    return Evaluation(
        answers=answers,
        labels=labels,
        loss=_crossentropy(answers),
        accuracy=float(is_correct.mean()),
        interval=wilson_interval(int(is_correct.sum()), count),
        confusion=confusion,
        classes=_figures(confusion, labels),
        bins=reliability(confidence, is_correct),
        at_threshold=_at_threshold(answers, len(labels), threshold),
        ten_characters=_ten_characters(answers, labels, threshold),
    )


def wilson_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a proportion (Wilson, 1927).

    Args:
        hits: 0..count.
        count: at least 1.
    """
    share, square = hits / count, _Z_95**2
    center = (share + square / (2 * count)) / (1 + square / count)
    deviation = math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    half_width = _Z_95 * deviation / (1 + square / count)
    low = 0.0 if hits == 0 else center - half_width
    high = 1.0 if hits == count else center + half_width
    return low, high


def _crossentropy(answers: Answers) -> float:
    true_probabilities = answers.probabilities[np.arange(len(answers)), answers.classes]
    return float(-np.log(true_probabilities.astype(np.float64).clip(_SMALLEST, 1 - _SMALLEST)).mean())


def _figures(confusion: NDArray[np.int64], labels: tuple[str, ...]) -> tuple[ClassFigures, ...]:
    names = (*labels, None)
    supports, answered, hits = confusion.sum(axis=1), confusion.sum(axis=0), confusion.diagonal()
    return tuple(
        ClassFigures(
            name,
            support,
            precision=hit / count if count else None,
            recall=hit / support if support else None,
            f1=2 * hit / (support + count) if support + count else None,
        )
        for name, support, count, hit in zip(
            names, supports.tolist(), answered.tolist(), hits.tolist(), strict=False
        )
    )


def _verdicts(answers: Answers, labels: int, threshold: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each verdict is "read", and whether the most probable label is correct."""
    best = answers.probabilities[:, :labels].max(axis=1).astype(np.float64)
    is_label = (answers.probabilities[:, labels:] <= best[:, None]).all(axis=1)
    is_correct = answers.probabilities[:, :labels].argmax(axis=1) == answers.classes
    return is_label & (best >= threshold), is_correct


def _at_threshold(answers: Answers, labels: int, threshold: float | None) -> ThresholdFigures | None:
    is_character = answers.classes < labels
    if threshold is None or not is_character.any():
        return None
    read, is_correct = (flags[is_character] for flags in _verdicts(answers, labels, threshold))
    accuracy_of_read = float(is_correct[read].mean()) if read.any() else None
    return ThresholdFigures(threshold, float(read.mean()), accuracy_of_read)


def _ten_characters(
    answers: Answers, labels: tuple[str, ...], threshold: float | None
) -> NumberFigures | None:
    """Compute the expected shares for numbers with ten characters.

    All characters are equally frequent and their errors independent. In real numbers, which have one writer,
    errors occur together, so slightly more numbers are completely correct. If the labels do not contain all
    digits, all labels are used. Labels without samples are ignored.
    """
    if any(len(label) > 1 for label in labels):
        return None
    are_digits = set(DIGITS) <= set(labels)
    characters = DIGITS if are_digits else labels
    read, is_correct = _verdicts(answers, len(labels), 0.0 if threshold is None else threshold)
    of_class = [answers.classes == labels.index(label) for label in characters]
    present = [samples for samples in of_class if samples.any()]
    if not present:
        return None

    def mean_over_labels(flags: NDArray[np.bool_]) -> float:
        return math.fsum(float(flags[samples].mean()) for samples in present) / len(present)

    all_correct = mean_over_labels(is_correct) ** NUMBER_LENGTH
    if threshold is None:
        return NumberFigures(are_digits, all_correct, None, None)
    accepted = mean_over_labels(read) ** NUMBER_LENGTH
    accepted_correct = mean_over_labels(read & is_correct) ** NUMBER_LENGTH
    return NumberFigures(are_digits, all_correct, 1 - accepted, max(accepted - accepted_correct, 0.0))
