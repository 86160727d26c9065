"""Sums of probabilities that are given by their logarithms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def log_sum(values: Values, axis: int) -> Values:
    """Return the log of the summed exponentials; -inf of nothing but -inf."""
    top = np.max(values, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        sums: Values = np.log(np.exp(values - top).sum(axis=axis)) + np.squeeze(top, axis=axis)
    return sums
