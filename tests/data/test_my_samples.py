"""Tests of the user's own samples: storing, listing, removing, exporting, and their use as a data source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.paths import my_samples_dir
from desktop_app.core.stopping import Stopped
from desktop_app.data.my_samples import (
    add_sample,
    export_samples,
    list_samples,
    remove_sample,
    restore_sample,
)
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.data.split import split_sources
from desktop_app.ink.inkml import read_inkml
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.runs.recipe import DataPart

INK = Ink.from_points([[(0, 0), (10, 40)], [(5, 5), (6, 9)]])
LABELS = ("7", "a", "A", "ä", "a/b", "..", "con", "CON", "")


def picture() -> Picture:
    rgb = np.full((20, 12, 3), 255, np.uint8)
    rgb[3:15, 5] = 10
    return Picture(rgb, np.zeros((20, 12), np.float32))


def test_labels_survive(tmp_path):
    for label in LABELS:
        add_sample(tmp_path, INK, label)
    samples = list_samples(tmp_path)
    assert sorted(sample.label for sample in samples) == sorted(LABELS)
    assert all(read_inkml(sample.path) == INK for sample in samples)
    # On Windows and macOS "a" and "A" are the same folder, and have names that are no folders.
    folders = {sample.path.parent.name.casefold() for sample in samples}
    assert len(folders) == len(LABELS)
    assert all(sample.path.parent.parent == tmp_path for sample in samples)


def test_composed_and_decomposed_labels_are_the_same(tmp_path):
    first, second = (add_sample(tmp_path, INK, label) for label in ("e\u0301", "é"))
    assert first.path.parent == second.path.parent
    first.path.parent.rename(tmp_path / "e%cc%81")  # of an earlier version
    assert [each.label for each in list_samples(tmp_path)] == ["é", "é"]


def test_other_files_are_ignored(tmp_path):
    add_sample(tmp_path, INK, "7")
    (tmp_path / "7" / ".hidden.inkml").write_text("x")
    (tmp_path / "7" / "notes.txt").write_text("x")
    (tmp_path / "Not a label").mkdir()
    (tmp_path / "Not a label" / "x.png").write_text("x")
    assert len(list_samples(tmp_path)) == 1
    assert list_samples(tmp_path / "missing") == ()


def test_unreadable_folder_does_not_hide_other_samples(tmp_path, monkeypatch):
    for label in ("3", "5", "7"):
        add_sample(tmp_path, INK, label)
    iterdir = Path.iterdir

    def denied(path):
        if path.name == "5":
            raise PermissionError(13, "Permission denied", str(path))
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", denied)
    assert [sample.label for sample in list_samples(tmp_path)] == ["3", "7"]


def test_removed_sample_can_be_restored(tmp_path):
    sample = add_sample(tmp_path, picture(), "5")
    content = sample.path.read_bytes()
    removed = remove_sample(sample)
    assert list(tmp_path.iterdir()) == []
    restore_sample(removed)
    assert list_samples(tmp_path) == (sample,)
    assert sample.path.read_bytes() == content
    remove_sample(sample)
    with pytest.raises(UserError):
        remove_sample(sample)


def test_export_is_a_class_folder(tmp_path):
    for label in ("7", "ä", ""):
        add_sample(tmp_path / "store", INK, label)
    export_samples(list_samples(tmp_path / "store"), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["7", "not a character", "ä"]
    source = open_source(str(tmp_path / "out"), DataFolders(None, tmp_path), lambda _: None, lambda: False)
    assert sorted(source.labels) == ["7", "not a character", "ä"]
    with pytest.raises(UserError, match="is not empty"):
        export_samples(list_samples(tmp_path / "store"), tmp_path / "out")


def test_stopped_export_leaves_nothing(tmp_path):
    for _ in range(9):
        add_sample(tmp_path / "store", INK, "7")
    out = tmp_path / "out"
    with pytest.raises(Stopped):
        export_samples(list_samples(tmp_path / "store"), out, lambda: len(list(out.glob("7/*"))) > 1)
    assert list(out.iterdir()) == []


def test_export_keeps_letters_of_both_cases_apart(tmp_path):
    for label in ("a", "A"):
        add_sample(tmp_path / "store", INK, label)
    export_samples(list_samples(tmp_path / "store"), tmp_path / "out")
    assert len({path.name.casefold() for path in (tmp_path / "out").iterdir()}) == 2


def test_my_samples_are_a_source_of_one_writer(tmp_path):
    folders = DataFolders(None, tmp_path)
    with pytest.raises(UserError, match="My samples is empty"):
        open_source("my-samples", folders, lambda _: None, lambda: False)
    for label in ("7", "7", "1", ""):
        add_sample(my_samples_dir(), INK, label)
    add_sample(my_samples_dir(), picture(), "A")
    source = open_source("my-samples", folders, lambda _: None, lambda: False)
    assert source.title == "My samples"
    assert sorted(source.labels) == ["1", "7", "7", "A", "not a character"]
    # All samples of a writer are in one part.
    (split,) = split_sources([source], [DataPart("my-samples")], 1)
    assert len(split.training) == 5
