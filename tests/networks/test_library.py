"""The user's own models can be removed, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.networks.library import (
    find_model,
    library_entries,
    library_errors,
    list_user_models,
    model_folders,
    remove_model,
)

BUNDLED = paths.models_dir() / "digits"


def owned(name: str, title: str) -> Path:
    folder = Path(shutil.copytree(BUNDLED, paths.user_models_dir() / name))
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"name": name, "title": title}), encoding="utf-8")
    return folder


def test_own_models_are_told_by_title_and_broken_ones_by_name() -> None:
    assert list_user_models() == ()
    owned("b", "First")
    owned("a", "Second")
    (owned("c", "Third") / "card.json").write_text("{", encoding="utf-8")
    assert list_user_models() == (("b", "First"), ("a", "Second"), ("c", "c"))


def test_a_removed_model_is_gone_with_its_files() -> None:
    owned("mine", "Mine")
    kept = owned("kept", "Kept")
    remove_model("mine")
    assert list(paths.user_models_dir().iterdir()) == [kept]
    assert "mine" not in model_folders()
    with pytest.raises(UserError, match="no longer a model called mine"):
        remove_model("mine")


def test_the_bundled_model_behind_an_own_one_comes_back() -> None:
    owned("digits", "Hides the bundled one")
    remove_model("digits")
    assert library_entries()[0].folder == BUNDLED
    with pytest.raises(UserError, match="no longer a model"):
        remove_model("digits")
    assert (BUNDLED / "card.json").exists()


@pytest.mark.parametrize("name", ["..", ".", "", "../models/mine", "mine/", ".draft"])
def test_only_a_model_s_own_name_removes_it(name: str) -> None:
    owned("mine", "Mine")
    owned(".draft", "Half made")
    with pytest.raises(UserError, match="no longer a model"):
        remove_model(name)
    assert list_user_models() == (("mine", "Mine"),)
    assert (paths.user_models_dir() / ".draft").exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    elsewhere = owned("mine", "Mine").rename(tmp_path / "elsewhere")
    (paths.user_models_dir() / "mine").symlink_to(elsewhere)
    remove_model("mine")
    assert (elsewhere / "card.json").exists()
    assert list(paths.user_models_dir().iterdir()) == []


def test_a_library_that_cannot_be_written_keeps_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    owned("mine", "Mine")

    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", forbidden)
        with pytest.raises(UserError, match="mine cannot be removed: permission is missing"):
            remove_model("mine")
    assert list_user_models() == (("mine", "Mine"),)


def test_what_could_not_be_deleted_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    owned("mine", "Mine")
    owned("other", "Other")

    def busy(*_: object, **__: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", busy)
        with pytest.raises(UserError, match="The model could not be removed completely"):
            remove_model("mine")
    assert list_user_models() == (("other", "Other"),)
    remove_model("other")
    assert list(paths.user_models_dir().iterdir()) == []


def test_a_link_that_cannot_be_deleted_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = owned("mine", "Mine").rename(tmp_path / "elsewhere")
    (paths.user_models_dir() / "mine").symlink_to(elsewhere)
    owned("other", "Other")

    def busy(*_: object, **__: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", busy)
        with pytest.raises(UserError):
            remove_model("mine")
    assert list_user_models() == (("other", "Other"),)
    remove_model("other")
    assert list(paths.user_models_dir().iterdir()) == []
    assert (elsewhere / "card.json").exists()


def test_a_library_without_models_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "nothing")
    assert model_folders() == {}
    assert library_entries() == ()
    assert library_errors() == ()
    with pytest.raises(UserError):
        find_model("digits")


def test_models_of_one_title_stand_in_the_order_of_their_names() -> None:
    for name in ("b", "a", "c"):
        owned(name, "Alike")
    entries = [entry.name for entry in library_entries() if entry.title == "Alike"]
    assert entries == ["a", "b", "c"]
    assert list_user_models() == (("a", "Alike"), ("b", "Alike"), ("c", "Alike"))
    assert library_entries()[0].name == "digits"
