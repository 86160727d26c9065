"""Measures: what answers to test samples say about a network, and what that means in use.

Keras is not needed here.
"""

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

_SURE_OF_95 = 1.959963984540054
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""

_SMALLEST = 1e-7
"""Keras takes smaller probabilities for this one in its crossentropy; so do we, to agree with it."""

IN_A_ROW = 10
"""Characters of a telephone number."""

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.int64]
"""Positions of samples in the answers."""


@dataclass(frozen=True)
class ClassFigures:
    """How one class fares. Shares are 0..1, and None where there is nothing to share.

    Attributes:
        label: None for "not a character".
        support: samples of this class.
        precision: share of the answers with this class that are right.
        recall: share of the samples of this class that are answered rightly.
        f1: harmonic mean of the two.
    """

    label: str | None
    support: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class ThresholdFigures:
    """What the threshold does to samples of characters.

    Attributes:
        threshold: confidence from which an answer is `read`.
        read: share of them with the verdict `read`.
        right_of_read: share of right labels among those; None where none is read.
    """

    threshold: float
    read: float
    right_of_read: float | None


@dataclass(frozen=True)
class NumberAccuracy:
    """What becomes of ten characters in a row, e.g. of telephone numbers. Shares of all rows, 0..1.

    Attributes:
        are_digits: whether they are digits; else any of the labels.
        all_right: every most probable label is the true one, whatever the verdicts.
        looked_at: at least one verdict is not `read`, so that a person has a look; None without a
            threshold.
        accepted_wrong: every verdict is `read`, and yet a label is wrong; None likewise.
    """

    are_digits: bool
    all_right: float
    looked_at: float | None
    accepted_wrong: float | None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Answers to test samples, and everything that was measured of them.

    Attributes:
        answers: at least one.
        labels: of the first classes; a further class is "not a character".
        loss: mean crossentropy, in nats.
        accuracy: share of samples whose most probable class is the true one, 0..1.
        interval: of the accuracy, 95 % (Wilson).
        confusion: int64 (classes, classes), true class by row and answer by column.
        classes: in the order of the network's answers.
        bins: answers by the probability of the most probable class.
        at_threshold: None where no threshold is known, or no sample is a character.
        in_a_row: None where no sample is a character.
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
    in_a_row: NumberAccuracy | None

    @cached_property
    def answered(self) -> NDArray[np.int64]:
        """The most probable class of each sample, int64 (n,)."""
        answered: NDArray[np.int64] = self.answers.probabilities.argmax(axis=1)
        return answered

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """Its probability, float32 (n,)."""
        highest: NDArray[np.float32] = self.answers.probabilities.max(axis=1)
        return highest

    @property
    def errors(self) -> Rows:
        """Samples that are answered wrongly, the surest answer first."""
        return self._surest_first(np.flatnonzero(self.answered != self.answers.classes))

    def rows_of(self, true: int, answered: int) -> Rows:
        """Samples in a cell of the confusion matrix.

        Of errors the surest answer comes first; of right answers the least sure one, since those
        are the ones to look at.
        """
        rows = np.flatnonzero((self.answers.classes == true) & (self.answered == answered))
        surest = self._surest_first(rows)
        return surest[::-1] if true == answered else surest

    def _surest_first(self, rows: Rows) -> Rows:
        return rows[np.argsort(-self.confidence[rows], kind="stable")]


def measure(answers: Answers, labels: tuple[str, ...], threshold: float | None = None) -> Evaluation:
    """Measure answers to test samples.

    Args:
        answers: of classes that are the labels, or the labels and "not a character" as the last.
        labels: at least one.
        threshold: confidence, 0..1, from which an answer is `read`; None where it is not known.

    Raises:
        UserError: there are no samples, or the labels are not those of the answers.
    """
    count, classes = answers.probabilities.shape
    if not count:
        raise UserError("No samples were kept for the test; give the data a test share and run it again.")
    if classes - len(labels) not in (0, 1):
        raise UserError("The labels of this run are not those of its answers; run it again.")
    answered = answers.probabilities.argmax(axis=1)
    right = answered == answers.classes
    pairs = np.bincount(answers.classes * classes + answered, minlength=classes**2)
    confusion = pairs.reshape(classes, classes)
    confidence = answers.probabilities.max(axis=1).astype(np.float64).clip(0, 1)
    return Evaluation(
        answers=answers,
        labels=labels,
        loss=_crossentropy(answers),
        accuracy=float(right.mean()),
        interval=wilson_interval(int(right.sum()), count),
        confusion=confusion,
        classes=_figures(confusion, labels),
        bins=reliability(confidence, right),
        at_threshold=_at_threshold(answers, len(labels), threshold),
        in_a_row=_in_a_row(answers, labels, threshold),
    )


def wilson_interval(hits: int, count: int) -> tuple[float, float]:
    """Where a share lies with 95 % confidence, of which hits of count were seen (Wilson, 1927).

    Unlike the mean and its standard error it holds near 0 and 1 as well.

    Args:
        hits: 0..count.
        count: at least 1.
    """
    share, square = hits / count, _SURE_OF_95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    spread = math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    reach = _SURE_OF_95 * spread / (1 + square / count)
    low = 0.0 if hits == 0 else middle - reach
    high = 1.0 if hits == count else middle + reach
    return low, high


def _crossentropy(answers: Answers) -> float:
    of_truth = answers.probabilities[np.arange(len(answers)), answers.classes].astype(np.float64)
    return float(-np.log(of_truth.clip(_SMALLEST, 1 - _SMALLEST)).mean())


def _figures(confusion: NDArray[np.int64], labels: tuple[str, ...]) -> tuple[ClassFigures, ...]:
    names = (*labels, None)
    supports, claims, hits = confusion.sum(axis=1), confusion.sum(axis=0), confusion.diagonal()
    return tuple(
        ClassFigures(
            name,
            support,
            precision=hit / claimed if claimed else None,
            recall=hit / support if support else None,
            f1=2 * hit / (support + claimed) if support + claimed else None,
        )
        for name, support, claimed, hit in zip(
            names, supports.tolist(), claims.tolist(), hits.tolist(), strict=False
        )
    )


def _verdicts(answers: Answers, labels: int, threshold: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each answer is `read`, and whether its most probable label is the true one.

    As the program judges: "not a character" has no label where it is more probable than all labels.
    """
    best = answers.probabilities[:, :labels].max(axis=1).astype(np.float64)
    is_label = (answers.probabilities[:, labels:] <= best[:, None]).all(axis=1)
    right = answers.probabilities[:, :labels].argmax(axis=1) == answers.classes
    return is_label & (best >= threshold), right


def _at_threshold(answers: Answers, labels: int, threshold: float | None) -> ThresholdFigures | None:
    characters = answers.classes < labels
    if threshold is None or not characters.any():
        return None
    read, right = (flags[characters] for flags in _verdicts(answers, labels, threshold))
    right_of_read = float(right[read].mean()) if read.any() else None
    return ThresholdFigures(threshold, float(read.mean()), right_of_read)


def _in_a_row(answers: Answers, labels: tuple[str, ...], threshold: float | None) -> NumberAccuracy | None:
    """What becomes of ten characters in a row.

    Every digit stands equally often in each place, and what happens to one is independent of what
    happens to its neighbours. In truth one hand writes them all, so that errors come together: of
    real rows somewhat more are entirely right. Where not all digits are among the labels, rows are
    of any labels. Labels without samples are left out.
    """
    are_digits = set(DIGITS) <= set(labels)
    wanted = DIGITS if are_digits else labels
    read, right = _verdicts(answers, len(labels), 0.0 if threshold is None else threshold)
    of_class = [answers.classes == labels.index(label) for label in wanted]
    present = [samples for samples in of_class if samples.any()]
    if not present:
        return None

    def for_all(flags: NDArray[np.bool_]) -> float:
        """How probable it is that something holds for every character of a row."""
        return math.fsum(float(flags[samples].mean()) for samples in present) / len(present)

    all_right = for_all(right) ** IN_A_ROW
    if threshold is None:
        return NumberAccuracy(are_digits, all_right, None, None)
    accepted = for_all(read) ** IN_A_ROW
    accepted_right = for_all(read & right) ** IN_A_ROW
    return NumberAccuracy(are_digits, all_right, 1 - accepted, max(accepted - accepted_right, 0.0))
