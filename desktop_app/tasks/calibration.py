"""Calibration of probabilities.

This file depends on NumPy and SciPy only, so that exported scripts can contain it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def calibration(
    probabilities: NDArray[np.float32],
    classes: NDArray[np.int64],
    *,
    rejects: bool,
    expected_share: float,
) -> tuple[float, float]:
    """Return the temperature and the offset that calibrate the logits of a network.

    Method: temperature scaling (Guo, Pleiss, Sun and Weinberger, 2017), with an offset for the class "none
    of the labels" if there is one, since negatives are far more common in training than in use. Both
    minimize the negative log likelihood, with negatives weighted by their expected share. The order of
    the labels does not change.

    Args:
        probabilities: float32 (n, classes), outputs for samples that were not used in training; n >= 1.
        classes: int64 (n,), the true classes.
        rejects: whether the last class is "none of the labels".
        expected_share: expected share of negatives in use, 0..1.

    Returns:
        The temperature that divides the logits, and the offset that is then added to the last logit; the
        offset is 0 without `rejects`.
    """
    from scipy.optimize import minimize

    # Logits up to a constant per sample; 1e-30 replaces probabilities that float32 rounds to 0.
    logits = np.log(np.maximum(probabilities.astype(np.float64), 1e-30))
    count = probabilities.shape[1]
    targets = np.eye(count)[classes]
    weights = expected_weights(
        classes == count - 1 if rejects else np.zeros(len(classes), bool), expected_share
    )

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = logits / np.exp(parameters[0])
        if rejects:
            scaled[:, -1] += parameters[1]
        log_probability = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(log_probability * targets).sum(axis=1) @ weights)

    # Bounded, since without errors the best temperature is 0.
    bounds = [(-3.0, 3.0), (-20.0, 20.0)][: 1 + rejects]
    found = minimize(loss, np.zeros(1 + rejects), method="Powell", bounds=bounds).x
    return float(np.exp(found[0])), float(found[1]) if rejects else 0.0


def expected_weights(negative: NDArray[np.bool_], expected_share: float) -> NDArray[np.float64]:
    """Return sample weights with sum 1 that give negatives their expected share.

    Args:
        negative: bool (n,), samples of "none of the labels".
        expected_share: expected share of such samples in use, 0..1.
    """
    share = expected_share if negative.any() else 0.0
    weights = np.full(len(negative), (1 - share) / max(1, (~negative).sum()))
    weights[negative] = share / max(1, negative.sum())
    return weights
