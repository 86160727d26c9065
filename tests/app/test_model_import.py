"""Importing of models: by menu and dropping, cancelling, and failures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.app import model_library
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core import paths
from desktop_app.core.installation import install_advice
from desktop_app.networks.keras_export import keras_with_card
from desktop_app.networks.library import list_user_models
from desktop_app.tasks.task import Task
from desktop_app.training import import_process
from tests.app.model_windows import LEFT, checked, chosen, draw_a_bar, said, take_file
from tests.convert_here import convert_here
from tests.finding import child


@pytest.fixture(scope="module")
def foreign_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a model that reads digits in both formats of Keras."""
    from tests.foreign_digits import digit_model

    folder = tmp_path_factory.mktemp("foreign_models")
    model = digit_model()
    for name in ("My network.keras", "older.h5"):
        model.save(folder / name)
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Convert in this process, which has imported Keras."""
    monkeypatch.setattr(import_process, "_run", convert_here)


def answer_question(qtbot: QtBot, window: MainWindow, title: str = "", labels: str = "") -> None:
    """Enter title and labels, wait for the check and import."""
    question = open_question(qtbot, window)
    for name, text in (("title", title), ("labels", labels)):
        field = question.findChild(QLineEdit, f"import_{name}")
        assert field is not None
        if text:
            field.setFocus()
            field.selectAll()
            QTest.keyClicks(field, text)
    (button,) = (b for b in question.findChildren(QPushButton) if b.text() == "Import")
    qtbot.waitUntil(button.isEnabled)
    QTest.keyClick(question, Qt.Key.Key_Return)


def open_question(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    def visible() -> list[ImportDialog]:
        return [question for question in window.findChildren(ImportDialog) if question.isVisible()]

    qtbot.waitUntil(lambda: bool(visible()))
    return visible()[-1]


def wait_for_problem(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Wait until the import dialog shows why the file cannot be imported, and close it."""
    question = open_question(qtbot, window)
    label = child(question, QLabel, "import_facts")
    qtbot.waitUntil(lambda: words in label.text())
    assert label.text().endswith(".")
    QTest.keyClick(question, Qt.Key.Key_Escape)


def dropped(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), copy, data, LEFT, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, LEFT, none))


def test_a_model_imported_from_the_menu_is_used_at_once(
    qtbot: QtBot, window: MainWindow, foreign_models: Path
) -> None:
    draw_a_bar(window)
    chosen(qtbot, window, "Import model…")
    take_file(qtbot, window, foreign_models / "My network.keras")
    answer_question(qtbot, window, "First & best", "abcdefghij")
    readings: list[Any] = []
    window.reading_painted.connect(readings.append)
    said(qtbot, window, "Now reading with “First & best”.")
    assert window.network is not None
    assert window.network.labels == tuple("abcdefghij")
    assert checked(window) == ["First && best"]
    assert list_user_models() == (("my-network", "First & best"),)
    # What was drawn before is read by the new network.
    qtbot.waitUntil(lambda: bool(readings))
    assert readings[-1] is window.canvas.page


def test_a_dropped_model_is_imported(
    qtbot: QtBot, window: MainWindow, foreign_models: Path, quick: None
) -> None:
    dropped(window, foreign_models / "older.h5")
    answer_question(qtbot, window)
    said(qtbot, window, "Now reading with “older”.")
    assert window.canvas.is_empty
    dropped(window, foreign_models / "older.h5")
    answer_question(qtbot, window, "The same again")
    said(qtbot, window, "Now reading with “The same again”.")
    assert list_user_models() == (("older-2", "The same again"), ("older", "older"))


def test_a_saved_model_is_imported_with_return_alone(
    qtbot: QtBot, window: MainWindow, quick: None, tmp_path: Path
) -> None:
    import keras

    from desktop_app.training.export import CardFacts, export_model

    task = Task("character", 12, 12, 3, "mnist-directions", ("b", "a", "x"), (("X", "x"),), rejects=True)
    layers = [keras.Input((12, 12, 3)), keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]
    export_model(keras.Sequential(layers), CardFacts("marks", "Three marks", task), tmp_path / "marks")
    (tmp_path / "saved.keras").write_bytes(keras_with_card(tmp_path / "marks"))
    dropped(window, tmp_path / "saved.keras")
    answer_question(qtbot, window)
    said(qtbot, window, "Now reading with “Three marks”.")
    assert window.network is not None
    assert window.network.task == task
    assert list_user_models() == (("saved", "Three marks"),)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.keras", "missing.keras cannot be read: it does not exist."),
        ("text.keras", "text.keras is not a model saved by Keras"),
        ("page.h5", "page.h5 is a web page; download the model file itself"),
        ("other.onnx", "other.onnx is an ONNX model"),
    ],
)
def test_a_failed_import_shows_one_sentence(
    qtbot: QtBot,
    window: MainWindow,
    foreign_models: Path,
    quick: None,
    tmp_path: Path,
    name: str,
    why: str,
) -> None:
    (tmp_path / "text.keras").write_text("certainly not", encoding="utf-8")
    (tmp_path / "page.h5").write_text("<!DOCTYPE html><html></html>", encoding="utf-8")
    (tmp_path / "other.onnx").write_bytes(b"\x08\x07pytorch")
    dropped(window, tmp_path / name)
    wait_for_problem(qtbot, window, why)
    assert list_user_models() == ()
    assert checked(window) == ["Digits"]
    # After an error the user can try again.
    dropped(window, foreign_models / "older.h5")
    answer_question(qtbot, window, "Now")
    said(qtbot, window, "Now reading with “Now”.")


def test_closing_cancels_an_import(
    open_window: Callable[..., MainWindow],
    qtbot: QtBot,
    foreign_models: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    begun = tmp_path / "begun"
    code = "import pathlib, sys, threading; pathlib.Path(sys.argv[1]).touch(); threading.Event().wait()"
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code, str(begun)])
    window = open_window()
    dropped(window, foreign_models / "older.h5")
    qtbot.waitUntil(begun.exists)
    # Another file takes the place of the first.
    begun.unlink()
    dropped(window, foreign_models / "My network.keras")
    qtbot.waitUntil(begun.exists)
    window.close()
    assert list(paths.user_models_dir().iterdir()) == []


def test_the_dialog_shows_the_step_of_the_check_and_cancels_it(
    qtbot: QtBot, window: MainWindow, foreign_models: Path
) -> None:
    dropped(window, foreign_models / "older.h5")
    question = open_question(qtbot, window)
    qtbot.waitUntil(lambda: child(question, QLabel, "import_facts").text() == "Loading TensorFlow…")
    assert child(question, QProgressBar).isVisible()
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert not question.isVisible()
    qtbot.waitUntil(lambda: list(paths.user_models_dir().iterdir()) == [])


def test_cancelling_the_dialog_deletes_the_checked_model(
    qtbot: QtBot, window: MainWindow, foreign_models: Path, quick: None
) -> None:
    dropped(window, foreign_models / "older.h5")
    question = open_question(qtbot, window)
    (button,) = (b for b in question.findChildren(QPushButton) if b.text() == "Import")
    qtbot.waitUntil(button.isEnabled)
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert list(paths.user_models_dir().iterdir()) == []


def test_import_without_training_libraries_shows_what_to_install(
    qtbot: QtBot, window: MainWindow, foreign_models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model_library, "find_spec", lambda name: None if name == "keras" else sys)
    dropped(window, foreign_models / "older.h5")
    wait_for_problem(qtbot, window, "Importing models needs more libraries.")
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "mine", "HDF5")
    said(qtbot, window, f"Saving as HDF5 needs more libraries. {install_advice()}")
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "mine.keras")
    said(qtbot, window, "Saved as mine.keras.")
