from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.data import dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import DataPart, Fitting, Recipe, read_recipe, write_recipe
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.training import script
from desktop_app.views.recipe.controller import RecipeController
from desktop_app.views.recipe.footer import Footer
from desktop_app.views.recipe.panel import RecipePanel
from tests.finding import child
from tests.views.drafts import TestDraft, draft_of

SMALL = Recipe(
    name="small",
    title="Small",
    data=(DataPart("mnist", validation=20, normalize=False),),
    layers=(Layer("Flatten"), Layer("Dense", options={"units": "classes"}), Layer("Softmax")),
    fitting=Fitting(epochs=1),
)


class Setup:
    """A visible panel and its controller."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.panel = RecipePanel(TestDraft(Recipe()))
        qtbot.addWidget(self.panel)
        draft_of(self.panel).show(SMALL)
        self.panel.set_active(True)
        self.panel.show()
        self.controller = RecipeController(self.panel, lambda: DataFolders(folder, folder))
        self.drafts: list[Recipe] = []
        self.failures: list[tuple[Exception, str]] = []
        draft_of(self.panel).edited.connect(self.drafts.append)
        self.controller.failed.connect(lambda error, text: self.failures.append((error, text)))

    @property
    def footer_text(self) -> str:
        footer = child(self.panel, Footer)
        return footer.text()

    def shows(self, text: str) -> bool:
        return self.footer_text == text


@pytest.fixture
def setup(qtbot: QtBot, tmp_path: Path) -> Iterator[Setup]:
    made = Setup(qtbot, tmp_path)
    yield made
    made.controller.close()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """Return an MNIST file with very few images."""
    rng = np.random.default_rng(1)
    labels = np.arange(100, dtype=np.uint8) % 10
    images = np.zeros((100, 28, 28), np.uint8)
    images[:, 6:22, 8:20] = rng.integers(0, 2, (100, 16, 12)) * 255
    np.savez(
        tmp_path / "mnist.npz",
        x_train=images[:80],
        y_train=labels[:80],
        x_test=images[80:],
        y_test=labels[80:],
    )
    return tmp_path


def test_opened_recipe_becomes_the_draft(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    path = tmp_path / "best.json"
    write_recipe(zoo_entry("dense").recipe, path)
    setup.panel.open_requested.emit(path)
    qtbot.waitUntil(lambda: setup.drafts == [zoo_entry("dense").recipe])
    assert setup.panel.draft.value == zoo_entry("dense").recipe
    assert setup.footer_text == "Opened best.json."


def test_data_beside_an_opened_recipe_is_used(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    write_recipe(replace(SMALL, data=(DataPart("scans"),)), tmp_path / "mine.json")
    setup.panel.open_requested.emit(tmp_path / "mine.json")
    qtbot.waitUntil(lambda: len(setup.drafts) == 1)
    assert [part.source for part in setup.drafts[0].data] == [str(tmp_path / "scans")]


@pytest.mark.parametrize("text", ["{", '{"epochs": 3}', '{"fitting": {"epochs": -1}}', "[" * 100_000])
def test_broken_recipe_is_reported_and_the_draft_kept(
    qtbot: QtBot, setup: Setup, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    setup.panel.open_requested.emit(path)
    qtbot.waitUntil(lambda: len(setup.failures) == 1)
    error, _ = setup.failures[0]
    assert isinstance(error, UserError)
    assert str(error).startswith("broken.json: This is not a recipe")
    assert setup.drafts == []
    assert setup.panel.draft.value == SMALL


def test_file_chosen_last_is_opened(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    for number in (0, 1):
        write_recipe(ZOO[number].recipe, tmp_path / f"{number}.json")
        setup.panel.open_requested.emit(tmp_path / f"{number}.json")
    qtbot.waitUntil(lambda: not any(each.is_busy for each in setup.controller.findChildren(Background)))
    assert setup.drafts[-1] == ZOO[1].recipe
    assert setup.panel.draft.value == ZOO[1].recipe


def test_draft_is_saved(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    draft_of(setup.panel).show(replace(SMALL, title="Größe"))
    setup.panel.save_requested.emit(tmp_path / "mine.json")
    qtbot.waitUntil(lambda: setup.footer_text == "Saved mine.json.")
    assert read_recipe(tmp_path / "mine.json").title == "Größe"


def test_saving_error_is_reported(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    setup.panel.save_requested.emit(tmp_path / "file" / "mine.json")
    qtbot.waitUntil(lambda: len(setup.failures) == 1)
    assert "mine.json cannot be saved" in str(setup.failures[0][0])


def test_draft_is_exported_into_a_new_folder(qtbot: QtBot, setup: Setup, mnist: Path) -> None:
    for name in ("small-keras", "small-keras-2"):
        setup.panel.export_requested.emit(mnist)
        assert setup.footer_text == "Preparing the data of this recipe…"
        done = f"Exported to {name}: train.py trains exactly like here, short.py is short to read."
        qtbot.waitUntil(partial(setup.shows, done))
        assert {path.name for path in (mnist / name).iterdir()} >= {"train.py", "data.npz", "recipe.json"}
    assert setup.failures == []


def test_missing_data_is_reported(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    draft_of(setup.panel).show(replace(SMALL, data=(DataPart("pendigits"),)))
    setup.panel.export_requested.emit(tmp_path)
    qtbot.waitUntil(lambda: len(setup.failures) == 1)
    assert isinstance(setup.failures[0][0], UserError)
    assert setup.footer_text == "The settings are valid."
    assert list(tmp_path.iterdir()) == []


def test_stopped_export_leaves_nothing(
    qtbot: QtBot, setup: Setup, mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build: Any = dataset.build_dataset
    stopped = threading.Event()

    def build_slowly(recipe: Recipe, folders: DataFolders, emit: Any, _: Any) -> Any:
        built = build(recipe, folders, emit, lambda: False)
        stopped.wait()
        return built

    monkeypatch.setattr(dataset, "build_dataset", build_slowly)
    setup.panel.export_requested.emit(mnist)
    setup.panel.stop_requested.emit()
    stopped.set()
    qtbot.waitUntil(lambda: setup.footer_text == "Nothing was exported.")
    assert [path.name for path in mnist.iterdir()] == ["mnist.npz"]


def test_export_stopped_while_its_files_are_written_leaves_nothing(
    qtbot: QtBot, setup: Setup, mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export, writing, stopped = script.export_script, threading.Event(), threading.Event()

    def export_slowly(*args: Any) -> None:
        writing.set()
        stopped.wait()
        export(*args)

    monkeypatch.setattr(script, "export_script", export_slowly)
    setup.panel.export_requested.emit(mnist)
    qtbot.waitUntil(writing.is_set)
    setup.panel.stop_requested.emit()
    stopped.set()
    qtbot.waitUntil(lambda: setup.footer_text == "Nothing was exported.")
    assert [path.name for path in mnist.iterdir()] == ["mnist.npz"]


def test_missing_libraries_are_reported(
    qtbot: QtBot, setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name in ("keras", "tensorflow", "desktop_app.training.script"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "desktop_app.training.script", raising=False)
    setup.panel.export_requested.emit(tmp_path)
    qtbot.waitUntil(lambda: len(setup.failures) == 1)
    assert str(setup.failures[0][0]) == f"Training needs more libraries. {install_advice()}"
