"""Tests of writing, copying, and adding model folders, and of the limits of cards."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.networks import library
from desktop_app.networks.card import DataSource, ModelCard, WriterSplit
from desktop_app.networks.library import add_model
from desktop_app.networks.model_folder import (
    add_file,
    copy_model,
    is_model_folder,
    read_card,
    read_network,
    read_verified_file,
    write_card,
    write_model,
)
from desktop_app.networks.weights import read_weights, write_weights
from tests.small_model import CONTENTS, small_card, write_small_model


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    write_small_model(folder, small_card())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "card.json"}


def write_contents(draft: Path) -> None:
    for name, content in CONTENTS.items():
        (draft / name).write_bytes(content)


def test_model_is_written_with_the_hashes_of_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "small"
    assert not is_model_folder(folder)
    write_model(folder, replace(small_card(), files={}), write_contents)
    assert is_model_folder(folder)
    assert contents(folder) == CONTENTS
    card = read_card(folder)
    assert card == small_card()
    assert card.files == {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
    assert read_network(folder, card) == CONTENTS["network.tflite"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert list(folder.parent.iterdir()) == [folder]


def test_existing_model_is_replaced(source: Path) -> None:
    (source / "notes.txt").write_text("not of the model", encoding="utf-8")
    write_model(source, small_card(title="Newer"), write_contents)
    assert read_card(source).title == "Newer"
    assert contents(source) == CONTENTS
    assert list(source.parent.iterdir()) == [source]


def test_failed_write_keeps_the_existing_model(source: Path) -> None:
    def broken(draft: Path) -> None:
        (draft / "network.tflite").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_model(source, small_card(title="Newer"), broken)
    assert read_card(source) == small_card()
    assert contents(source) == CONTENTS
    assert list(source.parent.iterdir()) == [source]


def test_copy_has_the_card_and_the_files_of_the_card(source: Path, tmp_path: Path) -> None:
    (source / "notes.txt").write_text("not of the model", encoding="utf-8")
    copy_model(source, tmp_path / "copy")
    assert read_card(tmp_path / "copy") == small_card()
    assert contents(tmp_path / "copy") == CONTENTS
    # An existing model is replaced, whatever a file manager has added to it.
    (tmp_path / "copy" / ".DS_Store").write_text("icons", encoding="utf-8")
    copy_model(source, tmp_path / "copy")
    assert contents(tmp_path / "copy") == CONTENTS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "source"]


def test_copy_does_not_replace_other_files(source: Path, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    copy_model(source, tmp_path / "documents")  # empty
    assert read_card(tmp_path / "documents") == small_card()
    (tmp_path / "documents" / "card.json").rename(tmp_path / "file")
    for name in ("documents", "file"):
        with pytest.raises(UserError, match=r"documents contains other files|file cannot be written"):
            copy_model(source, tmp_path / name)
    assert (tmp_path / "file").is_file()
    assert (tmp_path / "documents" / "recipe.json").is_file()


@pytest.mark.parametrize("card", [None, b'{"name": "my collection of cards"}'])
def test_copy_does_not_replace_a_folder_with_a_card_and_other_files(
    source: Path, tmp_path: Path, card: bytes | None
) -> None:
    folder = tmp_path / "mine"
    copy_model(source, folder)
    if card is not None:
        (folder / "card.json").write_bytes(card)
    (folder / "thesis.txt").write_text("text", encoding="utf-8")
    with pytest.raises(UserError, match="mine contains other files than a model; choose a new folder"):
        copy_model(source, folder)
    assert (folder / "thesis.txt").read_text(encoding="utf-8") == "text"


def test_a_file_is_listed_in_the_card_as_it_is_now(source: Path) -> None:
    opened = read_card(source)
    write_card(source, replace(opened, title="Renamed"))
    add_file(source, opened, "line.tflite", b"line")
    card = add_file(source, opened, "features.npz", b"features")
    assert card == read_card(source)
    assert card.title == "Renamed"
    assert card.files.keys() == opened.files.keys() | {"line.tflite", "features.npz"}


def test_no_file_is_added_to_a_model_that_was_replaced_or_removed(source: Path) -> None:
    opened = read_card(source)
    write_card(source, replace(opened, files={**opened.files, "network.tflite": "0" * 64}))
    with pytest.raises(UserError, match="The model Small was replaced by another one in the meantime"):
        add_file(source, opened, "line.tflite", b"line")
    assert not (source / "line.tflite").exists()
    shutil.rmtree(source)
    with pytest.raises(UserError, match="There is no longer a model called source"):
        add_file(source, opened, "line.tflite", b"line")
    assert not source.exists()


def test_damaged_model_is_not_copied(source: Path, tmp_path: Path) -> None:
    copy_model(source, tmp_path / "copy")
    (source / "recipe.json").write_bytes(b"[]")
    with pytest.raises(UserError, match=r"recipe\.json.*Small"):
        copy_model(source, tmp_path / "copy")
    assert contents(tmp_path / "copy") == CONTENTS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "source"]


def test_failed_copy_leaves_no_files(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_disk_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", raise_disk_full)
        with pytest.raises(UserError, match="the disk is full"):
            copy_model(source, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == [source]


def test_files_not_in_the_card_or_too_large_are_rejected(source: Path) -> None:
    card = read_card(source)
    (source / "notes.txt").write_bytes(b"notes")
    with pytest.raises(UserError, match=r"notes\.txt"):
        read_verified_file(source / "notes.txt", card, 100)
    size = len(CONTENTS["model.keras"])
    assert read_verified_file(source / "model.keras", card, size) == CONTENTS["model.keras"]
    with pytest.raises(UserError, match=r"model\.keras"):
        read_verified_file(source / "model.keras", card, size - 1)


def test_written_weights_are_read_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = {
        "answers/kernel": rng.normal(size=(64, 10)).astype(np.float32),
        "answers/bias": rng.normal(size=10).astype(np.float32),
    }

    def write(draft: Path) -> None:
        write_contents(draft)
        write_weights(draft, weights)

    write_model(tmp_path / "model", small_card(), write)
    found = read_weights(tmp_path / "model", read_card(tmp_path / "model"))
    assert list(found) == list(weights)
    for name, expected in weights.items():
        np.testing.assert_array_equal(found[name], expected)


# --- library ---


def test_added_models_of_the_same_name_are_numbered(source: Path) -> None:
    own = paths.user_models_dir()
    assert [add_model(source, own) for _ in range(3)] == ["small", "small-2", "small-3"]
    assert [read_card(own / name).name for name in ("small", "small-2", "small-3")] == [
        "small",
        "small-2",
        "small-3",
    ]
    titles = [read_card(own / name).title for name in ("small", "small-2", "small-3")]
    assert titles == ["Small", "Small (2)", "Small (3)"]
    assert contents(own / "small-3") == CONTENTS
    assert sorted(path.name for path in own.iterdir()) == ["small", "small-2", "small-3"]


def test_model_is_added_with_another_title(source: Path) -> None:
    own = paths.user_models_dir()
    for _ in range(2):
        add_model(source, own, "Mine")
    assert [read_card(own / name).title for name in ("small", "small-2")] == ["Mine", "Mine (2)"]
    names = [add_model(source, own, "t" * 200) for _ in range(2)]
    assert [read_card(own / name).title for name in names] == ["t" * 200, "t" * 180 + " (2)"]


def test_names_of_bundled_models_and_other_files_are_taken(tmp_path: Path) -> None:
    write_small_model(tmp_path / "source", small_card("digits"))
    own = paths.user_models_dir()
    own.mkdir(parents=True)
    (own / "digits-2").write_text("no model", encoding="utf-8")
    assert add_model(tmp_path / "source", own) == "digits-3"
    assert (own / "digits-2").read_text(encoding="utf-8") == "no model"


def test_name_taken_during_the_copy_is_not_overwritten(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, write = paths.user_models_dir(), write_card

    def write_while_another_adds(folder: Path, card: ModelCard) -> None:
        write(folder, card)
        if folder.parent.name.startswith(".") and card.name == "small":
            (own / "small").mkdir(exist_ok=True)
            (own / "small" / "other").touch()

    monkeypatch.setattr(library, "write_card", write_while_another_adds)
    assert add_model(source, own) == "small-2"
    assert [path.name for path in (own / "small").iterdir()] == ["other"]
    assert read_card(own / "small-2").name == "small-2"


def test_damaged_model_is_not_added(source: Path) -> None:
    own = paths.user_models_dir()
    add_model(source, own)
    (source / "network.tflite").write_bytes(b"other")
    with pytest.raises(UserError, match=r"network\.tflite"):
        add_model(source, own)
    (source / "card.json").unlink()
    with pytest.raises(UserError):
        add_model(source, own)
    assert [path.name for path in own.iterdir()] == ["small"]


def test_library_that_cannot_be_written_raises_an_error(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError):
        add_model(source, tmp_path / "file" / "library")


# --- card ---


def test_written_card_is_read_back(source: Path) -> None:
    card = replace(
        small_card(),
        look_alikes=("O",),
        temperature=1.25,
        data=(
            DataSource("a.npz", "00", WriterSplit(("w1",), ("w2",), ("w3", "w4"))),
            DataSource("mnist.npz", "11"),
        ),
        figures=({"accuracy": 0.5},),
    )
    write_card(source, card)
    assert read_card(source) == card
    assert [data.test_writers for data in card.data] == [("w3", "w4"), ()]
    text = (source / "card.json").read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert json.loads(text)["layers"][1]["options"] == {}
    with pytest.raises(TypeError):
        read_card(source).files["other"] = "0"  # type: ignore[index]
    with pytest.raises(TypeError):
        read_card(source).layers[0].options["other"] = 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "is_valid"),
    [
        ("small", True),
        ("Größe 2_b.c-d", True),
        ("n" * 100, True),
        ("n" * 101, False),
        ("", False),
        (".hidden", False),
        ("a/b", False),
        ("a\\b", False),
        ("a ", False),
        ("a.", False),
        (" a", False),
        ("card.json", False),
    ],
)
def test_model_names_are_plain_file_names(source: Path, name: str, is_valid: bool) -> None:
    write_card(source, replace(small_card(), name=name))
    if is_valid:
        assert read_card(source).name == name
    else:
        with pytest.raises(UserError, match="source"):
            read_card(source)


def test_card_has_at_most_twenty_files(source: Path) -> None:
    files = {**small_card().files, **{f"file{number}": "0" for number in range(17)}}
    write_card(source, replace(small_card(), files=files))
    assert len(read_card(source).files) == 20
    write_card(source, replace(small_card(), files=files | {"one more": "0"}))
    with pytest.raises(UserError, match="source"):
        read_card(source)


@pytest.mark.parametrize(
    ("option", "is_valid"),
    [
        ("x" * 200, True),
        ("x" * 201, False),
        (1_000_000_000, True),
        (-1_000_000_001, False),
        (None, True),
        (True, True),
        (1e300, True),
        ([1, [2, None], "x"], True),
        ([1] * 499, True),
        ([1] * 501, False),
        (["x" * 201], False),
        ({"a": 1}, False),
        ([{"a": 1}], False),
    ],
)
def test_options_are_plain_and_small(source: Path, option: object, is_valid: bool) -> None:
    card = small_card()
    first, *others = card.layers
    write_card(source, replace(card, layers=(replace(first, options={"option": option}), *others)))
    if is_valid:
        assert read_card(source).layers[0].options == {"option": option}
    else:
        with pytest.raises(UserError, match="source"):
            read_card(source)


def test_layer_has_at_most_fifty_options(source: Path) -> None:
    card = small_card()
    first, *others = card.layers
    for count, is_valid in ((50, True), (51, False)):
        options = {str(number): number for number in range(count)}
        write_card(source, replace(card, layers=(replace(first, options=options), *others)))
        if is_valid:
            assert len(read_card(source).layers[0].options) == count
        else:
            with pytest.raises(UserError, match="source"):
                read_card(source)


@pytest.mark.parametrize(
    ("stored", "shown"), [(0.0, 0.0), (1.0, 1.0), (5.0, None), (-0.5, None), (1e308, None)]
)
def test_an_accuracy_that_is_no_share_is_not_shown(source: Path, stored: float, shown: float | None) -> None:
    write_card(source, replace(small_card(), figures=({"accuracy": stored},)))
    assert read_card(source).test_accuracy == shown
