"""Losses and metrics. Agreement with Keras is tested with the training loop."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.tasks.scores import image_scores, label_scores


def test_label_scores_are_crossentropy_and_accuracy() -> None:
    outputs = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8], [0.0, 0.75, 0.25]], np.float32)
    scores = label_scores(outputs, np.array([0, 1, 1]))
    assert list(scores) == ["loss", "accuracy"]
    assert scores["loss"] == pytest.approx(-np.log([0.5, 0.1, 0.75]).mean(), rel=1e-5)
    assert scores["accuracy"] == pytest.approx(2 / 3)


def test_loss_of_zero_probability_is_that_of_keras() -> None:
    scores = label_scores(np.array([[1.0, 0.0]], np.float32), np.array([1]))
    assert scores["loss"] == pytest.approx(-np.log(1e-7), rel=1e-5)


def test_image_scores_are_mean_squared_error_and_psnr() -> None:
    targets = np.zeros((2, 2, 3, 1), np.uint8)
    targets[1] = 255
    outputs = np.zeros((2, 2, 3, 1), np.float32)
    outputs[0] += np.float32(0.1)
    outputs[1] += np.float32(0.9)
    outputs[1, 0] = 0.5
    scores = image_scores(outputs, targets)
    assert list(scores) == ["loss", "psnr"]
    errors = 0.01, (0.01 + 0.25) / 2
    assert scores["loss"] == pytest.approx(np.mean(errors), rel=1e-5)
    assert scores["psnr"] == pytest.approx(np.mean(-10 * np.log10(errors)), rel=1e-5)


def test_psnr_clips_outputs_and_loss_does_not() -> None:
    targets = np.array([[[[0], [255]]]], np.uint8)
    scores = image_scores(np.array([[[[-2.0], [3.0]]]], np.float32), targets)
    assert scores["loss"] == pytest.approx(4)
    assert scores["psnr"] == pytest.approx(100)
