"""Tests of the training loop: batches, losses, metrics and calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.runs.recipe import Fitting, Recipe
from desktop_app.runs.zoo.characters import convolutional, dense
from desktop_app.tasks.augment_images import augment_labelled
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from desktop_app.tasks.calibration import calibration
from desktop_app.tasks.scores import image_scores, label_scores
from desktop_app.training.batches import evaluation_batches, predict, training_batches
from desktop_app.training.calibrated_network import calibrate
from desktop_app.training.compiled_network import compile_network, make_loss, make_metric, make_optimizer
from desktop_app.training.fit import loop_settings, new_network
from desktop_app.training.loop_settings import LoopSettings


@dataclass(frozen=True, eq=False)
class NumberedSamples:
    """Samples whose pixels all have the sample's number as value."""

    inputs: NDArray[np.uint8]
    targets: NDArray[Any]
    strength: NDArray[np.float32]


ALL = np.arange(40)[None]
"""Rows of all samples in one variant."""


def numbered_samples(count: int = 40) -> NumberedSamples:
    numbers = np.arange(count)
    inputs = np.broadcast_to(numbers[:, None, None, None], (count, 4, 6, 3)).astype(np.uint8)
    return NumberedSamples(inputs, numbers % 10, np.ones(count, np.float32))


def settings_of(**fitting: Any) -> LoopSettings:
    return loop_settings(Recipe(layers=dense(8, 8, 0.0), fitting=Fitting(batch_size=8, **fitting)))


def order_of(batches: Any, count: int = 40) -> list[list[int]]:
    """Return the numbers of the samples in each epoch, in the order of training."""
    numbers = np.concatenate([np.rint(np.asarray(inputs)[:, 0, 0, 0] * 255) for inputs, _ in batches])
    return [epoch.astype(int).tolist() for epoch in numbers.reshape(-1, count)]


def unchanged(inputs: Any, targets: Any, _: Any, __: Any) -> tuple[Any, Any]:
    return inputs, targets


@pytest.mark.parametrize("augment", [None, unchanged])
def test_each_epoch_has_a_different_order(augment: Any) -> None:
    settings = settings_of(epochs=3)
    epochs = order_of(training_batches(numbered_samples(), ALL, settings, augment))
    assert [sorted(epoch) for epoch in epochs] == [list(range(40))] * 3
    assert len({tuple(epoch) for epoch in epochs}) == 3
    assert list(range(40)) not in epochs
    # The same run, another seed, and a run resumed after its first epoch.
    assert order_of(training_batches(numbered_samples(), ALL, settings, augment)) == epochs
    assert order_of(training_batches(numbered_samples(), ALL, replace(settings, seed=2), augment)) != epochs
    assert order_of(training_batches(numbered_samples(), ALL, settings, augment, first_epoch=1)) == epochs[1:]


def test_augmentation_differs_between_batches_and_is_reproducible() -> None:
    def noisy(inputs: Any, targets: Any, strength: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        return rng.random(inputs.shape).astype(np.float32) * strength[:, None, None, None], targets

    def sums() -> list[float]:
        batches = training_batches(numbered_samples(), ALL, settings_of(epochs=2), noisy)
        return [float(np.asarray(inputs).sum()) for inputs, _ in batches]

    first = sums()
    assert len(set(first)) == len(first) == 10
    assert sums() == first


@pytest.mark.parametrize("augment", [None, unchanged])
def test_training_targets_are_one_hot_with_and_without_augmentation(augment: Any) -> None:
    for inputs, targets in training_batches(numbered_samples(), ALL, settings_of(epochs=1), augment):
        numbers = np.rint(np.asarray(inputs)[:, 0, 0, 0] * 255).astype(int)
        np.testing.assert_array_equal(targets, np.eye(10, dtype=np.float32)[numbers % 10])


def test_mixed_targets_reach_the_loss_and_its_label_smoothing() -> None:
    mixup = replace(NO_AUGMENTATION, mixup=1.0)

    def augment(inputs: Any, targets: Any, strength: Any, rng: np.random.Generator) -> tuple[Any, Any]:
        return augment_labelled(inputs, targets, strength, mixup, rng)

    (_, targets), *_ = list(training_batches(numbered_samples(), ALL, settings_of(epochs=1), augment))
    targets = np.asarray(targets)
    assert ((targets > 0) & (targets < 1)).sum() > 8
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    outputs = np.random.default_rng(1).dirichlet(np.ones(10), len(targets)).astype(np.float32)
    smoothed = 0.9 * targets + 0.1 / 10
    expected = float(-(smoothed * np.log(outputs)).sum(axis=1).mean())
    assert float(make_loss("categorical_crossentropy", 0.1)(targets, outputs)) == pytest.approx(
        expected, rel=1e-4
    )


def test_epochs_alternate_between_variants() -> None:
    rows = np.stack([np.arange(40), np.arange(40) + 60])
    epochs = order_of(training_batches(numbered_samples(100), rows, settings_of(epochs=3)))
    assert [sorted(epoch) for epoch in epochs] == [rows[number].tolist() for number in (0, 1, 0)]


def test_evaluation_batches_keep_the_order() -> None:
    ((inputs, targets),) = list(evaluation_batches(numbered_samples(), settings_of()))
    np.testing.assert_allclose(inputs, numbered_samples().inputs / np.float32(255))
    np.testing.assert_array_equal(np.asarray(targets).argmax(axis=1), numbered_samples().targets)


def test_target_images_are_scaled_to_unit_range() -> None:
    images = np.random.default_rng(1).integers(0, 256, (40, 8, 12, 3), np.uint8)
    settings = replace(settings_of(epochs=1), classes=0)
    samples = replace(numbered_samples(), targets=images)
    ((_, targets),) = list(evaluation_batches(samples, settings))
    np.testing.assert_allclose(targets, images / np.float32(255))
    for augment in (None, unchanged):
        (inputs, targets), *_ = list(training_batches(samples, ALL, settings, augment))
        rows = np.rint(np.asarray(inputs)[:, 0, 0, 0] * 255).astype(int)
        np.testing.assert_allclose(targets, images[rows] / np.float32(255))


def test_scores_equal_losses_and_metrics_of_keras() -> None:
    rng = np.random.default_rng(2)
    outputs = rng.dirichlet(np.ones(5), 30).astype(np.float32)
    classes = rng.integers(0, 5, 30)
    one_hot = np.eye(5, dtype=np.float32)[classes]
    scores = label_scores(outputs, classes)
    loss = make_loss("categorical_crossentropy", 0.0)(one_hot, outputs)
    assert scores["loss"] == pytest.approx(float(loss), rel=1e-4)
    loss = make_loss("categorical_crossentropy_from_logits", 0.0)(one_hot, np.log(outputs))
    assert scores["loss"] == pytest.approx(float(loss), rel=1e-4)
    assert scores["accuracy"] == pytest.approx(float(np.mean(outputs.argmax(1) == classes)))
    targets = rng.integers(0, 256, (6, 8, 8, 1), np.uint8)
    images = (targets / 255 + rng.normal(0, 0.1, targets.shape)).astype(np.float32)
    unit_targets = targets.astype(np.float32) / np.float32(255)
    scores = image_scores(images, targets)
    loss = make_loss("mean_squared_error", 0.0)(unit_targets, images)
    assert scores["loss"] == pytest.approx(float(loss), rel=1e-4)
    metric = make_metric("psnr")
    metric.update_state(unit_targets, images)
    assert scores["psnr"] == pytest.approx(float(metric.result()), rel=1e-4)
    assert 18 < scores["psnr"] < 24


@pytest.mark.parametrize("expected", [0.02, 0.9])
def test_calibration_gives_negatives_their_expected_share(expected: float) -> None:
    """Half of the training samples are negatives, far more than on the pages of users."""
    rng = np.random.default_rng(3)
    classes = np.repeat([0, 1, 2], (500, 500, 1000))
    pixels = rng.integers(0, 256, (2000, 1, 1, 3), np.uint8) // 4
    pixels[np.arange(2000), 0, 0, classes] += 60
    keras.utils.set_random_seed(1)
    inputs = keras.Input((1, 1, 3))
    model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(inputs)))
    model.layers[-1].set_weights([np.eye(3, dtype=np.float32) * 20, np.zeros(3, np.float32)])
    before = predict(model, pixels)
    fit_calibration = partial(calibration, rejects=True, expected_share=expected)
    temperature = calibrate(model, before, classes, fit_calibration)
    after = predict(model, pixels)
    assert temperature != 1
    weights = np.where(classes == 2, expected / 1000, (1 - expected) / 1000)
    assert float(weights @ after[:, 2]) == pytest.approx(expected, abs=0.01)
    uncalibrated = float(weights @ before[:, 2])
    assert abs(uncalibrated - expected) > 0.02


@pytest.mark.parametrize(
    ("optimizer", "name"), [("adam", "beta_1"), ("adamw", "beta_1"), ("sgd", "momentum"), ("rmsprop", None)]
)
def test_momentum_is_beta_1_of_adam(optimizer: str, name: str | None) -> None:
    made = make_optimizer(settings_of(optimizer=optimizer, momentum=0.5), 10)
    if name is None:
        assert made.momentum == 0
    else:
        assert getattr(made, name) == 0.5


@pytest.mark.parametrize(("batches", "expected"), [(2, 0.0), (10, 0.5), (1000, 0.99)])
def test_statistics_of_batch_normalization_follow_within_an_epoch(batches: int, expected: float) -> None:
    recipe = Recipe(layers=convolutional(2, 2, 2, 0.0))
    model = compile_network(partial(new_network, recipe), loop_settings(recipe), batches)
    assert model.get_layer("norm1").momentum == pytest.approx(expected)


@pytest.mark.parametrize(("batches", "expected"), [(1, 0.5), (10, 0.95), (1000, 0.999)])
def test_averaged_weights_follow_within_a_run(batches: int, expected: float) -> None:
    settings = settings_of(epochs=8, average_momentum=0.999)
    assert make_optimizer(settings, batches).ema_momentum == pytest.approx(expected)
