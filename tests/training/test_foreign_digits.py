"""Tests of the measurement of what a model takes and reads."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.networks.import_facts import CONVERSIONS, Values
from desktop_app.tasks.task import Task
from desktop_app.training.foreign_digits import Measured, measure
from tests.foreign_digits import digit_model


def measured(model: Any, task: Task = Task(), default: Values = "light") -> Measured:
    def predict(images: Any) -> Any:
        sums = np.asarray(model(images), dtype=np.float64)
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    return measure(predict, task, 280, default)


@pytest.mark.parametrize("values", list(CONVERSIONS))
def test_values_are_found(values: Values) -> None:
    found = measured(digit_model(values))
    assert (found.values, "".join(found.labels)) == (values, "0123456789")
    assert found.accuracy is not None
    assert found.accuracy > 0.95


def test_order_of_the_digits_is_found() -> None:
    found = measured(digit_model("dark", order="1234567890"))
    assert (found.values, "".join(found.labels)) == ("dark", "1234567890")


def test_an_output_for_no_character_gets_no_label() -> None:
    assert "".join(measured(digit_model(others=1)).labels) == "0123456789"


def test_values_are_found_for_networks_with_more_characters() -> None:
    found = measured(digit_model("light 0-255", others=16))
    assert found == Measured("light 0-255", (), None)


def test_other_sizes_are_prepared() -> None:
    assert measured(digit_model("dark", (8, 8, 1), size=8), Task(height=8, width=8)).values == "dark"


@pytest.mark.parametrize("default", ["light", "light 0-255"])
def test_networks_at_chance_level_are_not_taken_for_digits(default: Values) -> None:
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    assert measured(keras.Sequential(layers), default=default) == Measured(default, (), None)
