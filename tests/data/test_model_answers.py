"""Answers of a model to the samples of a data source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.core.errors import UserError
from desktop_app.core.paths import models_dir
from desktop_app.core.stopping import Stopped
from desktop_app.data import pages
from desktop_app.data.model_answers import answer_source, open_labelled
from desktop_app.data.pages import page_of
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.ink.page import Page
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from tests.synthetic_numbers import image_of, number


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return open_recognizer(models_dir() / "digits")


def blank_images(folder: Path, sizes: Iterable[int]) -> DataFolders:
    for index, size in enumerate(sizes):
        path = folder / "scans" / str(index % 2) / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (size, 40), 255).save(path)
    return DataFolders(None, folder / "downloads")


def test_answering_stops_after_each_sample(
    recognizer: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders, opened = blank_images(tmp_path, range(40, 60)), list[int]()
    data = str(tmp_path / "scans")
    source, _ = open_labelled(data, recognizer.task, folders, lambda _: None, lambda: False)

    def page_noting(source: SourceSet, row: int) -> Page:
        opened.append(row)
        return page_of(source, row)

    monkeypatch.setattr(pages, "page_of", page_noting)
    with pytest.raises(Stopped):
        answer_source(recognizer, source, lambda _: None, lambda: len(opened) > 1)
    assert len(opened) == 2


def test_data_without_ink_is_refused(recognizer: Recognizer, tmp_path: Path) -> None:
    data, folders = str(tmp_path / "scans"), blank_images(tmp_path, range(40, 44))
    source, _ = open_labelled(data, recognizer.task, folders, lambda _: None, lambda: False)
    with pytest.raises(UserError, match=r"No sample of .* has ink"):
        answer_source(recognizer, source, lambda _: None, lambda: False)


def test_damaged_files_with_labels_in_their_names_are_left_out(
    recognizer: Recognizer, tmp_path: Path
) -> None:
    for label in "147":
        image_of(number(label)).save(tmp_path / f"{label}_me.png")
    (tmp_path / "1_me.png").write_bytes((tmp_path / "1_me.png").read_bytes()[:60])
    folders = DataFolders(None, tmp_path / "downloads")
    source, _ = open_labelled(str(tmp_path), recognizer.task, folders, lambda _: None, lambda: False)
    answered = answer_source(recognizer, source, lambda _: None, lambda: False)
    assert (len(answered.answers), answered.left_out) == (2, 1)
