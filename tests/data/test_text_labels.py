"""Tests of the labels of samples with several characters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.data.sources.page_file import PageFile
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.text_labels import are_texts, with_texts_of_names


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
    named = with_texts_of_names(of_files("0171 2026.png", "48_by me.jpg", "48_2.inkml"))
    assert named.labels.tolist() == ["0171 2026", "48", "48"]


def test_name_without_text_raises_user_error():
    with pytest.raises(UserError, match="rename"):
        with_texts_of_names(of_files("12.png", "_12.png"))
