"""Importing, saving and removing models in the window."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThread, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window, model_library
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.models_dialog import ModelsDialog
from desktop_app.core import paths
from desktop_app.core.installation import install_advice
from desktop_app.core.settings import Settings
from desktop_app.networks.library import find_model, list_user_models
from desktop_app.networks.litert_export import answer_only
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.training import foreign_conversion, foreign_file, import_process
from desktop_app.views.compare.panel import ComparePanel
from tests.finding import child
from tests.views_of_window import view_of

LEFT = Qt.MouseButton.LeftButton


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

    def convert_here(path: Path, command: list[str], *_: object) -> None:
        """Raise the user error that the process would report."""
        copy = Path(command[3])
        foreign_file.replace_config(copy, foreign_file.check_foreign(copy))
        facts = foreign_conversion.convert_model(copy, copy.parent / "made" / "imported")
        (copy.parent / "facts.json").write_bytes(msgspec.json.encode(facts))

    monkeypatch.setattr(import_process, "_run", convert_here)


def owned(name: str, title: str, source: Path | None = None) -> Path:
    """Copy a model to the user's library with another title; return its folder."""
    import json

    folder = Path(shutil.copytree(source or paths.models_dir() / "digits", paths.user_models_dir() / name))
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"name": name, "title": title}), encoding="utf-8")
    return folder


# --- helpers ---


def chosen(qtbot: QtBot, window: MainWindow, *words: str) -> None:
    """Click through the menus, from the bar to the action, until the action is triggered."""
    qtbot.waitUntil(lambda: clicked_through(window, words))


def clicked_through(window: MainWindow, words: tuple[str, ...]) -> bool:
    """Return whether the action ran: a window that becomes active closes its menus."""
    *way, last = words
    menu = opened_menu(window, way)
    if menu is None:
        return False
    action = entry(menu, last)
    triggered = QSignalSpy(action.triggered)
    click_in(menu, action)
    return triggered.count() == 1


def opened_menu(window: MainWindow, path: list[str]) -> QMenu | None:
    """Return the last menu of a path from Model; None if a click had to open it first."""
    bar, menu = window.menuBar(), models(window)
    if not menu.isVisible():
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(menu.menuAction()).center())
    for word in path:
        action = entry(menu, word)
        inside = action.menu()
        assert isinstance(inside, QMenu)
        if menu.isVisible() and not inside.isVisible():
            click_in(menu, action)
        menu = inside
    return menu if menu.isVisible() else None


def click_in(menu: QMenu, action: QAction) -> None:
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def named(menu: QMenu, words: str) -> bool:
    return menu.title().replace("&", "") == words


def entry(menu: QMenu, words: str) -> QAction:
    return next(a for a in menu.actions() if a.text().split("\t")[0].replace("&", "") == words)


def models(window: MainWindow) -> QMenu:
    return next(m for m in window.findChildren(QMenu) if named(m, "Model"))


def offered(window: MainWindow) -> set[str]:
    """Return the titles of the models to choose from."""
    return {a.text().split("\t")[0] for a in models(window).actions() if a.isCheckable()}


def checked(window: MainWindow) -> list[str]:
    """Return the checked titles of models."""
    return [a.text().split("\t")[0] for a in models(window).actions() if a.isChecked()]


def managed(window: MainWindow) -> ModelsDialog:
    """Open the dialog with all models."""
    chosen_now(window, "Manage models…")
    return next(dialog for dialog in window.findChildren(ModelsDialog) if dialog.isVisible())


def chosen_now(window: MainWindow, words: str) -> None:
    entry(models(window), words).trigger()


def select(dialog: ModelsDialog, title: str) -> None:
    """Click the row of a model."""
    rows = child(dialog, QTreeWidget)
    item = next(item for item in items(dialog) if item.text(0) == title)
    QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualItemRect(item).center())


def items(dialog: ModelsDialog) -> list[QTreeWidgetItem]:
    rows = child(dialog, QTreeWidget)
    return [item for n in range(rows.topLevelItemCount()) if (item := rows.topLevelItem(n)) is not None]


def button_of(dialog: ModelsDialog, words: str) -> QPushButton:
    buttons = dialog.findChildren(QPushButton)
    return next(each for each in buttons if each.text().replace("&", "") == words)


def test_dialog_shows_whole_titles_and_all_columns(qtbot: QtBot, window: MainWindow) -> None:
    dialog = managed(window)
    rows = child(dialog, QTreeWidget)
    titles = [item.text(0) for item in items(dialog)]
    assert "Digits, residual" in titles
    for title in titles:
        assert rows.fontMetrics().horizontalAdvance(title) < rows.columnWidth(0)
    qtbot.waitUntil(lambda: rows.horizontalScrollBar().maximum() == 0)


def test_dialog_opens_with_the_model_in_use_selected(qtbot: QtBot, window: MainWindow) -> None:
    chosen(qtbot, window, "Digits, residual")
    qtbot.waitUntil(lambda: window.network is not None and window.network.name == "residual")
    dialog = managed(window)
    current = child(dialog, QTreeWidget).currentItem()
    assert current is not None
    assert current.text(0) == "Digits, residual"
    assert not button_of(dialog, "Use").isEnabled()
    select(dialog, "Digits")
    QTest.mouseClick(button_of(dialog, "Use"), LEFT)
    qtbot.waitUntil(lambda: not button_of(dialog, "Use").isEnabled())
    assert window.network is not None
    assert window.network.name == "digits"


def remove(qtbot: QtBot, window: MainWindow, title: str, answer: str = "Remove") -> str:
    """Remove a model in the dialog, and answer the question; return its text."""
    dialog = managed(window)
    select(dialog, title)
    QTest.mouseClick(button_of(dialog, "Remove…"), LEFT)
    question = answer_box(qtbot, window, answer)
    dialog.close()
    return question


def take_file(qtbot: QtBot, window: MainWindow, path: Path, kind: str = "") -> None:
    """Choose a file in the file dialog."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    dialog = window.findChildren(QFileDialog)[-1]
    if kind:
        dialog.selectNameFilter(next(name for name in dialog.nameFilters() if kind in name))
        dialog.filterSelected.emit(dialog.selectedNameFilter())
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


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
    label = question.findChild(QLabel, "import_facts")
    assert label is not None
    qtbot.waitUntil(lambda: words in label.text())
    assert label.text().endswith(".")
    QTest.keyClick(question, Qt.Key.Key_Escape)


def answer_box(qtbot: QtBot, window: MainWindow, words: str) -> str:
    """Click a button of the question; return its text."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    (box,) = window.findChildren(QMessageBox)
    text = box.text()
    button = next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == words)
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    return text


def dropped(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), copy, data, LEFT, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, data, LEFT, none))


def said(qtbot: QtBot, window: MainWindow, words: str) -> None:
    qtbot.waitUntil(lambda: words in window.messages.text())
    sentence = window.messages.text()
    assert sentence.endswith((".", "…"))
    assert "\n" not in sentence


def draw_a_bar(window: MainWindow) -> None:
    canvas = window.canvas
    middle, length = canvas.rect().center(), canvas.height() // 4
    QTest.mousePress(canvas, LEFT, pos=middle - QPoint(0, length))
    for part in range(-4, 5):
        QTest.mouseMove(canvas, middle + QPoint(0, part * length // 4))
    QTest.mouseRelease(canvas, LEFT, pos=middle + QPoint(0, length))


# --- models from elsewhere ---


def test_no_model_is_opened_after_the_window_was_closed(window: MainWindow) -> None:
    window.close()
    window.context.library_changed.emit()
    assert not any(thread.isRunning() for thread in window.findChildren(QThread))


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


# --- saving ---


@pytest.fixture(scope="module")
def inputs() -> Any:
    return np.random.default_rng(0).random((4, 28, 28, 1), dtype=np.float32)


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
    said(qtbot, window, f"Saved as mine.{suffix}.")
    model = keras.models.load_model(tmp_path / f"mine.{suffix}", compile=False)
    np.testing.assert_allclose(np.asarray(model(inputs)), expected, atol=1e-4)
    assert [path.name for path in tmp_path.iterdir()] == [f"mine.{suffix}"]


def test_the_model_is_saved_for_litert(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    chosen(qtbot, window, "Save model as…")
    take_file(qtbot, window, tmp_path / "mine", "LiteRT")
    said(qtbot, window, "Saved as mine.tflite.")
    assert (tmp_path / "mine.tflite").read_bytes() == answer_only(paths.models_dir() / "digits")


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
    assert (tmp_path / "of-a-run.keras").read_bytes() == (run.path / "model" / "model.keras").read_bytes()


# --- removing and renaming ---


def test_models_are_listed_with_accuracy_data_date_and_size(
    open_window: Callable[..., MainWindow],
) -> None:
    owned("mine", "Mine")
    (owned("broken", "Broken") / "card.json").write_text("{}")
    dialog = managed(open_window())
    rows = {item.text(0): [item.text(column) for column in range(1, 5)] for item in items(dialog)}
    accuracy, data, date, size = rows["Digits"]
    assert accuracy == "99.7 %"
    assert "unipen" in data
    assert date.startswith("20")
    assert size.endswith(" MB")
    assert float(size.split()[0]) > 1
    assert "Mine" in rows
    assert rows["broken"][1] == "damaged"
    dialog.close()


def test_only_user_models_can_be_renamed_and_removed(
    open_window: Callable[..., MainWindow],
) -> None:
    owned("mine", "Mine")
    (owned("broken", "Broken") / "card.json").write_text("{}")
    dialog = managed(open_window())
    names = ("Use", "Rename", "Export…", "Remove…")
    enabled = {}
    for title in ("Digits, dense", "Mine", "broken"):
        select(dialog, title)
        enabled[title] = [button_of(dialog, name).isEnabled() for name in names]
    assert enabled == {
        "Digits, dense": [True, False, True, False],
        "Mine": [True, True, True, True],
        "broken": [False, False, False, True],
    }
    sentence = "It ships with the program and cannot be renamed or removed."
    for title, shown in (("Digits", f"This model is in use. {sentence}"), ("Digits, dense", sentence)):
        select(dialog, title)
        assert shown in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.close()


def is_only_model(name: str, title: str) -> bool:
    return list_user_models() == ((name, title),)


def test_a_model_is_renamed_in_the_list(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> None:
    owned("mine", "Mine")
    window = open_window()
    dialog = managed(window)
    select(dialog, "Mine")
    for title, expected in (("  ", "Mine"), ("My & yours", "My & yours")):
        QTest.mouseClick(button_of(dialog, "Rename"), LEFT)
        field = child(dialog, QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, title)
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not dialog.findChildren(QLineEdit))
        qtbot.waitUntil(partial(is_only_model, "mine", expected))
    qtbot.waitUntil(lambda: "My && yours" in offered(window))
    qtbot.waitUntil(lambda: "My & yours" in [item.text(0) for item in items(dialog)])
    dialog.close()


def test_renaming_a_model_renames_its_run_in_the_open_table(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    from desktop_app.runs.run_folder import RunRecord
    from desktop_app.runs.run_store import new_run
    from desktop_app.runs.zoo.catalog import ZOO
    from desktop_app.views.runs.runs_table import RunsTable

    model = owned("mine", "Mine")
    run = new_run(paths.runs_dir(), ZOO[0].recipe)
    run.begin(ZOO[0].recipe, RunRecord("Mine", state="finished", epochs=1, model="mine"))
    run.release()
    shutil.copytree(model, run.path / "model")
    window = open_window()
    window.workspaces.show_view("runs")
    qtbot.waitUntil(lambda: bool(window.findChildren(RunsTable)))
    (table,) = window.findChildren(RunsTable)
    qtbot.waitUntil(lambda: table.model().rowCount() == 1)
    dialog = managed(window)
    select(dialog, "Mine")
    QTest.mouseClick(button_of(dialog, "Rename"), LEFT)
    field = child(dialog, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "Ours")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.model().index(0, 0).data() == "Ours")
    assert run.record().title == "Ours"
    dialog.close()


def test_a_model_of_the_list_is_used_and_exported(
    qtbot: QtBot, open_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    owned("mine", "Mine")
    window = open_window()
    dialog = managed(window)
    select(dialog, "Mine")
    QTest.mouseClick(button_of(dialog, "Export…"), LEFT)
    take_file(qtbot, window, tmp_path / "copy.keras")
    said(qtbot, window, "Saved as copy.keras.")
    assert (tmp_path / "copy.keras").stat().st_size > 1000
    QTest.mouseClick(button_of(dialog, "Use"), LEFT)
    qtbot.waitUntil(lambda: checked(window) == ["Mine"])
    dialog.close()


def test_removing_the_current_model_selects_the_default(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    folder = owned("mine", "Mine")
    window = open_window()
    draw_a_bar(window)
    chosen(qtbot, window, "Mine")
    qtbot.waitUntil(lambda: checked(window) == ["Mine"])
    assert remove(qtbot, window, "Mine", "Cancel") == "Remove “Mine” from the library?"
    assert folder.exists()
    remove(qtbot, window, "Mine")
    said(qtbot, window, "Now reading with “Digits” (99.7 % on its test set).")
    assert checked(window) == ["Digits"]
    assert "Mine" not in offered(window)
    assert list(paths.user_models_dir().iterdir()) == []


def test_removing_another_model_keeps_the_current_one(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    owned("mine", "Mine & yours")
    owned("kept", "Kept")
    window = open_window()
    remove(qtbot, window, "Mine & yours")
    said(qtbot, window, "Removed “Mine & yours” from the library.")
    qtbot.waitUntil(lambda: "Mine && yours" not in offered(window))
    assert "Kept" in offered(window)
    assert checked(window) == ["Digits"]
    assert list_user_models() == (("kept", "Kept"),)
    said(qtbot, window, "Removed “Mine & yours” from the library.")


def test_removing_a_missing_model_shows_a_message(
    qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    folder = owned("mine", "Mine")
    window = open_window()
    shutil.rmtree(folder)
    remove(qtbot, window, "Mine")
    said(qtbot, window, "There is no longer a model called mine; choose another.")


def test_a_removed_model_is_not_compared(qtbot: QtBot) -> None:
    owned("mine", "Mine")
    window = build_window(Settings(second_model="mine"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.network is not None)
    window.workspaces.choose("inside")
    window.workspaces.show_view("compare")
    models, layers = (
        view_of(window, ComparePanel).findChild(QComboBox, f"second_{what}") for what in ("model", "layer")
    )
    assert models is not None
    assert layers is not None
    qtbot.waitUntil(lambda: models.currentData() == "mine" and layers.count() > 0)
    remove(qtbot, window, "Mine")
    qtbot.waitUntil(lambda: "Mine" not in offered(window))
    assert models.currentData() != "mine"
    info = read_card(find_model(models.currentData())).info
    shown = [layer.name for layer in info.layers if not layer.is_identity]
    qtbot.waitUntil(lambda: [layers.itemData(row) for row in range(layers.count())] == shown)
    assert window.messages.text() == "Removed “Mine” from the library."
