"""Combination of the paths of a line with its line network, and levels of acceptance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from desktop_app.lines.line_model import Combination, LineModel, calibrated, score
from desktop_app.lines.log_sum import log_sum
from desktop_app.lines.rank_texts import ColumnEvidence, FoundText, find_texts, rank_texts
from tests.benchmarks.line_samples import Sample

Values = NDArray[np.float64]

Level = tuple[float, float, float]
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""

_PROMISES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Shares of wrong texts among the accepted ones, for which levels are chosen."""

_MOST_LOSS = 8.0
"""Largest loss of a sample: its label may be wrong."""


@dataclass(frozen=True)
class Answer:
    """The probable texts of a sample; none if it is not one line."""

    sample: Sample
    texts: list[FoundText]

    @property
    def true(self) -> int | None:
        """Number of the text that is true; None if it was not found."""
        labels = tuple(self.sample.labels.index(label) for label in self.sample.text)
        return next((n for n, text in enumerate(self.texts) if text.path.labels == labels), None)

    def best(self, combination: Combination | None) -> tuple[bool, float]:
        """Return whether the most probable text is right, and its share, not calibrated."""
        if not self.texts:
            return False, 0.0
        best = rank_texts(self.texts, combination)[0]
        return "".join(
            self.sample.labels[label] for label in best.path.labels
        ) == self.sample.text, best.share


def answers(samples: Sequence[Sample], model: LineModel) -> list[Answer]:
    """Find the probable texts of samples."""
    return [Answer(sample, _texts_of(sample, model)) for sample in samples]


def _texts_of(sample: Sample, model: LineModel) -> list[FoundText]:
    if sample.line is None:
        return []
    evidence = None if sample.columns is None else ColumnEvidence(sample.columns, {})
    return find_texts(score(sample.line, model), evidence)


def judged(found: Sequence[Answer], model: LineModel) -> tuple[NDArray[np.bool_], Values]:
    """Return which texts are right, and the confidence in each."""
    right, confidence = [], []
    for answer in found:
        combination = _combination_of(answer.sample, model)
        is_right, share = answer.best(combination)
        right.append(is_right)
        calibration = model.calibration if combination is None else combination.calibration
        confidence.append(calibrated(share, calibration))
    return np.array(right), np.array(confidence)


def _combination_of(sample: Sample, model: LineModel) -> Combination | None:
    if sample.columns is None:
        return None
    return model.of_ink if sample.is_ink else model.of_images


def fitted_combination(found: Sequence[Answer], weights: Sequence[float]) -> Combination:
    """Return the combination with the largest likelihood of the true texts, calibrated.

    Args:
        found: answers of samples of ink only or of images only.
        weights: of the answers.
    """
    values = [np.array([(text.of_paths, text.of_columns) for text in answer.texts]) for answer in found]
    true = [answer.true for answer in found]

    def loss(factors: Values) -> float:
        total = 0.0
        for of_texts, number, weight in zip(values, true, weights, strict=True):
            if number is None:
                continue
            logs = of_texts @ factors
            total += weight * min(float(log_sum(logs, axis=0) - logs[number]), _MOST_LOSS)
        return total

    paths, columns = np.round(minimize(loss, np.array([0.5, 0.5]), method="Nelder-Mead").x, 3).tolist()
    return Combination(paths, columns, *platt(found, Combination(paths, columns)))


def platt(found: Sequence[Answer], combination: Combination | None) -> tuple[float, float]:
    """Return level and slope of the logit of the share (Platt, 1999)."""
    best = [answer.best(combination) for answer in found]
    signs = np.array([1 if is_right else -1 for is_right, _ in best])
    clipped = np.clip([share for _, share in best], 1e-9, 1 - 1e-9)
    logits = np.log(clipped / (1 - clipped))

    def cost(values: Values) -> float:
        return float(np.logaddexp(0, -signs * (values[0] + values[1] * logits)).mean())

    level, slope = minimize(cost, np.array([0.0, 1.0])).x
    return round(float(level), 2), round(float(slope), 2)


def acceptance(right: NDArray[np.bool_], confidence: Values) -> list[Level]:
    """Return for each promise the smallest confidence that keeps it, from the fewest errors on.

    A promise needs so many accepted texts that one wrong text among them would keep it.
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence, count = confidence[order], np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    is_last = np.append(np.diff(sorted_confidence) < 0, True)
    levels: list[Level] = []
    for promise in _PROMISES:
        kept = np.flatnonzero(is_last & (wrong <= promise * count) & (promise * count >= 1))
        if not len(kept):
            continue
        last = int(kept[-1])
        least = math.floor(sorted_confidence[last] * 1e6) / 1e6
        accepted = round((last + 1) / len(order), 4)
        if not levels or accepted > levels[-1][1]:
            levels.append((least, accepted, promise))
    everything = round(float(1 - right.mean()), 4)
    if not levels or everything > levels[-1][2]:
        levels.append((0.0, 1.0, everything))
    return levels
