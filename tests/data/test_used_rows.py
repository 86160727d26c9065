"""Tests of the rows of a source that a run uses."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import Split, used_rows
from desktop_app.runs.recipe import Negatives, Recipe
from desktop_app.tasks.task import Task


def recipe(*, rejects: bool) -> Recipe:
    task = Task(labels=("1", "C"), aliases=(("c", "C"),), rejects=rejects)
    return Recipe(task=task, negatives=Negatives(look_alikes=("O",)))


def source_of(*labels: str) -> tuple[SourceSet, Split]:
    """Return a source whose samples are all for training, except the last one, which is for the test."""
    images = np.zeros((len(labels), 28, 28, 1), np.uint8)
    rows = np.arange(len(labels))
    split = Split(rows[:-1], rows[:0], rows[-1:])
    return SourceSet("Letters", "letters.npz", "0" * 64, np.array(labels), images=images), split


def test_rows_with_a_class_are_used() -> None:
    used = used_rows(*source_of("1", "x", "C", "O", "c"), recipe(rejects=False))
    assert (used.training.tolist(), used.test.tolist()) == ([0, 2], [4])
    used = used_rows(*source_of("1", "x", "C", "O", "c"), recipe(rejects=True))
    assert (used.training.tolist(), used.test.tolist()) == ([0, 1, 2], [4])


def test_a_training_sample_with_a_label_is_required() -> None:
    for labels in (("x", "O", "1"), ("x", "1C1")):
        with pytest.raises(UserError, match="Letters has no sample with a label of this recipe"):
            used_rows(*source_of(*labels), recipe(rejects=True))


def test_numbers_are_sufficient_only_if_the_network_rejects() -> None:
    source, split = source_of("1C", "11", "1C1")
    assert used_rows(source, split, recipe(rejects=True)).training.tolist() == [0, 1]
    with pytest.raises(UserError, match="Letters has no sample with a label of this recipe"):
        used_rows(source, split, recipe(rejects=False))
