"""Scores: the loss and the metrics of a task, computed from outputs and targets.

It needs nothing but NumPy, so that an exported script takes this file as it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-7
"""Keras takes smaller probabilities for this one in its crossentropy; so do we, to agree with it."""


def label_scores(outputs: NDArray[np.float32], targets: NDArray[np.int64]) -> dict[str, float]:
    """Mean crossentropy in nats, and the share of samples whose most probable class is the true one.

    Args:
        outputs: float32 (n, classes), probabilities; n >= 1.
        targets: int64 (n,), the true classes.
    """
    of_truth = outputs[np.arange(len(targets)), targets]
    loss = -np.log(np.maximum(of_truth, _SMALLEST)).mean()
    return {"loss": float(loss), "accuracy": float((outputs.argmax(1) == targets).mean())}


def image_scores(outputs: NDArray[np.float32], targets: NDArray[np.uint8]) -> dict[str, float]:
    """Mean squared error, and the mean over images of the peak signal-to-noise ratio in decibels.

    Args:
        outputs: float32 (n, height, width, channels); what is outside of 0..1 counts as 0 or 1 for the
            ratio, as an image would show it; n >= 1.
        targets: uint8 of the same shape.
    """
    wanted = targets.astype(np.float32) / np.float32(255)
    loss = float(np.square(outputs - wanted).mean(dtype=np.float64))
    errors = np.square(outputs.clip(0, 1) - wanted).mean(axis=(1, 2, 3), dtype=np.float64)
    return {"loss": loss, "psnr": float((-10 * np.log10(np.maximum(errors, 1e-10))).mean())}
