"""Saving of models in the formats of Keras and LiteRT."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.core.stopping import ShouldStop
from desktop_app.networks.keras_export import keras_with_card
from desktop_app.networks.litert_export import answer_only
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from tests.app.model_windows import LEFT, chosen, draw_a_bar, said, take_file
from tests.finding import window_action


@pytest.fixture(scope="module")
def inputs() -> Any:
    return np.random.default_rng(0).random((4, 28, 28, 3), dtype=np.float32)


@pytest.fixture(scope="module")
def expected(inputs: Any) -> Any:
    """Return the outputs of the shipped model."""
    folder = paths.models_dir() / "digits"
    card = read_card(folder)
    return Network(card, read_network(folder, card)).predict(inputs)


@pytest.mark.parametrize(("kind", "suffix"), [("Keras", "keras"), ("HDF5", "h5")])
def test_the_saved_model_opens_in_keras(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, inputs: Any, expected: Any, kind: str, suffix: str
) -> None:
    import keras

    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "mine", kind)
    said(qtbot, window, f"Saved as mine.{suffix}. The line network is not part of the file.")
    model = keras.models.load_model(tmp_path / f"mine.{suffix}", compile=False)
    np.testing.assert_allclose(np.asarray(model(inputs)), expected, atol=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == [f"mine.{suffix}"]


def test_the_model_is_saved_for_litert(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "mine", "LiteRT")
    said(qtbot, window, "Saved as mine.tflite.")
    assert (tmp_path / "mine.tflite").read_bytes() == answer_only(paths.models_dir() / "digits")


def test_dialogs_for_models_have_a_folder_of_their_own(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    def folder_of_next() -> Path:
        qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
        (dialog,) = window.findChildren(QFileDialog)
        folder = Path(dialog.directory().absolutePath())
        dialog.reject()
        qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
        return folder

    (tmp_path / "models").mkdir()
    window.context.dialogs.set_folder(tmp_path)
    chosen(qtbot, window, "Save model as…")
    assert folder_of_next() == tmp_path
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "models" / "mine", "LiteRT")
    said(qtbot, window, "Saved as mine.tflite.")
    chosen(qtbot, window, "Save model as…")
    assert folder_of_next() == tmp_path / "models"
    draw_a_bar(window)
    window_action(window, "Save ink…").trigger()
    assert folder_of_next() == tmp_path


@pytest.mark.parametrize("suffix", ["keras", "h5", "tflite"])
def test_a_full_disk_leaves_the_older_file(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    file = tmp_path / f"mine.{suffix}"
    file.write_bytes(b"older")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    chosen(qtbot, window, "Save model as…")
    (dialog,) = window.findChildren(QFileDialog)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        dialog.fileSelected.emit(str(file))
        said(qtbot, window, f"mine.{suffix} cannot be saved: the disk is full; choose another folder.")
    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]


class SlowSaving:
    """Saves a model as HDF5 only after `go_on` is set."""

    def __init__(self, save: Callable[[Path, Path, ShouldStop], None]) -> None:
        self._save = save
        self.go_on = threading.Event()

    def __call__(self, folder: Path, path: Path, should_stop: ShouldStop) -> None:
        while not self.go_on.wait(0.01) and not should_stop():
            pass
        self._save(folder, path, should_stop)


@pytest.fixture
def slow_saving(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowSaving]:
    from desktop_app.training import export

    slow = SlowSaving(export.save_as_h5)
    monkeypatch.setattr(export, "save_as_h5", slow)
    yield slow
    slow.go_on.set()


def save_as_hdf5(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, path.with_suffix(""), "HDF5")
    said(qtbot, window, f"Saving {path.name}…")


def test_the_window_closes_when_the_model_is_saved(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, slow_saving: SlowSaving
) -> None:
    save_as_hdf5(qtbot, window, tmp_path / "mine.h5")
    assert not window.close()
    assert window.isVisible()
    said(qtbot, window, "The window closes when the model is saved.")
    slow_saving.go_on.set()
    with qtbot.waitSignal(window.closed):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["mine.h5"]


def test_closing_again_cancels_the_saving(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, slow_saving: SlowSaving
) -> None:
    save_as_hdf5(qtbot, window, tmp_path / "mine.h5")
    assert not window.close()
    assert window.close()
    assert not window.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_the_window_stays_open_for_an_error_of_saving(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow_saving: SlowSaving
) -> None:
    def fail(*_: object) -> None:
        raise UserError("The disk is full; choose another one.")

    monkeypatch.setattr("desktop_app.training.export.save_keras", fail)
    save_as_hdf5(qtbot, window, tmp_path / "mine.h5")
    assert not window.close()
    slow_saving.go_on.set()
    said(qtbot, window, "The disk is full")
    assert window.isVisible()
    assert window.close()


def test_unknown_suffixes_are_rejected(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "mine.onnx")
    said(qtbot, window, "The name mine.onnx must end in .keras, .h5 or .tflite")
    assert list(tmp_path.iterdir()) == []


def test_the_model_of_a_run_is_saved(
    qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    from desktop_app.runs.run_folder import RunRecord
    from desktop_app.runs.run_store import new_run
    from desktop_app.runs.zoo.catalog import ZOO
    from desktop_app.views.runs.runs_table import RunsTable

    recipe = ZOO[0].recipe
    run = new_run(paths.runs_dir(), recipe)
    run.begin(recipe, RunRecord("Mine", state="finished", epochs=1))
    run.release()
    shutil.copytree(paths.models_dir() / "digits", run.path / "model")
    window = open_window()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    window.workspaces.show_view("runs")
    qtbot.waitUntil(lambda: bool(window.findChildren(RunsTable)))
    (table,) = window.findChildren(RunsTable)
    qtbot.waitUntil(lambda: table.model().rowCount() == 1 and table.isVisible())
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(0, 0)).center())
    next(a for a in table.actions() if a.text() == "Save model…").trigger()
    take_file(qtbot, window, tmp_path / "of-a-run.keras")
    said(qtbot, window, "Saved as of-a-run.keras.")
    assert (tmp_path / "of-a-run.keras").read_bytes() == keras_with_card(run.path / "model")
