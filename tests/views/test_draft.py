"""The file of the draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.runs.recipe import read_recipe
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.draft import Draft

FIRST = zoo_entry("mlp-300-300").recipe


@pytest.fixture
def draft(qtbot: QtBot, tmp_path: Path) -> Iterator[Draft]:
    draft = Draft(FIRST, tmp_path / "draft.json")
    yield draft
    draft.close()


def test_a_change_is_saved(qtbot: QtBot, draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "draft.json"
    draft.set(replace(FIRST, title="Mine"))
    qtbot.waitUntil(lambda: file.exists() and read_recipe(file).title == "Mine")


def test_changes_just_before_closing_are_saved(draft: Draft, tmp_path: Path) -> None:
    for title in ("One", "Two", "Three"):
        draft.set(replace(FIRST, title=title))
    draft.close()
    assert read_recipe(tmp_path / "draft.json").title == "Three"


def test_a_draft_without_changes_is_not_saved(draft: Draft, tmp_path: Path) -> None:
    draft.close()
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_reported_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    draft = Draft(FIRST, tmp_path / "file" / "draft.json")
    with qtbot.waitSignal(draft.failed):
        draft.set(replace(FIRST, title="One"))
    with qtbot.assertNotEmitted(draft.failed):
        draft.set(replace(FIRST, title="Two"))
        draft.close()
