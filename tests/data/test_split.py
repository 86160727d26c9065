"""Tests of splits into training, validation and test parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import split_sources, split_writers
from desktop_app.runs.recipe import DataPart

WRITERS = DataPart("ink", validation=0.1, test=0.2)


def source_of(labels: list[str], **more: Any) -> SourceSet:
    images = np.zeros((len(labels), 28, 28, 1), np.uint8)
    return SourceSet("Some", "some.npz", "0", np.array(labels), images, **more)


@given(count=st.integers(1, 60), samples=st.integers(1, 4), seed=st.integers(0, 5))
def test_each_writer_is_in_one_part(count: int, samples: int, seed: int) -> None:
    names = np.array([f"w{i}" for i in range(count)])
    split = split_writers(np.tile(names, samples), WRITERS, seed)
    together = [*split.training, *split.validation, *split.test]
    assert sorted(together) == sorted(names)
    assert abs(len(split.test) - 0.2 * count) <= 0.5


def test_split_does_not_depend_on_the_order_of_samples() -> None:
    names = np.array([f"w{i}" for i in range(30)])
    assert split_writers(names, WRITERS, 1) == split_writers(names[::-1].repeat(2), WRITERS, 1)


def test_split_depends_on_the_seed() -> None:
    names = np.array([f"w{i}" for i in range(30)])
    assert split_writers(names, WRITERS, 1) != split_writers(names, WRITERS, 2)


@given(
    labels=st.lists(st.sampled_from("0123"), min_size=8, max_size=200),
    validation=st.one_of(st.floats(0, 0.5), st.integers(1, 3).map(float)),
    test=st.floats(0, 0.4),
    seed=st.integers(0, 3),
)
def test_split_is_stratified_by_label(labels: list[str], validation: float, test: float, seed: int) -> None:
    source = source_of(labels)
    parts = split_sources([source], [DataPart("some", validation, test)], seed)[0]
    together = np.concatenate([parts.training, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(len(labels)))
    assert len(parts.test) == round(test * len(labels))
    for label in set(labels):
        expected = len(parts.test) * labels.count(label) / len(labels)
        assert abs(int((source.labels[parts.test] == label).sum()) - expected) <= 1


def test_test_part_of_the_source_is_kept() -> None:
    source = source_of(list("0011") * 5, is_test=np.arange(20) >= 16)
    parts = split_sources([source], [DataPart("some", validation=4, test=0.5)], 1)[0]
    assert parts.test.tolist() == [16, 17, 18, 19]
    assert len(parts.validation) == 4
    assert source.labels[parts.validation].tolist().count("0") == 2


def test_validation_part_of_the_source_is_kept() -> None:
    source = source_of(list("0011") * 5, is_validation=np.arange(20) >= 16)
    parts = split_sources([source], [DataPart("some", validation=0.5, test=4)], 1)[0]
    assert parts.validation.tolist() == [16, 17, 18, 19]
    assert len(parts.test) == 4
    assert len(parts.training) == 12


def test_empty_training_part_raises_user_error() -> None:
    with pytest.raises(UserError, match="No training samples of"):
        split_sources([source_of(list("0101"))], [DataPart("some", validation=4, test=0)], 1)[0]


@pytest.mark.parametrize("parts", [{"is_test": [True] * 2}, {"is_validation": [True, False]}])
def test_source_without_training_samples_raises_user_error(parts: dict[str, list[bool]]) -> None:
    masks = {"is_test": [False, True]} | parts
    source = source_of(["7", "4"], **{name: np.array(mask) for name, mask in masks.items()})
    with pytest.raises(UserError, match="Some has no training samples, only a validation or test part"):
        split_sources([source], [DataPart("some")], seed=1)


@given(seed=st.integers(0, 20))
def test_writer_of_two_sources_is_in_the_same_part_of_both(seed: int) -> None:
    first = source_of(["0"] * 30, writers=np.array([f"w{i}" for i in range(30)]))
    second = source_of(["0"] * 60, writers=np.array([f"w{i // 2 + 15}" for i in range(60)]))
    one, other = split_sources([first, second], [WRITERS, WRITERS], seed)
    assert one.writers is not None
    assert other.writers is not None
    for part in ("training", "validation", "test"):
        rest = {*one.writers.training, *one.writers.validation, *one.writers.test}
        rest -= set(getattr(one.writers, part))
        assert not rest & set(getattr(other.writers, part))
    new = {*other.writers.test} - {*one.writers.test}
    assert len(new) == 3  # a fifth of the writers who are only in the second source
    assert len({*other.writers.training, *other.writers.validation, *other.writers.test}) == 30


def test_samples_are_in_the_parts_of_their_writers() -> None:
    writers = np.array([f"w{i // 3}" for i in range(30)])
    source = source_of(["0"] * 30, writers=writers)
    parts = split_sources([source], [WRITERS], 1)[0]
    assert parts.writers is not None
    assert set(writers[parts.test]) == set(parts.writers.test)
    assert not set(writers[parts.test]) & set(writers[parts.training])
