"""Tests of the labels of samples with several characters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.text_labels import are_texts, with_texts_of_names
from desktop_app.tasks.task import Task

LETTERS = Task(labels=("A", "C"), aliases=(("c", "C"),))


def source(*labels):
    return SourceSet("a", "a", "", np.array(labels))


def of_files(*names):
    files = tuple(PageFile(Path(name)) for name in names)
    return SourceSet("a", "a", "", np.array([""] * len(names)), files=files)


def test_labels_of_several_known_characters_are_texts():
    digits = tuple("0123456789")
    assert are_texts(source("12", "5", "0171 2026"), digits)
    assert not are_texts(source("1", "2"), digits)
    assert not are_texts(source("12", "cat"), digits)
    assert not are_texts(source("cat", "dog"), ("cat", "dog"))


def test_texts_of_file_names():
    named = with_texts_of_names(of_files("0171 2026.png", "48_by me.jpg", "48_2.inkml"), Task())
    assert named.labels.tolist() == ["0171 2026", "48", "48"]


def test_texts_at_the_end_of_file_names():
    named = with_texts_of_names(of_files("0000_7.png", "0001_3.png", "0002_7.png"), Task())
    assert named.labels.tolist() == ["7", "3", "7"]
    named = with_texts_of_names(of_files("a_4.png", "b_7.png", "c_4.png"), Task())
    assert named.labels.tolist() == ["4", "7", "4"]


def test_name_without_text_raises_user_error():
    with pytest.raises(UserError, match="rename"):
        with_texts_of_names(of_files("12.png", "_12.png"), Task())


@pytest.mark.parametrize(
    ("names", "task"),
    [
        (["IMG_1.png", "scan.png"], Task()),
        ([f"{number}.png" for number in range(1, 12)], Task()),
        (["12.png"], LETTERS),
        (["Ab.png"], LETTERS),
    ],
)
def test_names_that_say_nothing_raise_user_error(names, task):
    with pytest.raises(UserError, match="The files in a have no labels"):
        with_texts_of_names(of_files(*names), task)


@pytest.mark.parametrize(
    ("names", "task"),
    [
        ([f"{number}.png" for number in range(10)], Task()),
        ([*(f"{number}.png" for number in range(12)), "42_a.png"], Task()),
        (["X.png"], Task()),
        (["Ac.png", "IMG.png"], LETTERS),
        (["frog_1.png"], Task(labels=("frog", "cat"))),
        (["IMG_1.png", "scan.png"], Task(labels=())),
    ],
)
def test_names_that_say_something_are_labels(names, task):
    assert len(with_texts_of_names(of_files(*names), task)) == len(names)
