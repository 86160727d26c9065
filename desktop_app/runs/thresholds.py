"""Choice of the confidence threshold for the verdict "read"."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def choose_threshold(
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    rejected_share: float,
    *,
    rejects: bool,
) -> float:
    """Choose the confidence from which the verdict is "read", from validation samples.

    Args:
        probabilities: float32 (n, classes).
        classes: int64 (n,), index of the label; the number of labels means "not a character".
        rejected_share: share of the characters, 0..1, that may get another verdict.
        rejects: whether the last class is "not a character".

    Returns:
        The threshold, 0..1.
    """
    labels = probabilities.shape[1] - rejects
    characters = probabilities[classes < labels]
    # Characters taken for "not a character" have no confidence.
    is_label = characters.argmax(axis=1) < labels
    confidence = np.where(is_label, characters[:, :labels].max(axis=1), 0.0)
    return round(float(np.quantile(confidence, rejected_share)), 4)
