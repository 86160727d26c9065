"""Verdicts on the probabilities of a network."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task

_MIN_ALTERNATIVE = 0.05
"""Smallest probability of an alternative."""


def judge(probabilities: NDArray[np.float32], task: Task, threshold: float, milliseconds: float) -> Reading:
    """Return the reading of the output of a network.

    Args:
        probabilities: float32 (labels,), or (labels + 1,) with rejection, the last for "none of the
            labels"; their sum is 1.
        task: task of the network.
        threshold: confidence, 0..1, from which an answer counts as read.
        milliseconds: time from the page to the output.

    Returns:
        The verdict is "not a character" if that is the most probable class, "read" if the probability of
        the label reaches the threshold, and otherwise "unsure" with alternatives.
    """
    values = probabilities.tolist()
    by_label = MappingProxyType(dict(zip(task.labels, values, strict=False)))
    order = np.argsort(-probabilities[: len(task.labels)], kind="stable")
    label = task.labels[order[0]]
    confidence = by_label[label]
    if task.rejects and values[-1] > confidence:
        return Reading(Verdict.NOT_A_CHARACTER, None, (), by_label, 0.0, milliseconds)
    if confidence >= threshold:
        return Reading(Verdict.READ, label, (label,), by_label, confidence, milliseconds)
    alternatives = tuple(task.labels[i] for i in order[1:3] if values[i] >= _MIN_ALTERNATIVE)
    return Reading(Verdict.UNSURE, label, (label, *alternatives), by_label, confidence, milliseconds)


def no_ink(milliseconds: float) -> Reading:
    """Return the reading of an empty page."""
    return Reading(Verdict.NO_INK, milliseconds=milliseconds)
