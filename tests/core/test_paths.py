import sys
from pathlib import Path

import pytest

from desktop_app.core import paths
from desktop_app.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package in a temporary folder."""
    folder = tmp_path / "site" / "desktop_app"
    folder.mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(folder / "core" / "paths.py"))
    return folder


def test_folders_of_source_tree_are_beside_the_package():
    assert paths.models_dir() == ROOT / "models"
    assert paths.resources_dir() == ROOT / "resources"


def test_installed_folders_are_in_the_package(package):
    (package.parent / "models").mkdir()
    assert paths.models_dir() == package.parent / "models"
    (package / "models").mkdir()
    assert paths.models_dir() == package / "models"


def test_frozen_folders_come_first(package, tmp_path, monkeypatch):
    (package / "models").mkdir()
    frozen = tmp_path / "frozen"
    (frozen / "models").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(frozen), raising=False)
    assert paths.models_dir() == frozen / "models"


def test_missing_folders_have_a_path(package):
    assert paths.resources_dir() == package.parent / "resources"


def test_folders_of_user_data():
    assert "handwriting" in str(paths.user_data_dir()).lower()
    assert paths.user_models_dir().parent == paths.user_data_dir()
    assert paths.settings_path().name == "settings.json"
    assert Path.home() in paths.settings_path().parents


def test_the_environment_overrides_the_data_folder(monkeypatch):
    chosen = Settings(data_folder="/chosen")
    assert paths.data_dir(Settings()) is None
    assert paths.data_dir(chosen) == Path("/chosen")
    monkeypatch.setenv("HANDWRITING_DATA", "/environment")
    assert paths.data_dir(chosen) == Path("/environment")
    monkeypatch.setenv("HANDWRITING_DATA", "")
    assert paths.data_dir(chosen) == Path("/chosen")


def test_cached_results_are_in_the_user_data():
    assert paths.inspection_dir().parent == paths.user_data_dir()


def test_data_folder_of_an_unknown_user_is_kept_as_it_is(monkeypatch):
    monkeypatch.setenv("HANDWRITING_DATA", "~nobody-of-this-name/data")
    assert paths.data_dir(Settings()) == Path("~nobody-of-this-name/data")
