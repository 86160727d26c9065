"""Tests of the samples of line networks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.data.line_samples import line_samples
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.recipe import DataPart, Recipe
from desktop_app.runs.zoo.characters import dense
from desktop_app.tasks.task import Task
from tests.training_fixtures import write_ink_set, write_small_mnist

TASK = Task(labels=("3", "1", "0"), rejects=True)


def recipe_of(path, task=TASK):
    part = DataPart(str(path), 0.4, 0.2)
    return Recipe(name="lines", title="Lines", data=(part,), layers=dense(8, 8, 0.1), task=task)


@pytest.fixture
def recipe(tmp_path):
    """A recipe whose data has five writers, each with 15 characters."""
    write_ink_set(tmp_path / "ink.npz", "310" * 5, writers=5, seed=1)
    return recipe_of(tmp_path / "ink.npz")


def samples(recipe, counts=(30, 8), should_stop=lambda: False):
    return line_samples(recipe, DataFolders(None, Path("downloads")), counts, lambda _: None, should_stop)


def test_lines_have_texts_of_classes_and_room_for_them(recipe):
    training, validation = samples(recipe)
    assert 20 <= len(training) <= 30
    assert 5 <= len(validation) <= 8
    for image, text in zip(training.images, training.texts, strict=True):
        assert image.dtype == np.int8
        assert image.shape[::2] == (32, 3)
        assert 8 * len(text) + 4 <= image.shape[1] <= 600
        assert image.max() > 100
    assert {label for text in training.texts for label in text} == {0, 1, 2}
    assert {len(text) for text in training.texts} > {2, 5, 9}


def test_lines_have_characters_of_a_kind_or_begin_with_a_capital(tmp_path):
    write_ink_set(tmp_path / "ink.npz", "310" * 10, writers=3, seed=1)
    with np.load(tmp_path / "ink.npz") as data:
        arrays = dict(data)
    names = {"3": "3", "1": "A", "0": "b"}
    arrays["labels"] = np.array([names[label] for label in arrays["labels"].tolist()])
    np.savez(tmp_path / "ink.npz", **arrays)
    training, _ = samples(
        recipe_of(tmp_path / "ink.npz", Task(labels=("3", "A", "b"), rejects=True)), (200, 8)
    )
    long = [text for text in training.texts if len(text) > 3]
    of_a_kind = [text for text in long if len(set(text)) == 1]
    names_of_people = [text for text in long if text[0] == 1 and set(text[1:]) == {2}]
    assert {text[0] for text in of_a_kind} == {0, 1, 2}
    assert len(names_of_people) > 0.05 * len(long)
    assert len(of_a_kind) + len(names_of_people) > 0.8 * len(long)


def test_lines_are_the_same_each_time_and_differ_between_the_parts(recipe):
    (first, validation), (second, _) = samples(recipe), samples(recipe)
    assert first.texts == second.texts
    for one, other in zip(first.images, second.images, strict=True):
        np.testing.assert_array_equal(one, other)
    assert first.texts[: len(validation)] != validation.texts


def test_real_numbers_are_among_the_lines(tmp_path, monkeypatch):
    path = tmp_path / "ink.npz"
    write_ink_set(path, "310" * 5, writers=5, seed=1)
    with np.load(path) as data:
        arrays = dict(data)
    # The last three characters of each writer are one number of their strokes.
    starts = arrays["character_offsets"]
    ends = np.delete(starts, [15 * writer + place for writer in range(5) for place in (13, 14)])
    labels = arrays["labels"].reshape(5, 15).astype("<U3")
    labels[:, 12] = "310"
    arrays |= {
        "character_offsets": ends,
        "labels": labels[:, :13].ravel(),
        "writers": arrays["writers"].reshape(5, 15)[:, :13].ravel(),
    }
    np.savez(path, **arrays)
    monkeypatch.setattr("desktop_app.data.compose_lines._REAL_SHARE", 1.0)
    training, _ = samples(recipe_of(path))
    assert set(training.texts) == {(0, 1, 2)}


def test_data_without_ink_is_refused(tmp_path):
    write_small_mnist(tmp_path / "mnist.npz", 100, 10)
    with pytest.raises(UserError, match=re.escape("has no ink, of which lines are composed")):
        samples(recipe_of(tmp_path / "mnist.npz"))


def test_data_with_few_characters_of_each_writer_is_refused(tmp_path):
    write_ink_set(tmp_path / "ink.npz", "310" * 3, writers=5, seed=1)
    with pytest.raises(UserError, match="has no writer of 12 characters"):
        samples(recipe_of(tmp_path / "ink.npz"))


def test_preparation_can_be_stopped(recipe):
    with pytest.raises(Stopped):
        samples(recipe, should_stop=lambda: True)
