"""Tests of the models of runs in the library."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.core import paths
from desktop_app.runs.run_folder import (
    MODEL,
    RunFolder,
)
from desktop_app.runs.run_store import (
    Run,
    add_run_to_library,
    distinct_title,
    list_runs,
    rename_model_and_run,
    rename_run,
    run_titles,
)
from tests.runs.run_folders import (
    full,
    made,
    names,
    with_model,
)
from tests.small_model import small_card, write_small_model
from tests.user_errors import user_error


def test_model_is_added_once_with_a_free_name(runs_dir: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    first, second = with_model(made(runs_dir)), with_model(made(runs_dir))
    assert add_run_to_library(first, library) == "mlp-300-300"
    assert add_run_to_library(only_named(runs_dir, second), library) == "mlp-300-300-2"
    assert add_run_to_library(first, library) == "mlp-300-300", "it is there already"
    assert names(library) == ["mlp-300-300", "mlp-300-300-2"]
    assert first.record().model == "mlp-300-300"
    titles = [json.loads((library / name / "card.json").read_text())["title"] for name in names(library)]
    assert titles == ["One", "One (2)"], "titles are distinct"
    for name in names(library):
        card = json.loads((library / name / "card.json").read_text())
        assert card["name"] == name
        for file, sha256 in card["files"].items():
            assert hashlib.sha256((library / name / file).read_bytes()).hexdigest() == sha256
    (library / "mlp-300-300-2" / "card.json").unlink()
    assert add_run_to_library(second, library) == "mlp-300-300-3"


def only_named(runs_dir: Path, folder: RunFolder) -> Run:
    return next(run for run in list_runs(runs_dir) if run.name == folder.name)


def test_model_has_the_title_of_the_run(runs_dir: Path, tmp_path: Path) -> None:
    folder = with_model(made(runs_dir))
    rename_run(folder, "With dropout")
    card = tmp_path / add_run_to_library(folder, tmp_path) / "card.json"
    assert json.loads(card.read_text())["title"] == "With dropout"


def test_titles_are_distinct_by_epochs_or_time(runs_dir: Path) -> None:
    assert distinct_title("Fast · MNIST", 4, set()) == "Fast · MNIST"
    taken = {"Fast · MNIST"}
    assert distinct_title("Fast · MNIST", 4, taken) == "Fast · MNIST · 4 epochs"
    taken.add("Fast · MNIST · 4 epochs")
    minute = distinct_title("Fast · MNIST", 4, taken)
    assert re.fullmatch(r"Fast · MNIST · \d{4}-\d\d-\d\d \d\d:\d\d", minute)
    second = distinct_title("Fast · MNIST", 4, {*taken, minute})
    assert second.startswith("Fast · MNIST · ")
    assert second not in {*taken, minute}
    assert len(distinct_title("x" * 500, 4, set())) < 200
    assert run_titles(runs_dir) == set()
    made(runs_dir)
    assert run_titles(runs_dir) == {"One"}


def test_renaming_a_run_renames_its_model(
    runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    monkeypatch.setattr(paths, "user_models_dir", lambda: library)
    folder = with_model(made(runs_dir))
    card = library / add_run_to_library(folder, library) / "card.json"
    rename_run(folder, "With  dropout")
    assert json.loads(card.read_text())["title"] == "With dropout"
    assert folder.record().title == "With dropout"


def test_renaming_a_model_renames_its_run(
    runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    monkeypatch.setattr(paths, "user_models_dir", lambda: library)
    folder, other = with_model(made(runs_dir)), made(runs_dir, title="Other")
    name = add_run_to_library(folder, library)
    other.update(model=name)
    rename_model_and_run(name, " With  dropout ", runs_dir)
    assert json.loads((library / name / "card.json").read_text())["title"] == "With dropout"
    assert folder.record().title == "With dropout"
    # Its model was removed, and the new one got the name.
    assert other.record().title == "Other"


def test_renaming_a_run_does_not_rename_another_model_of_that_name(
    runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "library"
    monkeypatch.setattr(paths, "user_models_dir", lambda: library)
    folder = with_model(made(runs_dir))
    name = add_run_to_library(folder, library)
    shutil.rmtree(library / name)
    another = replace(small_card(name, "Another"), files={"network.tflite": "of other weights"})
    write_small_model(library / name, another)
    rename_run(folder, "With dropout")
    assert json.loads((library / name / "card.json").read_text())["title"] == "Another"


def test_shipped_model_is_not_hidden(runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "shipped"
    (shipped / "digits").mkdir(parents=True)
    monkeypatch.setattr(paths, "models_dir", lambda: shipped)
    assert add_run_to_library(with_model(made(runs_dir), "digits"), tmp_path / "library") == "digits-2"


def spoiled_network(model: Path) -> None:
    (model / "network.tflite").write_bytes(b"other")


def missing_network(model: Path) -> None:
    (model / "network.tflite").unlink()


def linked_network(model: Path) -> None:
    (model / "network.tflite").rename(model / "elsewhere")
    (model / "network.tflite").symlink_to(model / "elsewhere")


def card_of(**values: object) -> object:
    def spoil(model: Path) -> None:
        card = json.loads((model / "card.json").read_text())
        (model / "card.json").write_text(json.dumps(card | values))

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        spoiled_network,
        missing_network,
        linked_network,
        card_of(name="../escaped"),
        card_of(name=".hidden"),
        card_of(name=3),
        card_of(title=3),
        card_of(files={}),
        card_of(files=[1]),
        card_of(files={"../../run.json": "0" * 64}),
        card_of(files={"/etc/hostname": "0" * 64}),
        lambda model: (model / "card.json").write_text("[]"),
        lambda model: (model / "card.json").unlink(),
    ],
)
def test_damaged_model_is_not_added(runs_dir: Path, tmp_path: Path, spoil: object) -> None:
    library = tmp_path / "library"
    library.mkdir()
    folder = with_model(made(runs_dir))
    assert callable(spoil)
    spoil(folder.path / MODEL)
    with user_error():
        add_run_to_library(folder, library)
    assert names(library) == []
    assert names(tmp_path) == ["library", "user"]
    assert folder.record().model == ""


def test_full_disk_keeps_the_library_unchanged(
    runs_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, library = with_model(made(runs_dir)), tmp_path / "library"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with user_error("the disk is full"):
            add_run_to_library(folder, library)
    assert names(library) == []
    assert add_run_to_library(folder, library) == "mlp-300-300"
