from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.background import Background
from desktop_app.networks.layer_list import Layer
from desktop_app.runs.recipe import DataPart, Fitting, Recipe, read_recipe, write_recipe
from desktop_app.runs.zoo import ZOO
from desktop_app.views.recipe.controller import RecipeController
from desktop_app.views.recipe.footer import Footer
from desktop_app.views.recipe.panel import RecipePanel
from tests.views.drafts import TestDraft, draft_of

SMALL = Recipe(
    name="small",
    title="Small",
    data=(DataPart("mnist", validation=20, normalize=False),),
    layers=(Layer("Flatten"), Layer("Dense", options={"units": "classes"}), Layer("Softmax")),
    fitting=Fitting(epochs=1),
)


class Bench:
    """A panel that is seen and what works for it."""

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
        self.controller.failed.connect(lambda error, words: self.failures.append((error, words)))

    @property
    def said(self) -> str:
        footer = self.panel.findChild(Footer)
        assert footer is not None
        return footer.text()

    def says(self, words: str) -> bool:
        return self.said == words


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(qtbot, tmp_path)
    yield made
    made.controller.close()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """A file like MNIST's with very few images."""
    rng = np.random.default_rng(1)
    labels = np.arange(100, dtype=np.uint8) % 10
    images = np.zeros((100, 28, 28), np.uint8)
    images[:, 6:22, 8:20] = rng.integers(0, 2, (100, 16, 12)) * 255
    parts = {"x_train": images[:80], "y_train": labels[:80], "x_test": images[80:], "y_test": labels[80:]}
    np.savez(tmp_path / "mnist.npz", **parts)  # type: ignore[arg-type]
    return tmp_path


def test_a_recipe_that_is_opened_becomes_the_draft(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "best.json"
    write_recipe(ZOO[-1].recipe, path)
    bench.panel.open_requested.emit(path)
    qtbot.waitUntil(lambda: bench.drafts == [ZOO[-1].recipe])
    assert bench.panel.draft.value == ZOO[-1].recipe
    assert bench.said == "best.json is open."


@pytest.mark.parametrize("text", ["{", '{"epochs": 3}', '{"fitting": {"epochs": -1}}', "[" * 100_000])
def test_a_broken_recipe_is_refused_and_the_draft_stays(
    qtbot: QtBot, bench: Bench, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    bench.panel.open_requested.emit(path)
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    error, _ = bench.failures[0]
    assert isinstance(error, UserError)
    assert str(error).startswith("broken.json: This is no recipe")
    assert bench.drafts == []
    assert bench.panel.draft.value == SMALL


def test_of_two_files_the_one_chosen_last_counts(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    for number in (0, 1):
        write_recipe(ZOO[number].recipe, tmp_path / f"{number}.json")
        bench.panel.open_requested.emit(tmp_path / f"{number}.json")
    qtbot.waitUntil(lambda: not any(each.is_busy for each in bench.controller.findChildren(Background)))
    assert bench.drafts[-1] == ZOO[1].recipe
    assert bench.panel.draft.value == ZOO[1].recipe


def test_the_draft_is_saved_as_it_stands(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    draft_of(bench.panel).show(replace(SMALL, title="Größe"))
    bench.panel.save_requested.emit(tmp_path / "mine.json")
    qtbot.waitUntil(lambda: bench.said == "Saved as mine.json.")
    assert read_recipe(tmp_path / "mine.json").title == "Größe"


def test_what_cannot_be_saved_is_told(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    bench.panel.save_requested.emit(tmp_path / "file" / "mine.json")
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    assert "mine.json cannot be saved" in str(bench.failures[0][0])


def test_the_draft_is_exported_into_a_new_folder_each_time(qtbot: QtBot, bench: Bench, mnist: Path) -> None:
    for name in ("small-keras", "small-keras-2"):
        bench.panel.export_requested.emit(mnist)
        assert bench.said == "The data of this recipe is being prepared…"
        done = f"Exported; run train.py in {name}."
        qtbot.waitUntil(partial(bench.says, done))
        assert {path.name for path in (mnist / name).iterdir()} >= {"train.py", "data.npz", "recipe.json"}
    assert bench.failures == []


def test_data_that_is_missing_is_told(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    draft_of(bench.panel).show(replace(SMALL, data=(DataPart("pendigits"),)))
    bench.panel.export_requested.emit(tmp_path)
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    assert isinstance(bench.failures[0][0], UserError)
    assert bench.said == "This recipe can be trained."
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_stopped_leaves_nothing(qtbot: QtBot, bench: Bench, mnist: Path) -> None:
    bench.panel.export_requested.emit(mnist)
    bench.panel.stop_requested.emit()
    qtbot.waitUntil(lambda: bench.said == "Nothing was exported.")
    assert [path.name for path in mnist.iterdir()] == ["mnist.npz"]


def test_without_the_libraries_it_is_said_what_to_install(
    qtbot: QtBot, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name in ("keras", "tensorflow", "desktop_app.training.script"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.delitem(sys.modules, "desktop_app.training.script", raising=False)
    bench.panel.export_requested.emit(tmp_path)
    qtbot.waitUntil(lambda: len(bench.failures) == 1)
    assert str(bench.failures[0][0]) == "Training needs more libraries. Install handwriting[training]."
