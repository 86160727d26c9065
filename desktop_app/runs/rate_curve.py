"""The learning rate over a run, computed without Keras for the preview in the recipe view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.recipe import Schedule

WARM_UP_DIVISOR = 25
"""Warm-ups start at the largest learning rate divided by this."""

ONE_CYCLE_RISE = 0.3
"""Default fraction of a run in which the one-cycle schedule rises."""


def rate_curve(schedule: Schedule, epochs: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the learning rate at times of a run.

    Args:
        schedule: the schedule; for "plateau", no epoch improves.
        epochs: number of epochs of the run.
        times: float64 (n,), in epochs, 0..epochs.

    Returns:
        float64 (n,), the learning rates.
    """
    rate = schedule.rate
    if schedule.kind == "step":
        return rate * schedule.factor ** np.floor(times / schedule.every)
    if schedule.kind == "plateau":
        # The first epoch is always the best so far.
        reduced = rate * schedule.factor ** np.maximum(np.floor((times - 1) / schedule.every), 0.0)
        return np.maximum(reduced, min(rate, schedule.minimum))
    if schedule.kind == "constant":
        return np.full(len(times), rate)
    warm_up = _warm_up_epochs(schedule, epochs)
    decay_epochs = max(epochs - warm_up, 1e-9)
    decay = rate * 0.5 * (1 + np.cos(np.pi * np.clip((times - warm_up) / decay_epochs, 0.0, 1.0)))
    if not warm_up:
        return decay
    start = rate / WARM_UP_DIVISOR
    rise = start + (rate - start) * (np.minimum(times, warm_up) / warm_up)
    return np.where(times < warm_up, rise, decay)


def _warm_up_epochs(schedule: Schedule, epochs: int) -> float:
    if schedule.kind == "one-cycle":
        return min(schedule.warm_up or ONE_CYCLE_RISE, 1.0) * epochs
    return min(schedule.warm_up, epochs) if schedule.kind == "cosine" else 0.0
