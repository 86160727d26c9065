"""The learning rate over a run, without Keras, so that it can be looked at while it is chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.recipe import Schedule

START = 25
"""Warm-ups begin at the largest learning rate divided by this."""

ONE_CYCLE_RISE = 0.3
"""Share of a run in which a one-cycle schedule rises, where the recipe does not say."""


def rate_curve(schedule: Schedule, epochs: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The learning rate at moments of a run.

    Args:
        schedule: where it waits for a plateau, the rate falls as early as it can.
        epochs: of the whole run.
        times: float64 (n,) in 0..epochs, in epochs.

    Returns:
        float64 (n,), above 0 but for the end of a cosine.
    """
    rate = schedule.rate
    if schedule.kind == "step":
        return rate * schedule.factor ** np.floor(times / schedule.every)
    if schedule.kind == "plateau":
        # The first epoch is always better than none.
        return rate * schedule.factor ** np.maximum(np.floor((times - 1) / schedule.every), 0.0)
    if schedule.kind == "constant":
        return np.full(len(times), rate)
    rising = _rise_of(schedule, epochs)
    falling = max(epochs - rising, 1e-9)
    down = rate * 0.5 * (1 + np.cos(np.pi * np.clip((times - rising) / falling, 0.0, 1.0)))
    if not rising:
        return down
    up = rate / START + (rate - rate / START) * (np.minimum(times, rising) / rising)
    return np.where(times < rising, up, down)


def _rise_of(schedule: Schedule, epochs: int) -> float:
    """Epochs in which the learning rate rises at first, at most all of them."""
    if schedule.kind == "one-cycle":
        return min(schedule.warm_up or ONE_CYCLE_RISE, 1.0) * epochs
    return min(schedule.warm_up, epochs) if schedule.kind == "cosine" else 0.0
