"""Choice of the confidence thresholds for the verdict "read"."""

from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.card import Thresholds
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.calibration import expected_weights
from desktop_app.tasks.character_sets import CharacterSet, SetOffsets, available_sets, in_set, restriction

_LEAST = 0.7
"""Smallest threshold: of answers with less confidence, three in ten or more are wrong."""

_DIGITS = 1e6
"""Thresholds are multiples of the inverse."""


def choose_thresholds(
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    labels: NDArray[np.str_],
    offsets: SetOffsets,
    recipe: Recipe,
) -> Thresholds:
    """Return the thresholds of a model: for all characters, and for each set that it can be restricted to.

    The threshold of a set is chosen from the samples of its characters and of "none of the labels".

    Args:
        probabilities: float32 (n, classes), outputs for samples that were not used in training.
        classes: int64 (n,), see `choose_threshold`.
        labels: str (n,), labels in the sources.
        offsets: offsets of the labels in sets of characters.
        recipe: recipe of the model; it gives the promise.
    """
    task, none = recipe.task, len(recipe.task.labels)

    def choose(outputs: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
        return choose_threshold(
            outputs,
            targets,
            recipe.keeping.wrong_share,
            rejects=task.rejects,
            expected_share=recipe.negatives.expected_share,
        )

    of_sets: dict[CharacterSet, float] = {}
    for name in available_sets(task):
        if (restricted := restriction(task, name, offsets)) is not None:
            numbers = np.full(none + 1, -1, np.int64)
            numbers[restricted.outputs] = np.arange(len(restricted.outputs))
            numbers[none] = len(restricted.outputs)
            targets = numbers[classes]
            rows = np.flatnonzero((classes == none) | (in_set(labels, name) & (targets >= 0)))
            of_sets[name] = choose(restricted.apply(probabilities[rows]), targets[rows])
    return Thresholds(choose(probabilities, classes), MappingProxyType(of_sets))


def choose_threshold(
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    wrong_share: float,
    *,
    rejects: bool,
    expected_share: float,
) -> float:
    """Return the confidence from which the verdict is "read": the least that keeps a promise.

    Among the answers from this confidence, at most the given share is wrong. Samples of "none of the labels"
    that are taken for a label are wrong answers; they count with their expected share.

    Args:
        probabilities: float32 (n, classes), outputs for samples that were not used in training.
        classes: int64 (n,), index of the label; the number of labels means "none of the labels".
        wrong_share: largest share of wrong answers, 0..1.
        rejects: whether the last class is "none of the labels".
        expected_share: expected share of its samples in use, 0..1.

    Returns:
        The threshold, 0.7..1; 1 if no other keeps the promise.
    """
    labels = probabilities.shape[1] - rejects
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    rows = np.flatnonzero((answers < labels) & (confidence >= _LEAST))
    rows = rows[np.argsort(-confidence[rows], kind="stable")]
    if not len(rows):
        return 1.0
    weights = expected_weights(classes == labels, expected_share)[rows]
    wrong = np.cumsum(weights * (answers != classes)[rows])
    # Answers with the same confidence are accepted together.
    is_last = np.append(np.diff(confidence[rows]) < 0, True)
    kept = np.flatnonzero(is_last & (wrong <= wrong_share * np.cumsum(weights)))
    if not len(kept):
        return 1.0
    least = _LEAST if kept[-1] == len(rows) - 1 else float(confidence[rows[kept[-1]]])
    return min(1.0, math.ceil(least * _DIGITS) / _DIGITS)
