"""The choice of the precision by the duration of a training step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from desktop_app.training.batches import Samples, encoded, to_unit
from desktop_app.training.compiled_network import compile_network
from desktop_app.training.loop_settings import AUTOMATIC, LoopSettings

_LEAST_SPEEDUP = 1.15
"""Speed that a lower precision needs, compared with float32."""

_TIMING_SECONDS, _MOST_TIMED_STEPS = 0.5, 10
"""Steps are timed until one of them is reached."""


def with_fastest_precision(
    build: Callable[[], keras.Model], settings: LoopSettings, samples: Samples
) -> LoopSettings:
    """Return settings in which AUTOMATIC is replaced by the precision with the fastest training step.

    A lower precision is chosen only if it is clearly faster than float32 on this computer: bfloat16 can be
    twice as fast on one processor and many times slower on another.

    Args:
        build: builds the network; called once for each precision.
        settings: settings of the training.
        samples: training samples.
    """
    if settings.precision != AUTOMATIC:
        return settings
    names = ["float32", "mixed_bfloat16"]
    if tf.config.list_physical_devices("GPU"):
        names.append("mixed_float16")
    candidates = [replace(settings, precision=name) for name in names]
    seconds = [step_seconds(build, candidate, samples) for candidate in candidates]
    fastest = min(range(len(names)), key=seconds.__getitem__)
    return candidates[fastest if seconds[0] >= _LEAST_SPEEDUP * seconds[fastest] else 0]


def step_seconds(build: Callable[[], keras.Model], settings: LoopSettings, samples: Samples) -> float:
    """Return the shortest duration of a training step, in seconds, after a first step that is not timed."""
    model = compile_network(build, replace(settings, steps_per_execution=1), 1)
    rows = np.arange(settings.batch_size) % len(samples.inputs)
    inputs, targets = to_unit(samples.inputs[rows]), encoded(samples.targets[rows], settings)
    model.train_on_batch(inputs, targets)
    durations: list[float] = []
    while sum(durations) < _TIMING_SECONDS and len(durations) < _MOST_TIMED_STEPS:
        start = time.perf_counter()
        model.train_on_batch(inputs, targets)
        durations.append(time.perf_counter() - start)
    return min(durations)
