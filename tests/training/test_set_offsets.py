"""Tests of the offsets of labels where answers are restricted to a set of characters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.character_sets import CharacterSet, restriction
from desktop_app.tasks.task import Task
from desktop_app.training.set_offsets import fit_set_offsets, samples_for_offsets, sets_with_offsets

TASK = Task(labels=("1", "I", "L", "a"), aliases=(("l", "L"), ("i", "I")), rejects=True)
RECIPE = Recipe(task=TASK)
BAR, ANGLE = [0.1, 0.2, 0.6, 0.0, 0.1], [0.0, 0.05, 0.95, 0.0, 0.0]


def test_a_bar_is_an_i_among_capitals_and_a_small_l_among_small_letters() -> None:
    outputs = np.array([BAR, ANGLE, BAR, BAR] * 50, np.float32)
    classes, labels = np.array([1, 2, 2, 1] * 50), np.array(["I", "L", "l", "1"] * 50)
    offsets = fit_set_offsets(outputs, classes, labels, RECIPE)
    assert set(offsets) == {"capitals", "small-letters"}
    expected: dict[CharacterSet, str] = {"capitals": "IL", "small-letters": "ll"}
    for name, answers in expected.items():
        restricted = restriction(TASK, name, offsets)
        assert restricted is not None
        best = restricted.apply(outputs[:2]).argmax(axis=1)
        assert [restricted.task.labels[number] for number in best.tolist()] == list(answers)


def test_few_samples_change_little_and_none_change_nothing() -> None:
    outputs, classes = np.array([BAR], np.float32), np.array([1])
    few = fit_set_offsets(outputs, classes, np.array(["I"]), RECIPE)
    assert 0 < max(few["capitals"]) < 0.2
    none = fit_set_offsets(outputs[:0], classes[:0], np.zeros(0, "<U1"), RECIPE)
    assert none == {"capitals": (0.0, 0.0), "small-letters": (0.0, 0.0, 0.0)}


def test_sets_without_divided_labels_have_no_offsets() -> None:
    assert sets_with_offsets(replace(RECIPE, task=replace(TASK, aliases=()))) == ()
    assert sets_with_offsets(Recipe(task=Task())) == ()
    assert not len(samples_for_offsets(np.array(["1", "2"]), Recipe(task=Task())))


def test_offsets_are_fitted_to_some_samples_of_each_set() -> None:
    labels = np.array(["I", "1", "l"] * 12_000)
    rows = samples_for_offsets(labels, RECIPE)
    assert np.unique(labels[rows], return_counts=True)[1].tolist() == [10_000, 10_000]
    assert (samples_for_offsets(labels[:6], RECIPE) == [0, 2, 3, 5]).all()
