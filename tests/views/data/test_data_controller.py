from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.sources import download
from desktop_app.data.sources.built_in import SourceInfo
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.long_job import LongJob
from desktop_app.runs.recipe import DataPart, Negatives, Recipe
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.task import Task
from desktop_app.views.data.controller import DataController
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.data.sample_grid import SampleGrid
from desktop_app.views.data.source_row import SourceRow
from desktop_app.views.data.state_view import StateView
from desktop_app.views.file_dialogs import Content, FileDialogs
from desktop_app.views.parts.source_button import SourceButton
from tests.finding import child
from tests.views.drafts import TestDraft, draft_of

LETTERS = ("1", "7", "A", "b")


def write_mnist(path: Path) -> Path:
    """Write bars with digits as labels in MNIST's layout: 200 training and 40 test images."""
    images = np.zeros((240, 28, 28), dtype=np.uint8)
    for number in range(240):
        images[number, 4:24, 4 + number % 17 : 8 + number % 17] = 255
    labels = (np.arange(240) % 10).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, x_train=images[:200], y_train=labels[:200], x_test=images[200:], y_test=labels[200:])
    return path


def write_inks(path: Path, labels: tuple[str, ...] = LETTERS) -> Path:
    """Write strokes of eight writers; each label is a line with its own slant."""
    points, strokes, written, writers = [], [0], [], []
    for writer in range(8):
        for number, label in enumerate(labels * 2):
            points += [(0, 0), (10 * (number % 4) + writer, 90), (50, 50 + writer)]
            strokes.append(len(points))
            written.append(label)
            writers.append(f"w{writer}")
    np.savez(
        path,
        points=np.array(points, dtype=np.int16),
        stroke_offsets=np.array(strokes),
        character_offsets=np.arange(len(written) + 1),
        labels=np.array(written),
        writers=np.array(writers),
    )
    return path


class Dialogs(FileDialogs):
    """Dialogs that choose a file at once."""

    chosen = Path()

    def open_one_of(
        self,
        title: str,
        kinds: str,
        suffixes: tuple[str, ...],
        chosen: Callable[[Path], None],
        content: Content = Content.PAGES,
    ) -> None:
        chosen(self.chosen)


class Setup:
    """A panel and its controller."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.places = DataFolders(folder, folder / "downloads")
        self.panel = DataPanel(TestDraft(Recipe()))
        qtbot.addWidget(self.panel)
        self.panel.resize(620, 560)
        self.dialogs = Dialogs(self.panel)
        self.changes: list[Recipe] = []
        draft_of(self.panel).edited.connect(self.changes.append)
        self.controller = DataController(self.panel, lambda: self.places, self.dialogs)
        draft_of(self.panel).show(Recipe())

    def replace_source(self, path: Path) -> None:
        """Replace the first source with a file."""
        self.dialogs.chosen = path
        button = self.panel.findChildren(SourceRow)[0].findChildren(SourceButton)[0]
        next(action for action in button.menu().actions() if "file" in action.text()).trigger()

    def show(self) -> None:
        self.panel.set_active(True)
        self.panel.show()

    def samples(self) -> int:
        counts = self.panel.numbers().get("counts")
        return 0 if counts is None else int(counts.sum())

    def wait_for(self, samples: int) -> None:
        self.qtbot.waitUntil(lambda: self.samples() == samples)

    def text(self) -> str:
        state = child(self.panel, StateView)
        return state.text() if state.isVisible() else ""

    def wait_for_text(self, text: str) -> None:
        self.qtbot.waitUntil(lambda: text in self.text())

    def press(self, text: str) -> None:
        button = next(b for b in self.panel.findChildren(QPushButton) if b.text() == text)
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def setup(qtbot: QtBot, tmp_path: Path) -> Iterator[Setup]:
    made = Setup(qtbot, tmp_path)
    yield made
    made.controller.close()


@pytest.fixture
def shown_setup(setup: Setup, tmp_path: Path) -> Setup:
    write_mnist(tmp_path / "mnist.npz")
    setup.show()
    setup.wait_for(240)
    return setup


def test_data_is_opened_when_the_panel_is_visible(setup: Setup, tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist.npz")
    assert not child(setup.controller, LongJob).is_running
    setup.show()
    setup.wait_for(240)
    assert setup.panel.numbers()["counts"].sum(axis=0).tolist() == [180, 20, 40]
    assert setup.changes == []


def test_panel_imports_no_slow_library_before_rendering() -> None:
    script = (
        "import sys, desktop_app.views.data.panel, desktop_app.views.data.controller\n"
        "slow = {'PIL', 'scipy', 'keras', 'tensorflow', 'sklearn'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=300)


def test_visible_samples_are_rendered(shown_setup: Setup) -> None:
    (grid,) = shown_setup.panel.findChildren(SampleGrid)
    shown_setup.qtbot.waitUntil(lambda: grid.image_count >= 18)
    assert grid.image_count < 240
    shown_setup.qtbot.waitUntil(lambda: "mean" in shown_setup.panel.numbers())
    collection = shown_setup.panel.collection
    assert collection is not None
    expected = collection.inputs(range(240)).mean(axis=0)
    np.testing.assert_allclose(shown_setup.panel.numbers()["mean"], expected, atol=1e-6)


def test_new_split_does_not_read_the_data_again(shown_setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").unlink()
    draft_of(shown_setup.panel).show(replace(Recipe(), data=(DataPart("mnist", validation=50),)))
    shown_setup.qtbot.waitUntil(
        lambda: shown_setup.panel.numbers()["counts"].sum(axis=0).tolist() == [150, 50, 40]
    )
    before = shown_setup.panel.collection
    assert before is not None
    draft_of(shown_setup.panel).show(
        replace(Recipe(), data=(DataPart("mnist", validation=50),), split_seed=2)
    )
    shown_setup.qtbot.waitUntil(lambda: shown_setup.panel.collection is not before)
    assert shown_setup.panel.collection is not None
    assert not np.array_equal(shown_setup.panel.collection.part_of, before.part_of)


def test_other_changes_of_the_recipe_open_nothing(shown_setup: Setup) -> None:
    before = shown_setup.panel.collection
    draft_of(shown_setup.panel).show(
        replace(Recipe(), title="Another", image_augmentation=ImageAugmentation(), seed=4)
    )
    assert not child(shown_setup.controller, LongJob).is_running
    assert shown_setup.panel.collection is before


def test_new_source_sets_its_labels(shown_setup: Setup, tmp_path: Path) -> None:
    path = write_inks(tmp_path / "own.npz")
    shown_setup.replace_source(path)
    shown_setup.wait_for(64)
    assert [recipe.task.labels for recipe in shown_setup.changes] == [Recipe().task.labels, LETTERS]
    assert shown_setup.changes[-1].data == (DataPart(str(path)),)
    counts = shown_setup.panel.numbers()["counts"]
    assert counts.sum(axis=1).tolist() == [16, 16, 16, 16]
    assert (counts % 2 == 0).all()


def test_labels_of_several_sources_are_joined(shown_setup: Setup, tmp_path: Path) -> None:
    shown_setup.panel.add_source(write_inks(tmp_path / "own.npz"))
    shown_setup.wait_for(240 + 64)
    assert shown_setup.changes[-1].task.labels == (*Recipe().task.labels, "A", "b")


def test_labels_stay_with_negatives(shown_setup: Setup, tmp_path: Path) -> None:
    recipe = replace(
        Recipe(), task=Task(labels=("1", "7"), rejects=True), negatives=Negatives(look_alikes=("b",))
    )
    draft_of(shown_setup.panel).show(recipe)
    shown_setup.panel.add_source(write_inks(tmp_path / "own.npz"))
    shown_setup.wait_for(240 + 48)
    assert [change.task.labels for change in shown_setup.changes] == [("1", "7")]
    assert shown_setup.panel.numbers()["classes"].tolist() == ["1", "7", "not a digit"]


def test_recipe_set_by_others_is_not_changed(shown_setup: Setup, tmp_path: Path) -> None:
    path = write_inks(tmp_path / "own.npz")
    recipe = replace(Recipe(), data=(DataPart(str(path)),), task=Task(labels=("1", "7")))
    draft_of(shown_setup.panel).show(recipe)
    shown_setup.wait_for(32)
    assert shown_setup.changes == []
    assert "32 with other labels excluded" in child(shown_setup.panel, QLabel, "data_numbers").text()


def test_augmentation_follows_its_sliders(shown_setup: Setup, tmp_path: Path) -> None:
    path = write_inks(tmp_path / "own.npz")
    recipe = replace(
        Recipe(), data=(DataPart(str(path)),), task=Task(labels=LETTERS), ink_augmentation=InkAugmentation()
    )
    draft_of(shown_setup.panel).show(recipe)
    shown_setup.wait_for(64)
    child(shown_setup.panel, QTabWidget).setCurrentIndex(1)
    shown_setup.qtbot.waitUntil(lambda: "augmented" in shown_setup.panel.numbers())
    first = shown_setup.panel.numbers()["augmented"]
    assert first.shape[:2] == (64, 2)
    shown_setup.press("Again")
    shown_setup.qtbot.waitUntil(lambda: shown_setup.panel.numbers()["augmented"] is not first)
    second = shown_setup.panel.numbers()["augmented"]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first[:, 0], second[:, 0])
    draft_of(shown_setup.panel).show(replace(recipe, image_augmentation=ImageAugmentation(rotation=90)))
    shown_setup.qtbot.waitUntil(lambda: shown_setup.panel.numbers()["augmented"] is not second)


def test_hidden_panel_opens_nothing(shown_setup: Setup) -> None:
    shown_setup.panel.set_active(False)
    before = shown_setup.panel.collection
    draft_of(shown_setup.panel).show(replace(Recipe(), split_seed=5))
    assert not child(shown_setup.controller, LongJob).is_running
    shown_setup.panel.set_active(True)
    shown_setup.qtbot.waitUntil(lambda: shown_setup.panel.collection is not before)


# --------------------------------------------------------------------------------------- trouble


def test_unreadable_data_is_reported_and_retried(setup: Setup, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    path.write_bytes(b"no archive")
    draft_of(setup.panel).show(replace(Recipe(), data=(DataPart(str(path)),), task=Task(labels=LETTERS)))
    setup.show()
    setup.wait_for_text("own.npz")
    write_inks(path)
    setup.press("Try again")
    setup.wait_for(64)


def test_images_that_need_normalizing_are_refused_until_normalized(setup: Setup, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    images = np.zeros((40, 20, 20), dtype=np.uint8)
    images[:, 3:17, 5:8] = 255
    np.savez(path, x_train=images, y_train=np.arange(40) % 10)
    draft_of(setup.panel).show(replace(Recipe(), data=(DataPart(str(path), normalize=False),)))
    setup.show()
    setup.wait_for_text("20×20 pixels")
    draft_of(setup.panel).show(replace(Recipe(), data=(DataPart(str(path)),)))
    setup.wait_for(40)


def test_other_views_of_the_draft_know_whether_its_data_can_be_used(
    shown_setup: Setup, tmp_path: Path
) -> None:
    draft = draft_of(shown_setup.panel)
    shown_setup.qtbot.waitUntil(lambda: draft.data_problem() == "")
    other = replace(Recipe(), data=(DataPart(str(write_inks(tmp_path / "inks.npz", ("A", "b")))),))
    draft.show(other)
    assert draft.data_problem() is None, "the data was not checked yet"
    shown_setup.qtbot.waitUntil(lambda: "no sample with a label" in (draft.data_problem() or ""))
    draft.show(replace(other, title="Other"))
    assert draft.data_problem(), "the title does not matter for the data"
    shown_setup.panel.set_active(False)
    shown_setup.controller.reload()
    assert draft.data_problem() is None, "other folders may have other data"


def test_too_few_training_samples_are_reported_until_there_are_more(shown_setup: Setup) -> None:
    draft_of(shown_setup.panel).show(replace(Recipe(), data=(DataPart("mnist", validation=5000),)))
    shown_setup.wait_for_text("No training samples of")
    draft_of(shown_setup.panel).show(Recipe())
    shown_setup.wait_for(240)


def test_missing_libraries_are_reported(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "desktop_app.data.sources.open_source", None)
    setup.show()
    setup.wait_for_text(f"Training needs more libraries. {install_advice()}")


def test_unexpected_exception_is_emitted(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("desktop_app.data.sources.open_source.open_source", broken)
    with setup.qtbot.waitSignal(setup.controller.failed) as failed:
        setup.show()
    assert isinstance(failed.args[0], ValueError)
    setup.wait_for_text("Could not read this data")


def test_close_while_loading(setup: Setup, tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist.npz")
    setup.show()
    setup.controller.close()
    setup.controller.close()


def test_reload_uses_other_folders(setup: Setup, tmp_path: Path) -> None:
    setup.show()
    setup.wait_for_text("MNIST")
    write_mnist(tmp_path / "elsewhere" / "mnist.npz")
    setup.places = DataFolders(tmp_path / "elsewhere", tmp_path / "downloads")
    setup.controller.reload()
    setup.wait_for(240)


# ------------------------------------------------------------------------------------- download


def test_mnist_is_downloaded_on_click(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, DataFolders]] = []

    def fetched(source: SourceInfo, places: DataFolders, emit: Emit, _: ShouldStop) -> Path:
        asked.append((source.name, places))
        emit(PreparationProgress(1, 2, message("Downloading MNIST")))
        return write_mnist(places.downloads / "mnist.npz")

    monkeypatch.setattr(download, "download", fetched)
    setup.show()
    setup.wait_for_text("MNIST is not on this computer")
    assert asked == []
    setup.press("Download MNIST (11 MB)")
    setup.wait_for(240)
    assert asked == [("mnist", setup.places)]


def test_download_can_be_cancelled(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: SourceInfo, places: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
        emit(PreparationProgress(1, 2, message("Downloading MNIST")))
        while not should_stop():
            pass
        raise Stopped

    monkeypatch.setattr(download, "download", endless)
    setup.show()
    setup.wait_for_text("MNIST is not on this computer")
    setup.press("Download MNIST (11 MB)")
    setup.wait_for_text("Downloading MNIST…")
    setup.press("Cancel")
    setup.wait_for_text("MNIST is not on this computer")


def test_failed_download_can_be_retried(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Path:
        raise UserError("There is no network.")

    monkeypatch.setattr(download, "download", refused)
    setup.show()
    setup.wait_for_text("MNIST is not on this computer")
    setup.press("Download MNIST (11 MB)")
    setup.wait_for_text("There is no network.")
    setup.press("Download MNIST (11 MB)")
    setup.wait_for_text("There is no network.")


def test_choosing_other_data_cancels_the_download(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_: SourceInfo, places: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
        while not should_stop():
            pass
        raise Stopped

    monkeypatch.setattr(download, "download", endless)
    setup.show()
    setup.wait_for_text("MNIST is not on this computer")
    setup.press("Download MNIST (11 MB)")
    setup.replace_source(write_inks(tmp_path / "own.npz"))
    setup.wait_for(64)
