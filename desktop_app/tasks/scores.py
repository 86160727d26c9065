"""Loss and metrics of outputs and targets.

This file depends on NumPy only, so that exported scripts can contain it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MIN_PROBABILITY = 1e-7
"""Lower bound of probabilities in the crossentropy, as in Keras."""


def label_scores(outputs: NDArray[np.float32], targets: NDArray[np.int64]) -> dict[str, float]:
    """Return the mean crossentropy in nats as "loss", and "accuracy".

    Args:
        outputs: float32 (n, classes), probabilities; n >= 1.
        targets: int64 (n,), the true classes.
    """
    true_probabilities = outputs[np.arange(len(targets)), targets]
    loss = -np.log(np.maximum(true_probabilities, _MIN_PROBABILITY)).mean()
    return {"loss": float(loss), "accuracy": float((outputs.argmax(1) == targets).mean())}


def image_scores(outputs: NDArray[np.float32], targets: NDArray[np.uint8]) -> dict[str, float]:
    """Return the mean squared error as "loss", and the mean peak signal-to-noise ratio in dB as "psnr".

    Args:
        outputs: float32 (n, height, width, channels); n >= 1. For the ratio, values are clipped to
            0..1.
        targets: uint8 of the same shape.
    """
    target_values = targets.astype(np.float32) / np.float32(255)
    loss = float(np.square(outputs - target_values).mean(dtype=np.float64))
    errors = np.square(outputs.clip(0, 1) - target_values).mean(axis=(1, 2, 3), dtype=np.float64)
    return {"loss": loss, "psnr": float(decibels(errors).mean())}


def decibels(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratios, at most 100, of mean squared errors of values in 0..1."""
    ratios: NDArray[np.float64] = -10 * np.log10(np.maximum(errors, 1e-10))
    return ratios
