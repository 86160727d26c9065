"""What models may be called, and what their answers may mean."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.networks.naming import (
    LONGEST_TITLE,
    labels_problem,
    model_name_problem,
    name_from,
    title_from,
    title_problem,
)
from desktop_app.tasks.task import MOST_OUTPUTS


@given(st.text())
def test_any_words_make_a_name_or_none(words: str) -> None:
    name = name_from(words)
    assert not name or not model_name_problem(name)
    assert name or not set(words.lower()) & set(string.ascii_lowercase + string.digits)


@pytest.mark.parametrize("name", ["", "../elsewhere", ".hidden", "Big", "a" * 41, "-a", "a b", "a\n"])
def test_names_that_are_no_folders_are_refused(name: str) -> None:
    assert "lowercase letters" in str(model_name_problem(name))


@given(st.text())
def test_titles_are_on_one_line(words: str) -> None:
    title = title_from(words)
    assert title.isprintable()
    assert bool(title_problem(title)) == (not 0 < len(title) <= LONGEST_TITLE)


@given(st.lists(st.characters(exclude_categories=("C", "Z")), min_size=1, unique=True))
def test_characters_that_differ_are_answers(characters: list[str]) -> None:
    labels = "".join(characters)
    assert labels_problem(labels) is None
    assert f"{labels[0]} is there more than once" in str(labels_problem(labels + labels[0]))


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ("", "enter a character"),
        ("0 1", "A space cannot be a label"),
        ("01\u200b", "U+200B cannot be a label"),
        ("0\ud800", "U+D800 cannot be a label"),
        ("0,1,2,3", ", is there more than once"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + MOST_OUTPUTS + 1))), "at most 1000"),
    ],
)
def test_characters_that_tell_nothing_apart_are_refused(labels: str, why: str) -> None:
    problem = str(labels_problem(labels))
    assert why in problem
    assert problem.isprintable()
    assert problem.endswith(".")


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt0", "aux"])
def test_names_of_windows_devices_are_not_used(name: str) -> None:
    assert model_name_problem(name.lower())
    made = name_from(name)
    assert made != name.lower()
    assert model_name_problem(made) is None
    assert model_name_problem(f"{name.lower()}ic") is None
