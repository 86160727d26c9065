"""Agreement of confidence and accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BINS = 15

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers in 15 bins of confidence with equal width from 0 to 1.

    Attributes:
        counts: int64 (15,), number of answers.
        right: int64 (15,), number of correct answers.
        confidence: float64 (15,), sum of confidences.
    """

    counts: NDArray[np.int64]
    right: NDArray[np.int64]
    confidence: Floats

    @property
    def error(self) -> float | None:
        """Expected calibration error (Guo et al., 2017): mean distance between confidence and accuracy.

        0..1, or None without answers.
        """
        total = int(self.counts.sum())
        return float(np.abs(self.right - self.confidence).sum() / total) if total else None


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> Reliability:
    """Count answers by confidence.

    Args:
        confidence: float64 (n,) in 0..1.
        right: bool (n,), whether the answer is correct.
    """
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    return Reliability(
        np.bincount(bins, minlength=BINS),
        np.bincount(bins[right], minlength=BINS),
        np.asarray(np.bincount(bins, weights=confidence, minlength=BINS), dtype=np.float64),
    )
