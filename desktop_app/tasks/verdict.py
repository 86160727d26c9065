"""The verdict: what may be said when the network answers with these probabilities."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task

_WORTH_NAMING = 0.05
"""A rival as improbable as this is not named beside the label."""


def judge(probabilities: NDArray[np.float32], task: Task, threshold: float, milliseconds: float) -> Reading:
    """Turn the network's answer into a reading.

    Args:
        probabilities: float32 (labels,) or, where the network rejects, (labels + 1,), the last for
            "none of the labels"; they sum to 1.
        task: what the network is for, with the labels.
        threshold: confidence, 0..1, from which an answer counts as read.
        milliseconds: how long it took.

    Returns:
        `not a character` where that is the most probable answer, `read` where the label's
        probability reaches the threshold, otherwise `unsure` with the labels in question.
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
    rivals = tuple(task.labels[i] for i in order[1:3] if values[i] >= _WORTH_NAMING)
    return Reading(Verdict.UNSURE, label, (label, *rivals), by_label, confidence, milliseconds)


def no_ink(milliseconds: float) -> Reading:
    """The reading of a page with nothing on it."""
    return Reading(Verdict.NO_INK, milliseconds=milliseconds)
