"""Tests of the rules for names, titles, and labels of models."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.networks.naming import (
    LONGEST_TITLE,
    file_name_from,
    labels_from,
    labels_problem,
    model_name_problem,
    name_from,
    title_from,
    title_problem,
)
from desktop_app.tasks.task import MOST_OUTPUTS


@given(st.text())
def test_name_from_any_text_is_valid_or_empty(text: str) -> None:
    name = name_from(text)
    assert not name or not model_name_problem(name)
    assert name or not set(text.lower()) & set(string.ascii_lowercase + string.digits)


@pytest.mark.parametrize("name", ["", "../elsewhere", ".hidden", "Big", "a" * 41, "-a", "a b", "a\n"])
def test_invalid_model_names_are_rejected(name: str) -> None:
    assert "lowercase letters" in str(model_name_problem(name))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Fast, few samples", "Fast, few samples"),
        ("Größe 3", "Größe 3"),
        ("Version 1.5", "Version 1-5"),
        ("../a: b/c?", "a- b-c"),
        ("...", "model"),
        ("", "model"),
        ("NUL", "NUL-1"),
        ("a\nb", "a-b"),
    ],
)
def test_files_are_named_after_titles(title: str, name: str) -> None:
    assert file_name_from(title) == name


@given(st.text())
def test_file_names_are_safe(title: str) -> None:
    name = file_name_from(title)
    assert name == name.strip()
    assert name.isprintable()
    assert 0 < len(name) <= LONGEST_TITLE
    assert not set(name) & set('<>:"/\\|?*.')


@given(st.text())
def test_titles_are_one_printable_line(text: str) -> None:
    title = title_from(text)
    assert title.isprintable()
    assert bool(title_problem(title)) == (not 0 < len(title) <= LONGEST_TITLE)


@given(st.lists(st.characters(exclude_categories=("C", "Z")), min_size=1, unique=True))
def test_distinct_characters_are_valid_labels(characters: list[str]) -> None:
    labels = "".join(characters)
    assert labels_problem(labels) is None
    assert f"{labels[0]} is there more than once" in str(labels_problem(labels + labels[0]))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", "enter a character"),
        ("cat,, dog", "A label is empty"),
        (f"cat, {'x' * 41}", "at most 40 characters"),
        ("01\u200b", "U+200B cannot be part of a label"),
        ("0\ud800", "U+D800 cannot be part of a label"),
        ("cat, dog, cat", "cat is there more than once"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + MOST_OUTPUTS + 1))), "at most 1000"),
    ],
)
def test_invalid_labels_are_rejected(labels: str, expected: str) -> None:
    problem = str(labels_problem(labels))
    assert expected in problem
    assert problem.isprintable()
    assert problem.endswith(".")


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("0123", ("0", "1", "2", "3")),
        ("0,1,2,3", ("0", "1", "2", "3")),
        ("cat, polar bear,dog", ("cat", "polar bear", "dog")),
        ("cat dog", ("cat", "dog")),
        ("a,b", ("a", ",", "b")),
        ("ae\u0301", ("a", "é")),
        ("cafe\u0301,tea,か\u3099", ("café", "tea", "が")),
    ],
)
def test_labels_are_characters_or_words(text: str, labels: tuple[str, ...]) -> None:
    assert labels_from(text) == labels
    assert labels_problem(text) is None


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt0", "aux"])
def test_windows_device_names_are_rejected(name: str) -> None:
    assert model_name_problem(name.lower())
    generated = name_from(name)
    assert generated != name.lower()
    assert model_name_problem(generated) is None
    assert model_name_problem(f"{name.lower()}ic") is None
