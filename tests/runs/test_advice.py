"""Tests of advice: on constructed histories, and on those of small trainings with the UCI digits."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.runs.advice import LearningState, Topic, advice

HISTORIES = json.loads((Path(__file__).parent.parent / "fixtures" / "histories.json").read_text())
METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


def state(
    losses: list[float], accuracies: list[float], val_losses: list[float], val_accuracies: list[float]
) -> LearningState:
    """Return the state of a run with ten labels and 40 steps per epoch."""
    columns = zip(losses, accuracies, val_losses, val_accuracies, strict=True)
    epochs = [dict(zip(METRICS, values, strict=True)) for values in columns]
    return LearningState(epochs, np.zeros(0), 40, 20, 10, 0.003)


def real(name: str, epochs: int | None = None) -> LearningState:
    """Return the state of a recorded run after some or all of its epochs."""
    values = HISTORIES[name]
    columns = state(*(values[metric][:epochs] for metric in METRICS))
    return replace(
        columns,
        steps=values["steps"],
        planned_epochs=values["planned_epochs"],
        labels=values["labels"],
        rate=values["rate"],
    )


def in_first_epoch(losses: list[float]) -> LearningState:
    return replace(state([], [], [], []), batch_losses=np.array(losses))


def topics(of: LearningState) -> list[Topic]:
    return [each.topic for each in advice(of)]


def text(of: LearningState) -> str:
    (only,) = advice(of)
    return str(only.text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("healthy", []),
        ("one-cycle-high", []),
        ("rate-too-high", [Topic.RATE_TOO_HIGH]),
        ("sgd-too-high", [Topic.RATE_TOO_HIGH]),
        ("nothing-learned", [Topic.NOTHING_LEARNED]),
        ("few-steps", [Topic.FEW_STEPS]),
        ("overfitting", [Topic.OVERFITTING]),
    ],
)
def test_recorded_runs_get_the_advice_that_they_need(name: str, expected: list[Topic]) -> None:
    assert topics(real(name)) == expected


@pytest.mark.parametrize("name", ["healthy", "one-cycle-high"])
def test_good_runs_get_no_advice_after_any_epoch(name: str) -> None:
    for epochs in range(len(HISTORIES[name]["loss"]) + 1):
        assert topics(real(name, epochs)) == []


def test_overfitting_names_the_best_epoch() -> None:
    falling = [1.0, 0.5, 0.25, 0.12, 0.06]
    accuracies = [0.6, 0.8, 0.9, 0.95, 0.99]
    overfitted = state(falling, accuracies, [0.8, 0.4, 0.5, 0.6, 0.7], accuracies)
    assert topics(overfitted) == [Topic.OVERFITTING]
    assert text(overfitted).startswith("Overfitting starts after epoch 2:")
    rises_once = state(falling, accuracies, [0.8, 0.6, 0.5, 0.4, 0.5], accuracies)
    without_validation = state(falling, accuracies, [math.nan] * 5, [math.nan] * 5)
    assert topics(rises_once) == topics(without_validation) == []


def test_rising_loss_suggests_a_lower_rate() -> None:
    rising = state([0.5, 0.9, 1.6], [0.8, 0.7, 0.4], [0.5, 0.9, 1.6], [0.8, 0.7, 0.4])
    assert text(rising) == "The training loss rises: the learning rate is too high. Try 0.001."
    nearly_zero = state([0.5, 0.01, 0.02], [0.8, 0.99, 0.99], [0.5, 0.2, 0.2], [0.8, 0.95, 0.95])
    assert topics(nearly_zero) == []


def test_rising_loss_is_reported_in_the_first_epoch() -> None:
    assert topics(in_first_epoch([2.3] * 10 + [math.nan] + [40.0] * 10)) == [Topic.RATE_TOO_HIGH]
    assert topics(in_first_epoch([2.3] * 10 + [1.0] * 10)) == []
    assert topics(in_first_epoch([2.3, 40.0])) == [], "too early"


def test_divergence_suggests_a_tenth_of_the_rate() -> None:
    diverged = replace(state([], [], [], []), is_diverged=True)
    assert text(diverged) == "The learning rate is too high: the loss became NaN. Try 0.0003."


def test_chance_level_depends_on_the_number_of_labels() -> None:
    guessing = state([2.3] * 3, [0.11, 0.1, 0.12], [2.3] * 3, [0.1] * 3)
    assert topics(guessing) == [Topic.NOTHING_LEARNED]
    assert "accuracy 12 %, chance level 10 %" in text(guessing)
    falling = state([4.0, 3.5, 3.2], [0.05, 0.1, 0.12], [4.0, 3.5, 3.2], [0.05, 0.1, 0.12])
    assert topics(replace(falling, labels=100)) == []
    assert topics(replace(guessing, steps=2, planned_epochs=100)) == [], "too early"


def test_validation_at_chance_level_is_reported() -> None:
    unlike = state([1.0, 0.3, 0.1], [0.6, 0.9, 0.97], [2.3, 2.3, 2.3], [0.1, 0.11, 0.1])
    assert topics(unlike) == [Topic.VALIDATION_AT_CHANCE]


def test_few_steps_are_reported_unless_the_result_is_good() -> None:
    short = replace(state([], [], [], []), steps=10, planned_epochs=4)
    assert text(short).startswith("This run has few training steps (40).")
    good = state([0.1], [0.98], [0.1], [0.98])
    assert topics(replace(good, steps=10, planned_epochs=4)) == []


def test_networks_that_output_images_get_advice_about_the_loss_only() -> None:
    epochs = [{"loss": loss, "psnr": 20.0, "val_loss": loss} for loss in (0.02, 0.05, 0.09)]
    images = LearningState(epochs, np.zeros(0), 400, 10, 0, 0.01)
    assert topics(images) == [Topic.RATE_TOO_HIGH]
    assert topics(replace(images, epochs=epochs[::-1])) == []


def test_advice_about_overfitting_names_its_epoch() -> None:
    (found,) = advice(state([0.5, 0.3, 0.2, 0.1], [0.9] * 4, [0.6, 0.4, 0.5, 0.6], [0.9] * 4))
    assert (found.topic, found.epoch) == (Topic.OVERFITTING, 2)
