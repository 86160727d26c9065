"""Tests of recipe files and the data beside them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.data.recipe_file import open_recipe
from desktop_app.runs.recipe import DataPart, write_recipe
from desktop_app.runs.zoo.catalog import zoo_entry


def sources(path: Path, *names: str) -> list[str]:
    """Return the sources of an opened recipe file that names some."""
    recipe = zoo_entry("dense").recipe
    write_recipe(replace(recipe, data=tuple(DataPart(name) for name in names)), path)
    return [part.source for part in open_recipe(path).data]


def test_data_beside_a_recipe_is_found_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    (folder / "scans").mkdir(parents=True)
    (tmp_path / "digits.npz").write_bytes(b"")
    monkeypatch.chdir(folder)
    found = [str(folder / "scans"), str(folder / "../digits.npz")]
    assert sources(Path("mine.json"), "scans", "../digits.npz") == found
    assert sources(folder / "mine.json", "./scans", "elsewhere/scans") == [found[0], "elsewhere/scans"]


def test_names_of_data_sets_and_absolute_paths_stay(tmp_path: Path) -> None:
    for name in ("mnist", "my-samples"):
        (tmp_path / name).mkdir()
    names = ("mnist", "my-samples", "/data/mnist", "x" * 300)
    assert sources(tmp_path / "mine.json", *names) == list(names)
    folder = tmp_path / "two\nlines"
    (folder / "scans").mkdir(parents=True)
    assert sources(folder / "mine.json", "scans") == ["scans"], "a recipe cannot have such a path"
