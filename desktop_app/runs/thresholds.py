"""The threshold: how sure a network must be before its answer counts as read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def choose_threshold(
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    rejected_share: float,
    *,
    rejects: bool = True,
) -> float:
    """The confidence below which an answer is unsure, from validation writers.

    Args:
        probabilities: float32 (n, classes).
        classes: int64 (n,), the position of the label; the number of labels means no character.
        rejected_share: the share of true characters, 0..1, that may be called unsure or no
            character, so that as many negatives as possible are.
        rejects: whether the last column is for "not a character".

    Returns:
        Confidence needed to be read, 0..1.
    """
    labels = probabilities.shape[1] - rejects
    answers = probabilities[classes < labels]
    # What is taken for no character has no confidence at all.
    known = answers.argmax(axis=1) < labels
    confidence = np.where(known, answers[:, :labels].max(axis=1), 0.0)
    return round(float(np.quantile(confidence, rejected_share)), 4)
