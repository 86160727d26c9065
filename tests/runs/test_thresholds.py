"""Tests of the confidence thresholds for the verdict "read"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.networks.card import Thresholds
from desktop_app.runs.recipe import Keeping, Negatives, Recipe
from desktop_app.runs.thresholds import choose_threshold, choose_thresholds
from desktop_app.tasks.character_sets import SetOffsets
from desktop_app.tasks.task import Task


def rows(confidences, rejects=False):
    """Return outputs for the first of two labels."""
    sure = np.array(confidences, np.float32)
    columns = [sure, 1 - sure] + ([np.zeros_like(sure)] if rejects else [])
    return np.stack(columns, axis=1)


def threshold(confidences, is_right, share, **changes):
    settings = {"rejects": False, "expected_share": 0.0} | changes
    classes = np.where(is_right, 0, 1)
    return choose_threshold(rows(confidences, settings["rejects"]), classes, share, **settings)


def test_at_most_the_given_share_is_wrong():
    rng = np.random.default_rng(0)
    confidences = rng.uniform(0.5, 1.0, 20_000).astype(np.float32)
    is_right = rng.random(20_000) < 0.9 + 0.1 * confidences
    chosen = threshold(confidences, is_right, 0.02)
    accepted = confidences >= chosen
    assert 0.015 < 1 - is_right[accepted].mean() <= 0.02
    assert 0.6 < chosen < 0.95


def test_threshold_is_as_low_as_the_promise_allows():
    confidences = [0.99, 0.98, 0.97, 0.96, 0.9, 0.8]
    is_right = [True, True, True, True, False, True]
    assert threshold(confidences, is_right, 0.1) == pytest.approx(0.96, abs=2e-6)
    assert threshold(confidences, is_right, 0.25) == 0.7


def test_threshold_without_wrong_answers_is_the_least():
    assert threshold([0.99, 0.9, 0.6], [True, True, True], 0.002) == 0.7


def test_nothing_is_sure_if_the_most_confident_answer_is_wrong():
    assert threshold([0.999, 0.9], [False, True], 0.002) == 1.0


def test_equal_confidences_are_accepted_together():
    assert threshold([0.99, 0.9, 0.9], [True, True, False], 0.1) == pytest.approx(0.99, abs=2e-6)


def test_nothing_is_sure_without_samples():
    assert (
        choose_threshold(
            np.zeros((0, 3), np.float32), np.zeros(0, np.int64), 0.1, rejects=True, expected_share=0.1
        )
        == 1.0
    )


def test_samples_of_no_label_count_with_their_expected_share():
    confidences = [0.99] * 100 + [0.9] * 100 + [0.8] * 100
    classes = np.array([0] * 100 + [0] * 100 + [2] * 100)
    outputs = rows(confidences, rejects=True)

    def chosen(share, wrong_share):
        return choose_threshold(outputs, classes, wrong_share, rejects=True, expected_share=share)

    assert chosen(0.01, 0.05) == 0.7
    assert chosen(0.2, 0.05) == pytest.approx(0.9, abs=2e-6)
    assert chosen(0.2, 0.3) == 0.7


def test_answers_that_are_no_label_are_never_sure():
    outputs = np.array([[0.9, 0.0, 0.1], [0.1, 0.0, 0.9]], np.float32)
    assert choose_threshold(outputs, np.array([0, 0]), 0.0, rejects=True, expected_share=0.1) == 0.7


NO_OFFSETS: SetOffsets = {}

LETTERS = Recipe(
    task=Task(labels=("0", "1", "A", "O", "a"), aliases=(("o", "O"),), rejects=True),
    negatives=Negatives(expected_share=0.05),
    keeping=Keeping(wrong_share=0.0),
)


def test_each_set_of_characters_has_its_threshold() -> None:
    # Digits are taken for letters, capitals for small ones, and "none" for a digit.
    mistakes = [("0", "O", 0.7), ("A", "a", 0.9), ("", "1", 0.8)]
    names = (*LETTERS.task.labels, "")
    outputs, classes = [], []
    for right, answer, confidence in mistakes:
        row = np.zeros(6, np.float32)
        row[names.index(right)], row[names.index(answer)] = 1 - confidence, confidence
        outputs.append(row)
        classes.append(names.index(right))
    for label in LETTERS.task.labels:
        for confidence in (0.72, 0.78, 0.85, 0.95):
            row = np.full(6, (1 - confidence) / 5, np.float32)
            row[names.index(label)] = confidence
            outputs.append(row)
            classes.append(names.index(label))
    thresholds = choose_thresholds(
        np.stack(outputs), np.array(classes), np.array(names)[classes], NO_OFFSETS, LETTERS
    )
    assert thresholds.of("all") == thresholds.read > 0.9
    assert set(thresholds.read_of_sets) == {"digits", "capitals", "letters", "small-letters"}
    assert 0.8 < thresholds.of("digits") < 0.9
    assert thresholds.of("capitals") == 0.7
    assert thresholds.of("letters") > 0.9


def test_models_of_one_set_have_one_threshold() -> None:
    recipe = replace(LETTERS, task=Task(labels=("0", "1")))
    thresholds = choose_thresholds(
        rows([0.9, 0.8]), np.zeros(2, np.int64), np.array(["0", "0"]), NO_OFFSETS, recipe
    )
    assert thresholds == Thresholds(0.7)


def test_thresholds_of_sets_are_those_of_their_characters_with_their_offsets() -> None:
    # A small o has the label O as well, and is no capital; among capitals, O is more probable.
    outputs = np.array([[0, 0, 0.3, 0.7, 0, 0], [0, 0, 0.8, 0.2, 0, 0], [0, 0, 0.4, 0.6, 0, 0]], np.float32)
    classes, labels = np.array([3, 3, 2]), np.array(["O", "o", "A"])

    def least(offsets: SetOffsets) -> float:
        return choose_thresholds(outputs, classes, labels, offsets, LETTERS).of("capitals")

    assert least(NO_OFFSETS) == 0.7
    # The A is read as O with more than 0.7 then, but not as surely as the O.
    share = 0.7 * np.exp(0.6) / (0.7 * np.exp(0.6) + 0.3)
    assert least({"capitals": (0.0, 0.6)}) == pytest.approx(share, abs=1e-5)
