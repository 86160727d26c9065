"""Tests that the learning rate curve equals that of Keras."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.runs.rate_curve import rate_curve
from desktop_app.runs.recipe import Fitting, Recipe, Schedule
from desktop_app.training.compiled_network import learning_rate
from desktop_app.training.fit import loop_settings

BATCHES = 40


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule("constant", rate=0.01),
        Schedule("step", rate=0.1, every=3, factor=0.3),
        Schedule("cosine", rate=0.003),
        Schedule("cosine", rate=0.003, warm_up=1.5),
        Schedule("one-cycle", rate=0.5),
        Schedule("one-cycle", rate=0.5, warm_up=0.1),
        Schedule("one-cycle", rate=0.5, warm_up=1.0),
        Schedule("cosine", rate=0.5, warm_up=9.5),
        Schedule("cosine", rate=0.5, warm_up=10.0),
    ],
    ids=str,
)
def test_curve_equals_the_schedule_of_keras(schedule: Schedule) -> None:
    epochs = 10
    recipe = Recipe(fitting=Fitting(epochs=epochs), schedule=schedule)
    rates = learning_rate(loop_settings(recipe), BATCHES)
    steps = np.arange(0, epochs * BATCHES, 7)
    curve = rate_curve(schedule, epochs, steps / BATCHES)
    for step, drawn in zip(steps, curve, strict=True):
        taken = rates(step) if isinstance(rates, keras.optimizers.schedules.LearningRateSchedule) else rates
        assert drawn == pytest.approx(float(taken), rel=1e-4, abs=1e-6 * schedule.rate)


def test_plateau_without_improvement() -> None:
    schedule = Schedule("plateau", rate=1.0, every=2, factor=0.5)
    # The first epoch is the best; after the third, two epochs have not improved.
    curve = rate_curve(schedule, 7, np.array([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]))
    assert curve.tolist() == [1, 1, 1, 0.5, 0.5, 0.25, 0.25]
    at_least = replace(schedule, minimum=0.4)
    assert rate_curve(at_least, 7, np.array([3.5, 5.5])).tolist() == [0.5, 0.4]


@given(
    st.builds(
        Schedule,
        kind=st.sampled_from(["constant", "step", "cosine", "one-cycle", "plateau"]),
        rate=st.floats(1e-8, 10),
        warm_up=st.floats(0, 1000),
        every=st.integers(1, 1000),
        factor=st.floats(0.001, 0.999),
        minimum=st.floats(0, 10),
    ),
    st.integers(1, 10_000),
)
def test_curve_is_in_range(schedule: Schedule, epochs: int) -> None:
    curve = rate_curve(schedule, epochs, np.linspace(0, epochs, 50))
    assert (curve >= 0).all()
    assert (curve <= schedule.rate * (1 + 1e-9)).all()
