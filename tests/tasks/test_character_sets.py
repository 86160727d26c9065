"""Tests of sets of characters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.tasks.character_sets import (
    CHARACTER_SETS,
    CharacterSet,
    SetOffsets,
    available_sets,
    divided_labels,
    in_set,
    restriction,
)
from desktop_app.tasks.task import Task

LETTERS = zoo_entry("letters").recipe.task
SMALL = Task(labels=("0", "O", "A", "a"), aliases=(("o", "O"),), rejects=True)


def test_sets_of_the_network_for_letters_have_all_characters() -> None:
    assert available_sets(LETTERS) == CHARACTER_SETS
    sizes = {"digits": 10, "capitals": 26, "small-letters": 26, "letters": 37}
    for name in CHARACTER_SETS[1:]:
        restricted = restriction(LETTERS, name)
        assert restricted is not None
        assert len(restricted.task.labels) == sizes[name]
        assert len(set(restricted.outputs.tolist())) == sizes[name]
    letters = restriction(LETTERS, "letters")
    assert letters is not None
    assert letters.task.label_of("c") == "C"


def test_networks_for_digits_have_no_other_set() -> None:
    assert available_sets(Task()) == ("all",)
    assert restriction(Task(), "digits") is None
    assert restriction(LETTERS, "all") is None
    assert available_sets(Task("picture", 32, 32, 3, "fit", ("a", "b", "0", "1"))) == ("all",)


def test_labels_have_the_name_of_the_character_in_the_set() -> None:
    small = restriction(SMALL, "small-letters")
    assert small is not None
    assert (small.task.labels, small.task.aliases, small.outputs.tolist()) == (("o", "a"), (), [1, 3])
    capitals = restriction(SMALL, "capitals")
    assert capitals is not None
    assert (capitals.task.labels, capitals.outputs.tolist()) == (("O", "A"), [1, 2])


def test_similar_character_outside_the_set_is_read_and_a_different_one_is_not() -> None:
    restricted = restriction(LETTERS, "digits")
    assert restricted is not None
    index = LETTERS.label_index
    output = np.zeros(48, np.float32)
    output[index["O"]], output[index["0"]], output[-1] = 0.6, 0.39, 0.01
    round_shape = restricted.apply(output)
    assert round_shape.argmax() == 0
    assert round_shape[0] > 0.9
    output[:] = 0
    output[index["A"]], output[index["4"]] = 0.999, 0.001
    assert restricted.apply(output).argmax() == 10


@given(
    output=arrays.arrays(np.float32, 48, elements=st.floats(0, 1, width=32)),
    name=st.sampled_from(CHARACTER_SETS[1:]),
)
def test_sum_of_probabilities_is_one_and_their_order_stays(output: np.ndarray, name: CharacterSet) -> None:
    output = (output / max(1.0, float(output.sum()))).astype(np.float32)
    restricted = restriction(LETTERS, name)
    assert restricted is not None
    result = restricted.apply(output)
    assert result.sum() == pytest.approx(1, abs=1e-5)
    assert (result >= 0).all()
    if output.sum() > 0.1:
        chosen = output[restricted.outputs]
        for first, second in zip(np.argsort(chosen)[:-1], np.argsort(chosen)[1:], strict=True):
            assert result[first] <= result[second]


def test_offsets_divide_the_probability_of_the_labels_of_a_set() -> None:
    offsets: SetOffsets = {"capitals": (-2.0, 0.0)}
    capitals = restriction(SMALL, "capitals", offsets)
    small = restriction(SMALL, "small-letters", offsets)
    assert capitals is not None
    assert small is not None
    output = np.array([[0.0, 0.6, 0.3, 0.0, 0.1]], np.float32)
    (without,) = small.apply(output)
    assert without[:2] == pytest.approx([0.6 / 0.709, 0.0], abs=1e-5)
    (found,) = capitals.apply(output)
    share = 0.6 * np.exp(-2) / (0.6 * np.exp(-2) + 0.3)
    assert found == pytest.approx([0.9 * share, 0.9 * (1 - share), 0.1], abs=1e-6)


def test_labels_are_divided_if_a_set_has_only_some_of_their_characters() -> None:
    assert divided_labels(SMALL, "capitals") == divided_labels(SMALL, "small-letters") == {"O"}
    assert divided_labels(SMALL, "letters") == divided_labels(SMALL, "digits") == frozenset()
    labels = np.array(["o", "O", "", "0"])
    assert in_set(labels, "capitals").tolist() == [False, True, False, False]


def test_columns_of_a_line_keep_the_labels_of_the_set_and_no_label() -> None:
    task = Task(labels=("0", "1", "A"), rejects=True)
    digits = restriction(task, "digits")
    assert digits is not None
    columns = np.log(np.array([[0.1, 0.2, 0.3, 0.4], [0.0001, 0.0001, 0.9997, 0.0001]]))
    found = np.exp(digits.apply_to_columns(columns))
    assert found[0] == pytest.approx([1 / 7, 2 / 7, 4 / 7])
    assert found[1] == pytest.approx([1 / 3] * 3)
