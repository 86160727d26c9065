"""Tests of the summary of a source, and of the task that suits it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.data.source_summary import SourceSummary, suggest_labels, suggest_task, summarize_source
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.recipe import Negatives, Recipe
from desktop_app.tasks.task import Task
from tests.data.bars_and_hands import LABELS, images, inks, never, recipe_of


def test_summary_of_a_source() -> None:
    facts = summarize_source(inks())
    assert (facts.title, facts.samples, facts.labels, facts.writers) == ("Hands", 36, LABELS, 6)
    assert (facts.own_validation, facts.own_test, facts.needs_normalizing) == (0, 0, False)
    with_test = summarize_source(replace(images(12), is_test=np.arange(12) > 8))
    assert (with_test.writers, with_test.own_test, with_test.needs_normalizing) == (0, 3, True)


def test_labels_of_data_are_suggested_numbers_first() -> None:
    assert suggest_labels(recipe_of(), ["b", "10", "9", "a"]) == ("9", "10", "a", "b")
    assert suggest_labels(recipe_of(), reversed(LABELS)) is None


def test_other_labels_are_allowed_with_negatives() -> None:
    recipe = recipe_of(rejects=True, negatives=Negatives(look_alikes=("l",)))
    assert suggest_labels(recipe, [*LABELS, "a", "l"]) is None
    assert suggest_labels(recipe, ["1", "7", "a", "l"]) == ("1", "7", "a")


def summary(*labels: str, is_colour: bool) -> SourceSummary:
    return SourceSummary("Own", 10, labels, 0, 0, 0, needs_normalizing=True, is_colour=is_colour)


def test_colour_images_with_words_as_labels_are_pictures() -> None:
    task = suggest_task(recipe_of(), [summary("ship", "frog", is_colour=True)])
    assert task == Task("picture", 32, 32, 3, "fit", ("frog", "ship"))
    assert suggest_task(Recipe(task=task), [summary("frog", "ship", is_colour=True)]) is None


def test_colour_arrays_with_numbers_as_labels_are_pictures(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (20, 32, 32, 3), np.uint8)
    np.savez(tmp_path / "keras.npz", x_train=images, y_train=np.arange(20)[:, None] % 10)
    source = open_source(str(tmp_path / "keras.npz"), DataFolders(None, tmp_path), lambda _: None, never)
    task = suggest_task(Recipe(), [summarize_source(source)])
    assert task == Task("picture", 32, 32, 3, "fit", tuple("0123456789"))


@pytest.mark.parametrize(
    "source", [summary("ship", "3", is_colour=False), summary("1", "10", is_colour=True)]
)
def test_other_labels_change_only_the_labels(source: SourceSummary) -> None:
    task = recipe_of().task
    assert suggest_task(recipe_of(), [source]) == replace(task, labels=tuple(sorted(source.labels)))


@pytest.mark.parametrize(("count", "text"), [(1, "All samples have the label 0"), (201, r"labels \(201\)")])
def test_wrong_number_of_labels_raises_user_error(count: int, text: str) -> None:
    with pytest.raises(UserError, match=text):
        suggest_labels(recipe_of(), map(str, range(count)))


@given(st.sets(st.text(min_size=1, max_size=4), min_size=2, max_size=30))
def test_suggested_labels_are_complete_and_ordered(kinds: set[str]) -> None:
    labels = suggest_labels(recipe_of(labels=("?", "!")), kinds - {"?", "!"} | {"0", "b"})
    assert labels is not None
    assert set(labels) == kinds - {"?", "!"} | {"0", "b"}
    numbers = [label.isascii() and label.isdecimal() for label in labels]
    assert numbers == sorted(numbers, reverse=True)
    assert all(int(a) <= int(b) for a, b in pairwise(labels[: sum(numbers)]))
