"""The dialog of models: listing, using, renaming, exporting, and removing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.models_dialog import ModelsDialog
from desktop_app.core import paths
from desktop_app.core.settings import Settings
from desktop_app.networks.layers.registry import is_identity
from desktop_app.networks.library import find_model, list_user_models
from desktop_app.networks.model_folder import read_card
from desktop_app.views.compare.panel import ComparePanel
from tests.app.model_windows import LEFT, checked, chosen, draw_a_bar, entry, models, said, take_file
from tests.drags import data_of, drop, enter
from tests.finding import child
from tests.views_of_window import view_of


def owned(name: str, title: str, source: Path | None = None) -> Path:
    """Copy a model to the user's library with another title; return its folder."""
    import json

    folder = Path(shutil.copytree(source or paths.models_dir() / "digits", paths.user_models_dir() / name))
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"name": name, "title": title}), encoding="utf-8")
    return folder


def offered(window: MainWindow) -> set[str]:
    """Return the titles of the models to choose from."""
    return {a.text().split("\t")[0] for a in models(window).actions() if a.isCheckable()}


def test_models_of_another_program_are_listed_when_the_menu_is_opened(
    qtbot: QtBot, window: MainWindow
) -> None:
    owned("elsewhere", "From elsewhere")
    assert "From elsewhere" not in offered(window)
    models(window).aboutToShow.emit()
    qtbot.waitUntil(lambda: "From elsewhere" in offered(window))
    shutil.rmtree(paths.user_models_dir() / "elsewhere")
    dialog = managed(window)
    qtbot.waitUntil(lambda: "From elsewhere" not in offered(window))
    assert "From elsewhere" not in {item.text(0) for item in items(dialog)}
    dialog.close()


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


def test_a_model_is_dropped_on_the_dialog(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path, dialog = tmp_path / "mine.keras", managed(window)
    path.write_bytes(b"no model")
    assert enter(dialog, data_of(path))
    assert child(dialog, QWidget, "drop_highlight").isVisible()
    drop(dialog, data_of(path))
    assert dialog.isVisible(), "the drag needs it until its end"
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)))
    assert not any(each.isVisible() for each in window.findChildren(ModelsDialog))
    (question,) = window.findChildren(ImportDialog)
    label = child(question, QLabel, "import_facts")
    qtbot.waitUntil(lambda: "mine.keras" in label.text())
    question.close()


@pytest.mark.parametrize("names", [("seven.png",), ("a.keras", "b.keras"), ("folder",)])
def test_what_is_no_model_is_refused_with_a_sentence(
    window: MainWindow, names: tuple[str, ...], tmp_path: Path
) -> None:
    dialog, data = managed(window), data_of(*(tmp_path / name for name in names))
    assert enter(dialog, data)
    drop(dialog, data)
    assert "Drop one Keras model" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert dialog.isVisible()
    dialog.close()


def remove(qtbot: QtBot, window: MainWindow, title: str, answer: str = "Remove") -> str:
    """Remove a model in the dialog, and answer the question; return its text."""
    dialog = managed(window)
    select(dialog, title)
    QTest.mouseClick(button_of(dialog, "Remove…"), LEFT)
    question = answer_box(qtbot, window, answer)
    dialog.close()
    return question


def answer_box(qtbot: QtBot, window: MainWindow, words: str) -> str:
    """Click a button of the question; return its text."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    (box,) = window.findChildren(QMessageBox)
    text = box.text()
    button = next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == words)
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    return text


def test_no_model_is_opened_after_the_window_was_closed(window: MainWindow) -> None:
    window.close()
    window.context.library_changed.emit()
    assert not any(thread.isRunning() for thread in window.findChildren(QThread))


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


def test_rename_again_keeps_the_open_editor(open_window: Callable[..., MainWindow]) -> None:
    owned("mine", "Mine")
    dialog = managed(open_window())
    select(dialog, "Mine")
    button = button_of(dialog, "Rename")
    button.click()
    child(dialog, QLineEdit).setText("My")
    # Qt would warn that the row cannot be edited a second time.
    button.click()
    assert child(dialog, QLineEdit).text() == "My"
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
    owned("mine", "Mine: 2.0")
    window = open_window()
    dialog = managed(window)
    select(dialog, "Mine: 2.0")
    QTest.mouseClick(button_of(dialog, "Export…"), LEFT)
    assert [Path(name).name for name in child(window, QFileDialog).selectedFiles()] == ["Mine- 2-0.keras"]
    take_file(qtbot, window, tmp_path / "copy.keras")
    said(qtbot, window, "Saved as copy.keras.")
    assert (tmp_path / "copy.keras").stat().st_size > 1000
    QTest.mouseClick(button_of(dialog, "Use"), LEFT)
    qtbot.waitUntil(lambda: checked(window) == ["Mine: 2.0"])
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
    shown = [layer.name for layer in info.layers if not is_identity(layer)]
    qtbot.waitUntil(lambda: [layers.itemData(row) for row in range(layers.count())] == shown)
    assert window.messages.text() == "Removed “Mine” from the library."
