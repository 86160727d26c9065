"""Tests of the classes of samples."""

from __future__ import annotations

import numpy as np

from desktop_app.data.label_classes import is_number, label_classes
from desktop_app.runs.recipe import Negatives, Recipe
from desktop_app.tasks.task import Task

LABELS = np.array(["C", "c", "1", "x", "O", "C"])


def recipe(*, rejects: bool) -> Recipe:
    task = Task(labels=("1", "C"), aliases=(("c", "C"),), rejects=rejects)
    return Recipe(task=task, negatives=Negatives(look_alikes=("O",)))


def test_aliases_count_as_their_labels_and_other_labels_are_not_used() -> None:
    assert label_classes(LABELS, recipe(rejects=False)).tolist() == [1, 1, 0, -1, -1, 1]


def test_other_labels_are_negatives_except_look_alikes() -> None:
    assert label_classes(LABELS, recipe(rejects=True)).tolist() == [1, 1, 0, 2, -1, 1]


def test_no_samples_have_no_classes() -> None:
    assert label_classes(LABELS[:0], recipe(rejects=True)).shape == (0,)


def test_numbers_consist_of_labels() -> None:
    labels = list("0123456789")
    assert is_number("205", labels)
    assert not any(is_number(text, labels) for text in ("7", "", "2a", "A"))
    assert not is_number("10", [*labels, "10"])
