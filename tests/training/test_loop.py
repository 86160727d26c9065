"""The training loop by itself: the order of batches, losses and metrics, calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.runs.recipe import Fitting, Recipe
from desktop_app.runs.zoo import dense
from desktop_app.tasks.calibration import calibration
from desktop_app.tasks.scores import image_scores, label_scores
from desktop_app.training.fit import loop_settings
from desktop_app.training.loop import (
    Settings,
    calibrate,
    evaluation_batches,
    make_loss,
    make_metric,
    predict,
    training_batches,
)


@dataclass(frozen=True, eq=False)
class Some:
    """Samples that can be told apart: number n is all n."""

    inputs: NDArray[np.uint8]
    targets: NDArray[Any]
    strength: NDArray[np.float32]


ALL = np.arange(40)[None]
"""The rows of one variant of all samples."""


def some(count: int = 40) -> Some:
    numbers = np.arange(count)
    inputs = np.broadcast_to(numbers[:, None, None, None], (count, 4, 6, 3)).astype(np.uint8)
    return Some(inputs, numbers % 10, np.ones(count, np.float32))


def settings_of(**fitting: Any) -> Settings:
    return loop_settings(Recipe(layers=dense(8, 8, 0.0), fitting=Fitting(batch_size=8, **fitting)))


def order_of(batches: Any, count: int = 40) -> list[list[int]]:
    """Numbers of the samples of each epoch, in the order in which they are learned."""
    seen = np.concatenate([np.rint(np.asarray(inputs)[:, 0, 0, 0] * 255) for inputs, _ in batches])
    return [epoch.astype(int).tolist() for epoch in seen.reshape(-1, count)]


def unchanged(inputs: Any, targets: Any, _: Any, __: Any) -> tuple[Any, Any]:
    return inputs, targets


@pytest.mark.parametrize("augment", [None, unchanged])
def test_every_epoch_has_an_order_of_its_own(augment: Any) -> None:
    settings = settings_of(epochs=3)
    epochs = order_of(training_batches(some(), ALL, settings, augment))
    assert [sorted(epoch) for epoch in epochs] == [list(range(40))] * 3
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert list(range(40)) not in epochs
    # The same run again, another seed, and a run that is resumed after its first epoch.
    assert order_of(training_batches(some(), ALL, settings, augment)) == epochs
    assert order_of(training_batches(some(), ALL, replace(settings, seed=2), augment)) != epochs
    assert order_of(training_batches(some(), ALL, settings, augment, first_epoch=1)) == epochs[1:]


def test_every_batch_is_augmented_in_its_own_way_that_repeats() -> None:
    def noisy(inputs: Any, targets: Any, strength: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        return rng.random(inputs.shape).astype(np.float32) * strength[:, None, None, None], targets

    def drawn() -> list[float]:
        batches = training_batches(some(), ALL, settings_of(epochs=2), noisy)
        return [float(np.asarray(inputs).sum()) for inputs, _ in batches]

    first = drawn()
    assert len(set(first)) == len(first) == 10
    assert drawn() == first


def test_epochs_take_the_variants_in_turn() -> None:
    rows = np.stack([np.arange(40), np.arange(40) + 60])
    epochs = order_of(training_batches(some(100), rows, settings_of(epochs=3)))
    assert [sorted(epoch) for epoch in epochs] == [rows[number].tolist() for number in (0, 1, 0)]


def test_what_is_measured_by_keeps_its_order() -> None:
    ((inputs, targets),) = list(evaluation_batches(some(), settings_of()))
    np.testing.assert_allclose(inputs, some().inputs / np.float32(255))
    np.testing.assert_array_equal(np.asarray(targets).argmax(axis=1), some().targets)


def test_images_are_targets_in_shares() -> None:
    images = np.random.default_rng(1).integers(0, 256, (40, 8, 12, 3), np.uint8)
    settings = replace(settings_of(epochs=1), classes=0)
    samples = replace(some(), targets=images)
    ((_, targets),) = list(evaluation_batches(samples, settings))
    np.testing.assert_allclose(targets, images / np.float32(255))
    (inputs, wanted), *_ = list(training_batches(samples, ALL, settings))
    rows = np.rint(np.asarray(inputs)[:, 0, 0, 0] * 255).astype(int)
    np.testing.assert_allclose(wanted, images[rows] / np.float32(255))


def test_scores_are_what_keras_measures() -> None:
    rng = np.random.default_rng(2)
    outputs = rng.dirichlet(np.ones(5), 30).astype(np.float32)
    classes = rng.integers(0, 5, 30)
    wanted = np.eye(5, dtype=np.float32)[classes]
    scores = label_scores(outputs, classes)
    assert scores["loss"] == pytest.approx(
        float(make_loss("categorical_crossentropy")(wanted, outputs)), rel=1e-4
    )
    logits = make_loss("categorical_crossentropy_from_logits")(wanted, np.log(outputs))
    assert scores["loss"] == pytest.approx(float(logits), rel=1e-4)
    assert scores["accuracy"] == pytest.approx(float(np.mean(outputs.argmax(1) == classes)))
    targets = rng.integers(0, 256, (6, 8, 8, 1), np.uint8)
    given = (targets / 255 + rng.normal(0, 0.1, targets.shape)).astype(np.float32)
    shares = targets.astype(np.float32) / np.float32(255)
    scores = image_scores(given, targets)
    assert scores["loss"] == pytest.approx(float(make_loss("mean_squared_error")(shares, given)), rel=1e-4)
    metric = make_metric("psnr")
    metric.update_state(shares, given)
    assert scores["psnr"] == pytest.approx(float(metric.result()), rel=1e-4)
    assert 18 < scores["psnr"] < 24


@pytest.mark.parametrize("expected", [0.02, 0.9])
def test_calibrated_probabilities_are_as_frequent_as_is_expected(expected: float) -> None:
    """Negatives, half of what is learned from, become as probable as they are on people's paper."""
    rng = np.random.default_rng(3)
    classes = np.repeat([0, 1, 2], (500, 500, 1000))
    pixels = rng.integers(0, 256, (2000, 1, 1, 3), np.uint8) // 4
    pixels[np.arange(2000), 0, 0, classes] += 60
    keras.utils.set_random_seed(1)
    inputs = keras.Input((1, 1, 3))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(inputs)))
    model.layers[-1].set_weights([np.eye(3, dtype=np.float32) * 20, np.zeros(3, np.float32)])
    before = predict(model, pixels)
    find = partial(calibration, rejects=True, expected_share=expected)
    temperature = calibrate(model, before, classes, find)
    after = predict(model, pixels)
    assert temperature != 1
    weights = np.where(classes == 2, expected / 1000, (1 - expected) / 1000)
    assert float(weights @ after[:, 2]) == pytest.approx(expected, abs=0.01)
    wrong = float(weights @ before[:, 2])
    assert abs(wrong - expected) > 0.02
