"""Calibration: how well the confidence of answers says how often they are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BINS = 15

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers by their confidence, in 15 bins of equal width from 0 to 1.

    Attributes:
        counts: int64 (15,), answers in each bin.
        right: int64 (15,), those of them that are right.
        confidence: float64 (15,), sum of their confidences.
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
    """Put answers into bins.

    Args:
        confidence: float64 (n,) in 0..1.
        right: bool (n,).
    """
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    return Reliability(
        np.bincount(bins, minlength=BINS),
        np.bincount(bins[right], minlength=BINS),
        np.asarray(np.bincount(bins, weights=confidence, minlength=BINS), dtype=np.float64),
    )


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float | None:
    """Mean distance between confidence and accuracy over 15 equal bins (Guo et al., 2017).

    Args:
        confidence: float64 (n,) in 0..1.
        right: bool (n,).

    Returns:
        0..1, or None without samples.
    """
    return reliability(confidence, right).error
