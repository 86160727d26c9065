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
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.data.sources import download
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.jobs.long_job import LongJob
from desktop_app.runs.recipe import DataPart, Negatives, Recipe
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.task import Task
from desktop_app.views.data.controller import DataController
from desktop_app.views.data.panel import DataPanel
from desktop_app.views.data.sample_grid import SampleGrid
from desktop_app.views.data.source_row import SourceButton, SourceRow
from desktop_app.views.data.state_view import StateView
from desktop_app.views.file_dialogs import FileDialogs
from tests.finding import child
from tests.views.drafts import TestDraft, draft_of

LETTERS = ("1", "7", "A", "b")


def write_mnist(path: Path) -> Path:
    """Bars with digits as labels, in MNIST's layout: 200 to train and 40 to test."""
    images = np.zeros((240, 28, 28), dtype=np.uint8)
    for number in range(240):
        images[number, 4:24, 4 + number % 17 : 8 + number % 17] = 255
    labels = (np.arange(240) % 10).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, x_train=images[:200], y_train=labels[:200], x_test=images[200:], y_test=labels[200:])
    return path


def write_inks(path: Path, labels: tuple[str, ...] = LETTERS) -> Path:
    """Eight writers; each label is a line with a slant of its own."""
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
    """Somebody who chooses a file at once."""

    chosen = Path()

    def open_one_of(
        self, title: str, kinds: str, suffixes: tuple[str, ...], chosen: Callable[[Path], None]
    ) -> None:
        chosen(self.chosen)


class Bench:
    """A panel, and what works for it."""

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
        """Choose a file in place of the first source."""
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

    def words(self) -> str:
        state = child(self.panel, StateView)
        return state.words() if state.isVisible() else ""

    def wait_for_words(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: words in self.words())

    def press(self, words: str) -> None:
        button = next(b for b in self.panel.findChildren(QPushButton) if b.text() == words)
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(qtbot, tmp_path)
    yield made
    made.controller.close()


@pytest.fixture
def shown(bench: Bench, tmp_path: Path) -> Bench:
    write_mnist(tmp_path / "mnist.npz")
    bench.show()
    bench.wait_for(240)
    return bench


def test_data_is_opened_when_the_panel_is_seen(bench: Bench, tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist.npz")
    assert not child(bench.controller, LongJob).is_running
    bench.show()
    bench.wait_for(240)
    assert bench.panel.numbers()["counts"].sum(axis=0).tolist() == [180, 20, 40]
    assert bench.changes == []


def test_the_panel_needs_no_slow_library_before_something_is_drawn() -> None:
    script = (
        "import sys, desktop_app.views.data.panel, desktop_app.views.data.controller\n"
        "slow = {'PIL', 'scipy', 'keras', 'tensorflow', 'sklearn', 'pooch'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=300)


def test_what_is_seen_is_drawn(shown: Bench) -> None:
    (grid,) = shown.panel.findChildren(SampleGrid)
    shown.qtbot.waitUntil(lambda: grid.kept >= 18)
    assert grid.kept < 240
    shown.qtbot.waitUntil(lambda: "mean" in shown.panel.numbers())
    collection = shown.panel.collection
    assert collection is not None
    expected = collection.inputs(range(240)).mean(axis=0)
    np.testing.assert_allclose(shown.panel.numbers()["mean"], expected, atol=1e-6)


def test_another_split_is_shown_without_reading_anew(shown: Bench, tmp_path: Path) -> None:
    (tmp_path / "mnist.npz").unlink()
    draft_of(shown.panel).show(replace(Recipe(), data=(DataPart("mnist", validation=50),)))
    shown.qtbot.waitUntil(lambda: shown.panel.numbers()["counts"].sum(axis=0).tolist() == [150, 50, 40])
    before = shown.panel.collection
    assert before is not None
    draft_of(shown.panel).show(replace(Recipe(), data=(DataPart("mnist", validation=50),), split_seed=2))
    shown.qtbot.waitUntil(lambda: shown.panel.collection is not before)
    assert shown.panel.collection is not None
    assert not np.array_equal(shown.panel.collection.part_of, before.part_of)


def test_what_does_not_concern_the_data_opens_nothing(shown: Bench) -> None:
    before = shown.panel.collection
    draft_of(shown.panel).show(
        replace(Recipe(), title="Another", image_augmentation=ImageAugmentation(), seed=4)
    )
    assert not child(shown.controller, LongJob).is_running
    assert shown.panel.collection is before


def test_other_data_brings_its_labels(shown: Bench, tmp_path: Path) -> None:
    path = write_inks(tmp_path / "own.npz")
    shown.replace_source(path)
    shown.wait_for(64)
    assert [recipe.task.labels for recipe in shown.changes] == [Recipe().task.labels, LETTERS]
    assert shown.changes[-1].data == (DataPart(str(path)),)
    counts = shown.panel.numbers()["counts"]
    assert counts.sum(axis=1).tolist() == [16, 16, 16, 16]
    assert (counts % 2 == 0).all()


def test_labels_of_several_sources_are_joined(shown: Bench, tmp_path: Path) -> None:
    shown.panel.add_source(write_inks(tmp_path / "own.npz"))
    shown.wait_for(240 + 64)
    assert shown.changes[-1].task.labels == (*Recipe().task.labels, "A", "b")


def test_with_negatives_labels_stay(shown: Bench, tmp_path: Path) -> None:
    recipe = replace(
        Recipe(), task=Task(labels=("1", "7"), rejects=True), negatives=Negatives(look_alikes=("b",))
    )
    draft_of(shown.panel).show(recipe)
    shown.panel.add_source(write_inks(tmp_path / "own.npz"))
    shown.wait_for(240 + 48)
    assert [change.task.labels for change in shown.changes] == [("1", "7")]
    assert shown.panel.numbers()["classes"].tolist() == ["1", "7", "not a character"]


def test_a_recipe_from_elsewhere_is_not_changed(shown: Bench, tmp_path: Path) -> None:
    path = write_inks(tmp_path / "own.npz")
    recipe = replace(Recipe(), data=(DataPart(str(path)),), task=Task(labels=("1", "7")))
    draft_of(shown.panel).show(recipe)
    shown.wait_for(32)
    assert shown.changes == []
    assert "32 of other labels are left out" in child(shown.panel, QLabel, "data_numbers").text()


def test_augmentation_is_shown_while_its_sliders_move(shown: Bench, tmp_path: Path) -> None:
    path = write_inks(tmp_path / "own.npz")
    recipe = replace(
        Recipe(), data=(DataPart(str(path)),), task=Task(labels=LETTERS), ink_augmentation=InkAugmentation()
    )
    draft_of(shown.panel).show(recipe)
    shown.wait_for(64)
    child(shown.panel, QTabWidget).setCurrentIndex(1)
    shown.qtbot.waitUntil(lambda: "augmented" in shown.panel.numbers())
    first = shown.panel.numbers()["augmented"]
    assert first.shape[0] == 12
    shown.press("Again")
    shown.qtbot.waitUntil(lambda: shown.panel.numbers()["augmented"] is not first)
    second = shown.panel.numbers()["augmented"]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first[:, 0], second[:, 0])
    draft_of(shown.panel).show(replace(recipe, image_augmentation=ImageAugmentation(rotation=90)))
    shown.qtbot.waitUntil(lambda: shown.panel.numbers()["augmented"] is not second)


def test_a_hidden_panel_opens_nothing(shown: Bench) -> None:
    shown.panel.set_active(False)
    before = shown.panel.collection
    draft_of(shown.panel).show(replace(Recipe(), split_seed=5))
    assert not child(shown.controller, LongJob).is_running
    shown.panel.set_active(True)
    shown.qtbot.waitUntil(lambda: shown.panel.collection is not before)


# --------------------------------------------------------------------------------------- trouble


def test_data_that_cannot_be_read_is_told_and_tried_again(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    path.write_bytes(b"no archive")
    draft_of(bench.panel).show(replace(Recipe(), data=(DataPart(str(path)),), task=Task(labels=LETTERS)))
    bench.show()
    bench.wait_for_words("own.npz")
    write_inks(path)
    bench.press("Try again")
    bench.wait_for(64)


def test_images_that_have_to_be_normalized_are_refused_until_they_are(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    images = np.zeros((40, 20, 20), dtype=np.uint8)
    images[:, 3:17, 5:8] = 255
    np.savez(path, x_train=images, y_train=np.arange(40) % 10)
    draft_of(bench.panel).show(replace(Recipe(), data=(DataPart(str(path), normalize=False),)))
    bench.show()
    bench.wait_for_words("20×20 pixels")
    draft_of(bench.panel).show(replace(Recipe(), data=(DataPart(str(path)),)))
    bench.wait_for(40)


def test_too_little_is_left_to_train_on_and_more_is_again(shown: Bench) -> None:
    draft_of(shown.panel).show(replace(Recipe(), data=(DataPart("mnist", validation=5000),)))
    shown.wait_for_words("nothing would be left to train on")
    draft_of(shown.panel).show(Recipe())
    shown.wait_for(240)


def test_without_the_libraries_of_training_a_sentence_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "desktop_app.data.sources.open_source", None)
    bench.show()
    bench.wait_for_words("Training needs more than reading: install handwriting[training].")


def test_what_nobody_expected_is_handed_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("desktop_app.data.sources.open_source.open_source", broken)
    with bench.qtbot.waitSignal(bench.controller.failed) as failed:
        bench.show()
    assert isinstance(failed.args[0], ValueError)
    bench.wait_for_words("could not be read")


def test_closing_in_the_middle_is_fine(bench: Bench, tmp_path: Path) -> None:
    write_mnist(tmp_path / "mnist.npz")
    bench.show()
    bench.controller.close()
    bench.controller.close()


def test_other_places_are_looked_through(bench: Bench, tmp_path: Path) -> None:
    bench.show()
    bench.wait_for_words("MNIST")
    write_mnist(tmp_path / "elsewhere" / "mnist.npz")
    bench.places = DataFolders(tmp_path / "elsewhere", tmp_path / "downloads")
    bench.controller.look_again()
    bench.wait_for(240)


# ------------------------------------------------------------------------------------- download


def test_mnist_is_downloaded_on_a_click(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[DataFolders] = []

    def fetched(places: DataFolders, emit: Emit, _: ShouldStop) -> Path:
        asked.append(places)
        emit(PreparationProgress(1, 2, "fetching MNIST"))
        return write_mnist(places.downloads / "mnist.npz")

    monkeypatch.setattr(download, "download_mnist", fetched)
    bench.show()
    bench.wait_for_words("MNIST is not on this computer")
    assert asked == []
    bench.press("Download MNIST (11 MB)")
    bench.wait_for(240)
    assert asked == [bench.places]


def test_a_download_can_be_cancelled(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(places: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
        emit(PreparationProgress(1, 2, "fetching MNIST"))
        while not should_stop():
            pass
        raise Stopped

    monkeypatch.setattr(download, "download_mnist", endless)
    bench.show()
    bench.wait_for_words("MNIST is not on this computer")
    bench.press("Download MNIST (11 MB)")
    bench.wait_for_words("Fetching MNIST…")
    bench.press("Cancel")
    bench.wait_for_words("MNIST is not on this computer")


def test_a_download_that_fails_can_be_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Path:
        raise UserError("There is no network.")

    monkeypatch.setattr(download, "download_mnist", refused)
    bench.show()
    bench.wait_for_words("MNIST is not on this computer")
    bench.press("Download MNIST (11 MB)")
    bench.wait_for_words("There is no network.")
    bench.press("Download MNIST (11 MB)")
    bench.wait_for_words("There is no network.")


def test_choosing_other_data_ends_a_download(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(places: DataFolders, emit: Emit, should_stop: ShouldStop) -> Path:
        while not should_stop():
            pass
        raise Stopped

    monkeypatch.setattr(download, "download_mnist", endless)
    bench.show()
    bench.wait_for_words("MNIST is not on this computer")
    bench.press("Download MNIST (11 MB)")
    bench.replace_source(write_inks(tmp_path / "own.npz"))
    bench.wait_for(64)
