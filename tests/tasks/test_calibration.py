"""Calibration: temperatures and offsets that are known beforehand are found again."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.tasks.calibration import calibration

Floats = NDArray[np.float64]


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def answers(count: int, classes: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Logits, and classes that are drawn as probably as these say."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (count, classes))
    drawn = (softmax(logits).cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    return logits, np.minimum(drawn, classes - 1)


def as_given(logits: Floats) -> NDArray[np.float32]:
    return softmax(logits).astype(np.float32)


def corrected(probabilities: NDArray[np.float32], temperature: float, offset: float) -> Floats:
    logits = np.log(probabilities.astype(np.float64)) / temperature
    logits[:, -1] += offset
    return softmax(logits)


@pytest.mark.parametrize("too_sure", [0.5, 1.0, 2.5])
def test_the_temperature_by_which_answers_are_too_sure_is_found(too_sure: float) -> None:
    logits, classes = answers(8000, 4, seed=1)
    temperature, offset = calibration(as_given(logits * too_sure), classes, rejects=False, expected_share=0.3)
    assert temperature == pytest.approx(too_sure, rel=0.05)
    assert offset == 0


def test_what_is_no_character_becomes_as_probable_as_is_expected() -> None:
    logits, classes = answers(4000, 4, seed=2)
    probabilities = as_given(logits * 1.5)
    negative = classes == 3
    for expected in (0.05, 0.5):
        temperature, offset = calibration(probabilities, classes, rejects=True, expected_share=expected)
        weights = np.where(negative, expected / negative.sum(), (1 - expected) / (~negative).sum())
        honest = corrected(probabilities, temperature, offset)
        # At the minimum, the loss stands still for both numbers.
        assert weights @ honest[:, 3] == pytest.approx(expected, abs=1e-3)
        errors = (honest - np.eye(4)[classes]) * np.log(probabilities.astype(np.float64))
        assert weights @ errors.sum(axis=1) == pytest.approx(0, abs=1e-3)
        assert temperature == pytest.approx(1.5, rel=0.1)


def test_how_often_negatives_stand_in_the_samples_does_not_count() -> None:
    logits, classes = answers(2000, 4, seed=3)
    probabilities, negative = as_given(logits), classes == 3
    more = np.concatenate([probabilities, *[probabilities[negative]] * 5])
    once, often = (
        calibration(given, told, rejects=True, expected_share=0.1)
        for given, told in (
            (probabilities, classes),
            (more, np.concatenate([classes, *[classes[negative]] * 5])),
        )
    )
    assert once == pytest.approx(often, abs=1e-3)


def test_without_negatives_all_samples_weigh_the_same() -> None:
    logits, classes = answers(2000, 4, seed=4)
    probabilities, known = as_given(logits * 2), classes != 3
    found = [
        calibration(probabilities[known], classes[known], rejects=True, expected_share=share)
        for share in (0.1, 0.9)
    ]
    assert found[0] == found[1]


def test_a_network_that_rejects_nothing_has_no_negatives() -> None:
    logits, classes = answers(2000, 4, seed=5)
    probabilities = as_given(logits * 2)
    found = [
        calibration(probabilities, classes, rejects=False, expected_share=share) for share in (0.01, 0.99)
    ]
    assert found[0] == found[1]


def test_a_network_that_is_always_right_or_always_wrong_is_not_trusted_or_doubted_without_end() -> None:
    right = as_given(np.eye(3)[[0, 1, 2] * 5] * 0.3)
    classes = np.array([0, 1, 2] * 5)
    surest, _ = calibration(right, classes, rejects=False, expected_share=0.1)
    assert surest == pytest.approx(np.exp(-3), rel=1e-2)
    least, _ = calibration(right, np.roll(classes, 1), rejects=False, expected_share=0.1)
    assert least == pytest.approx(np.exp(3), rel=1e-2)


def test_probabilities_that_were_rounded_to_nothing_count_as_tiny() -> None:
    probabilities = np.repeat(np.array([[1, 0], [0, 1]], np.float32), 50, axis=0)
    classes = np.repeat([0, 1], 50)
    classes[0] = 1
    temperature, _ = calibration(probabilities, classes, rejects=False, expected_share=0.1)
    # 99 of 100 are right, so that what is chosen should be 99 times as probable as the other.
    assert temperature == pytest.approx(np.log(1e30) / np.log(99), rel=1e-2)


def test_a_single_negative_weighs_as_much_as_is_expected() -> None:
    logits, classes = answers(500, 3, seed=6)
    classes = classes % 2
    classes[0] = 2
    probabilities = as_given(logits)
    temperature, offset = calibration(probabilities, classes, rejects=True, expected_share=0.4)
    honest = corrected(probabilities, temperature, offset)[:, 2]
    assert 0.4 * honest[0] + 0.6 * honest[1:].mean() == pytest.approx(0.4, abs=1e-3)
