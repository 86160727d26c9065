"""Tests of listing and removing the user's models."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.temporary import remove_abandoned
from desktop_app.networks.library import (
    add_model,
    find_model,
    library_entries,
    library_errors,
    list_user_models,
    model_folders,
    remove_model,
    rename_model,
)

BUNDLED = paths.models_dir() / "digits"


def add_user_model(name: str, title: str) -> Path:
    folder = Path(shutil.copytree(BUNDLED, paths.user_models_dir() / name))
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"name": name, "title": title}), encoding="utf-8")
    return folder


def test_user_models_are_listed_by_title_and_damaged_ones_by_name() -> None:
    assert list_user_models() == ()
    add_user_model("b", "First")
    add_user_model("a", "Second")
    (add_user_model("c", "Third") / "card.json").write_text("{", encoding="utf-8")
    assert list_user_models() == (("b", "First"), ("a", "Second"), ("c", "c"))


def test_removed_model_is_deleted() -> None:
    add_user_model("mine", "Mine")
    kept = add_user_model("kept", "Kept")
    remove_model("mine")
    assert list(paths.user_models_dir().iterdir()) == [kept]
    assert "mine" not in model_folders()
    with pytest.raises(UserError, match="no longer a model called mine"):
        remove_model("mine")


def test_renamed_model_is_listed_with_its_new_title() -> None:
    add_user_model("mine", "Mine")
    rename_model("mine", " Of  my class ")
    assert list_user_models() == (("mine", "Of my class"),)
    assert find_model("mine").name == "mine"


def test_a_path_is_no_name_of_a_model() -> None:
    with pytest.raises(
        UserError, match=r"^There is no model called models/dense; choose one of these: dense, "
    ):
        find_model("models/dense")


@pytest.mark.parametrize(("name", "title"), [("mine", " "), ("digits", "Bundled"), ("missing", "Missing")])
def test_model_without_title_or_of_others_is_not_renamed(name: str, title: str) -> None:
    add_user_model("mine", "Mine")
    with pytest.raises(UserError):
        rename_model(name, title)
    assert list_user_models() == (("mine", "Mine"),)


def test_added_model_gets_a_number_only_if_its_title_is_taken(tmp_path: Path) -> None:
    library = paths.user_models_dir()
    titles = []
    for title in ("Mine", "Yours", "Mine"):
        add_model(BUNDLED, library, title)
        titles = sorted(title for _, title in list_user_models())
    assert titles == ["Mine", "Mine (2)", "Yours"]


def test_bundled_model_reappears_when_the_user_model_is_removed() -> None:
    add_user_model("digits", "Hides the bundled one")
    remove_model("digits")
    assert library_entries()[0].folder == BUNDLED
    with pytest.raises(UserError, match="no longer a model"):
        remove_model("digits")
    assert (BUNDLED / "card.json").exists()


@pytest.mark.parametrize("name", ["..", ".", "", "../models/mine", "mine/", ".draft"])
def test_only_valid_names_are_removed(name: str) -> None:
    add_user_model("mine", "Mine")
    add_user_model(".draft", "Unfinished")
    with pytest.raises(UserError, match="no longer a model"):
        remove_model(name)
    assert list_user_models() == (("mine", "Mine"),)
    assert (paths.user_models_dir() / ".draft").exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    elsewhere = add_user_model("mine", "Mine").rename(tmp_path / "elsewhere")
    (paths.user_models_dir() / "mine").symlink_to(elsewhere)
    remove_model("mine")
    assert (elsewhere / "card.json").exists()
    assert list(paths.user_models_dir().iterdir()) == []


def test_library_that_cannot_be_written_keeps_its_models(monkeypatch: pytest.MonkeyPatch) -> None:
    add_user_model("mine", "Mine")

    def raise_permission_error(*_: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", raise_permission_error)
        with pytest.raises(UserError, match="mine cannot be removed: permission is missing"):
            remove_model("mine")
    assert list_user_models() == (("mine", "Mine"),)


def test_incomplete_removal_is_reported_and_completed_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_user_model("mine", "Mine")
    add_user_model("other", "Other")

    def raise_busy(*_: object, **__: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", raise_busy)
        with pytest.raises(UserError, match="The model could not be removed completely"):
            remove_model("mine")
    assert list_user_models() == (("other", "Other"),)
    (hidden,) = paths.user_models_dir().glob(".*")
    os.utime(hidden, (0, 0), follow_symlinks=False)
    remove_abandoned(paths.user_models_dir())
    assert [path.name for path in paths.user_models_dir().iterdir()] == ["other"]


def test_failed_removal_of_a_link_is_reported_and_completed_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = add_user_model("mine", "Mine").rename(tmp_path / "elsewhere")
    (paths.user_models_dir() / "mine").symlink_to(elsewhere)
    add_user_model("other", "Other")

    def raise_busy(*_: object, **__: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", raise_busy)
        with pytest.raises(UserError):
            remove_model("mine")
    assert list_user_models() == (("other", "Other"),)
    (hidden,) = paths.user_models_dir().glob(".*")
    os.utime(hidden, (0, 0), follow_symlinks=False)
    remove_abandoned(paths.user_models_dir())
    assert [path.name for path in paths.user_models_dir().iterdir()] == ["other"]
    assert (elsewhere / "card.json").exists()


def test_missing_library_has_no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "nothing")
    assert model_folders() == {}
    assert library_entries() == ()
    assert library_errors() == ()
    with pytest.raises(UserError):
        find_model("digits")


def test_models_with_the_same_title_are_sorted_by_name() -> None:
    for name in ("b", "a", "c"):
        add_user_model(name, "Alike")
    entries = [entry.name for entry in library_entries() if entry.title == "Alike"]
    assert entries == ["a", "b", "c"]
    assert list_user_models() == (("a", "Alike"), ("b", "Alike"), ("c", "Alike"))
    assert library_entries()[0].name == "digits"
