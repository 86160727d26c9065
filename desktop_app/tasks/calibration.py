"""Calibration: numbers that make probabilities mean what they say.

It needs nothing but NumPy and SciPy, so that an exported script takes this file as it is.
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
    """The temperature and the offset by which a network's logits become honest.

    Method: temperature scaling (Guo, Pleiss, Sun and Weinberger, 2017), together with an offset for
    "not a character", if the network knows it: negatives are far more common in training than on
    anybody's paper; here they weigh as much as is expected. The numbers minimize the weighted negative
    log likelihood. The most probable label stays what it was.

    Args:
        probabilities: float32 (n, classes), answers to samples that nothing was learned from; n >= 1.
        classes: int64 (n,), what these are.
        rejects: whether the last class is "not a character".
        expected_share: share of what people draw that is no character, 0..1.

    Returns:
        The temperature, which logits are divided by, and what is added to the last one then; 0 where
        nothing is rejected.
    """
    from scipy.optimize import minimize

    # The sums before the softmax, but for one number a sample. What float32 rounds to nothing is at
    # most as probable as this. One in each row is at most log(classes) below 0: its power is never 0.
    logits = np.log(np.maximum(probabilities.astype(np.float64), 1e-30))
    count = probabilities.shape[1]
    targets = np.eye(count)[classes]
    weights = _expected_weights(
        classes == count - 1 if rejects else np.zeros(len(classes), bool), expected_share
    )

    def loss(parameters: NDArray[np.float64]) -> float:
        scaled = logits / np.exp(parameters[0])
        if rejects:
            scaled[:, -1] += parameters[1]
        log_probability = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(log_probability * targets).sum(axis=1) @ weights)

    # A network that is right every time would be made ever surer.
    bounds = [(-3.0, 3.0), (-20.0, 20.0)][: 1 + rejects]
    found = minimize(loss, np.zeros(1 + rejects), method="Powell", bounds=bounds).x
    return float(np.exp(found[0])), float(found[1]) if rejects else 0.0


def _expected_weights(negative: NDArray[np.bool_], expected_share: float) -> NDArray[np.float64]:
    """Weights of samples, summing to 1, by which negatives are as rare as is expected."""
    share = expected_share if negative.any() else 0.0
    weights = np.full(len(negative), (1 - share) / max(1, (~negative).sum()))
    weights[negative] = share / max(1, negative.sum())
    return weights
