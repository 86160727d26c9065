"""Calibration with known temperatures and offsets."""

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
    """Return logits, and classes drawn with their probabilities."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (count, classes))
    drawn = (softmax(logits).cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    return logits, np.minimum(drawn, classes - 1)


def probabilities_of(logits: Floats) -> NDArray[np.float32]:
    return softmax(logits).astype(np.float32)


def corrected(probabilities: NDArray[np.float32], temperature: float, offset: float) -> Floats:
    logits = np.log(probabilities.astype(np.float64)) / temperature
    logits[:, -1] += offset
    return softmax(logits)


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.5])
def test_temperature_of_overconfident_outputs_is_found(factor: float) -> None:
    logits, classes = answers(8000, 4, seed=1)
    temperature, offset = calibration(
        probabilities_of(logits * factor), classes, rejects=False, expected_share=0.3
    )
    assert temperature == pytest.approx(factor, rel=0.05)
    assert offset == 0


def test_negatives_get_their_expected_probability() -> None:
    logits, classes = answers(4000, 4, seed=2)
    probabilities = probabilities_of(logits * 1.5)
    negative = classes == 3
    for expected in (0.05, 0.5):
        temperature, offset = calibration(probabilities, classes, rejects=True, expected_share=expected)
        weights = np.where(negative, expected / negative.sum(), (1 - expected) / (~negative).sum())
        calibrated = corrected(probabilities, temperature, offset)
        # At the minimum, both derivatives of the loss are 0.
        assert weights @ calibrated[:, 3] == pytest.approx(expected, abs=1e-3)
        errors = (calibrated - np.eye(4)[classes]) * np.log(probabilities.astype(np.float64))
        assert weights @ errors.sum(axis=1) == pytest.approx(0, abs=1e-3)
        assert temperature == pytest.approx(1.5, rel=0.1)


def test_number_of_negatives_does_not_matter() -> None:
    logits, classes = answers(2000, 4, seed=3)
    probabilities, negative = probabilities_of(logits), classes == 3
    more = np.concatenate([probabilities, *[probabilities[negative]] * 5])
    once, often = (
        calibration(outputs, targets, rejects=True, expected_share=0.1)
        for outputs, targets in (
            (probabilities, classes),
            (more, np.concatenate([classes, *[classes[negative]] * 5])),
        )
    )
    assert once == pytest.approx(often, abs=1e-3)


def test_samples_without_negatives_have_equal_weights() -> None:
    logits, classes = answers(2000, 4, seed=4)
    probabilities, known = probabilities_of(logits * 2), classes != 3
    found = [
        calibration(probabilities[known], classes[known], rejects=True, expected_share=share)
        for share in (0.1, 0.9)
    ]
    assert found[0] == found[1]


def test_expected_share_is_ignored_without_rejection() -> None:
    logits, classes = answers(2000, 4, seed=5)
    probabilities = probabilities_of(logits * 2)
    found = [
        calibration(probabilities, classes, rejects=False, expected_share=share) for share in (0.01, 0.99)
    ]
    assert found[0] == found[1]


def test_temperature_is_bounded() -> None:
    right = probabilities_of(np.eye(3)[[0, 1, 2] * 5] * 0.3)
    classes = np.array([0, 1, 2] * 5)
    surest, _ = calibration(right, classes, rejects=False, expected_share=0.1)
    assert surest == pytest.approx(np.exp(-3), rel=1e-2)
    least, _ = calibration(right, np.roll(classes, 1), rejects=False, expected_share=0.1)
    assert least == pytest.approx(np.exp(3), rel=1e-2)


def test_zero_probabilities_count_as_tiny() -> None:
    probabilities = np.repeat(np.array([[1, 0], [0, 1]], np.float32), 50, axis=0)
    classes = np.repeat([0, 1], 50)
    classes[0] = 1
    temperature, _ = calibration(probabilities, classes, rejects=False, expected_share=0.1)
    # 99 of 100 are correct, so the calibrated odds are 99 to 1.
    assert temperature == pytest.approx(np.log(1e30) / np.log(99), rel=1e-2)


def test_single_negative_has_the_expected_weight() -> None:
    logits, classes = answers(500, 3, seed=6)
    classes = classes % 2
    classes[0] = 2
    probabilities = probabilities_of(logits)
    temperature, offset = calibration(probabilities, classes, rejects=True, expected_share=0.4)
    calibrated = corrected(probabilities, temperature, offset)[:, 2]
    assert 0.4 * calibrated[0] + 0.6 * calibrated[1:].mean() == pytest.approx(0.4, abs=1e-3)
