"""Tests of the batch view: reading, correcting, filtering, exporting, with the model for digits."""

from __future__ import annotations

import csv
import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton, QWidget

from desktop_app.batch.row import Row
from desktop_app.core.paths import my_samples_dir
from desktop_app.data.my_samples import list_samples
from desktop_app.ink.inkml import inkml_bytes
from desktop_app.ink.picture import Picture
from desktop_app.lines.text_reading import LabelProbability
from desktop_app.networks.graph import Graph
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.task import Task
from desktop_app.views.batch.batch_job import BatchProgress
from desktop_app.views.batch.batch_rows import ALTERNATIVES, CONFIDENCE, FILE, PAGE, TEXT, TRUTH, VERDICT
from desktop_app.views.batch.controller import BatchController
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.corrections import Corrections
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.theme import STEP
from desktop_app.views.shared import Shared
from tests.drags import data_of, drop, enter
from tests.finding import child
from tests.large_pages import many_lines
from tests.synthetic_numbers import image_of, number

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def network():
    folder = find_model("digits")
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    return OpenNetwork(card.info, graph, folder, card.sha256, (), card=card)


@pytest.fixture
def batch(qtbot, network):
    """Panel and controller; the controller is closed at the end."""
    panel = BatchPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    corrections = Corrections(panel)
    controller = BatchController(panel, FileDialogs(panel), Shared("all", panel), corrections)
    controller.set_network(network)
    panel.show()
    yield panel, controller
    controller.close()
    corrections.close()


@pytest.fixture
def folder(tmp_path):
    """Folder with a seven whose name says 1, a number, an empty and a damaged image."""
    scans = tmp_path / "scans"
    scans.mkdir()
    image = Image.new("L", (60, 80), 255)
    ImageDraw.Draw(image).line([(8, 12), (45, 12), (25, 70)], fill=0, width=4)
    image.save(scans / "1_a.png")
    image_of(number("4826")).save(scans / "4826.png")
    Image.new("L", (60, 80), 255).save(scans / "empty.png")
    (scans / "=damaged.png").write_bytes(b"no image")
    return scans


def read(qtbot, batch, *paths):
    panel, controller = batch
    controller.read(paths)
    qtbot.waitUntil(lambda: "read" in panel.status(), timeout=20_000)


def shown(panel, column):
    rows = panel.rows
    return [rows.index(row, column).data() for row in range(rows.rowCount())]


def button(panel, text):
    return next(each for each in panel.findChildren(QPushButton) if each.text().replace("&", "") == text)


def test_pages_that_are_not_read_are_named(qtbot, batch, folder):
    first = Image.open(folder / "1_a.png")
    first.save(folder / "scan.tif", save_all=True, append_images=[Image.open(folder / "empty.png")])
    panel, _ = batch
    read(qtbot, batch, folder)
    assert "scan.tif, page 1 of 2" in shown(panel, FILE)
    tip = panel.rows.index(4, FILE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"{folder / 'scan.tif'}, page 1 of 2"
    assert "Only the first page of 1 file was read." in panel.status()


def test_model_is_named_and_another_one_is_announced(qtbot, batch, folder, network):
    panel, controller = batch
    label = child(panel, QLabel, "batch_model")
    assert label.text() == "Model: Digits"
    assert label.y() - button(panel, "Export…").geometry().bottom() < 2 * STEP, "no empty line is above it"
    read(qtbot, batch, folder)
    assert label.text() == "Model: Digits"
    info = replace(network.info, title="Dense")
    controller.set_network(replace(network, info=info, folder=find_model("dense"), sha256="b" * 64))
    now = "The current model is Dense: choose the files again to read them with it."
    assert label.text() == f"Model: Digits. {now}"
    controller.set_network(network)
    assert label.text() == "Model: Digits"


def test_folder_is_read(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    assert shown(panel, FILE) == ["1_a.png", "4826.png", "=damaged.png", "empty.png"]
    assert shown(panel, VERDICT)[:2] == ["read", "read"]
    assert (shown(panel, TEXT)[0], shown(panel, TEXT)[1]) == ("7", "4826")
    assert shown(panel, VERDICT)[2:] == ["unreadable", "no ink"]
    assert panel.status().replace("(s)", "s") == "3 files read. 1 to check. 1 unreadable."


def test_columns_are_visible_in_a_narrow_panel(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    table = panel.table
    assert not table.isColumnHidden(TRUTH)
    qtbot.waitUntil(lambda: table.height() >= panel.confusion.height())
    for width in (740, 900):
        panel.resize(width, 500)
        qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
        header = table.horizontalHeader()
        shown = [header.sectionSize(column) for column in range(header.count())]
        hints = [header.sectionSizeHint(column) for column in range(header.count())]
        assert all(size >= hint for size, hint in zip(shown, hints, strict=True))
    wide = table.columnWidth(FILE)
    table.setColumnWidth(FILE, wide + 50)
    panel.resize(920, 500)
    assert table.columnWidth(FILE) == wide + 50, "the width that the user has chosen stays"


def test_alternatives_get_the_room_that_other_columns_leave(qtbot, batch, folder):
    panel, _ = batch
    panel.resize(1100, 500)
    read(qtbot, batch, folder)
    table, header = panel.table, panel.table.horizontalHeader()
    qtbot.waitUntil(lambda: table.viewport().width() == header.length() > 900)
    alternatives, truth = table.columnWidth(ALTERNATIVES), table.columnWidth(TRUTH)
    table.setColumnWidth(FILE, table.columnWidth(FILE) + 30)
    assert (table.columnWidth(ALTERNATIVES), table.columnWidth(TRUTH)) == (alternatives - 30, truth)
    panel.resize(1180, 500)
    qtbot.waitUntil(lambda: table.viewport().width() == header.length() > 1100)
    assert table.columnWidth(ALTERNATIVES) > alternatives
    assert table.columnWidth(TRUTH) == truth


def test_pictures_are_shown(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    index = panel.rows.index(0, PAGE)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=20_000)
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()


def test_chosen_row_is_shown_on_the_canvas(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    with qtbot.waitSignal(controller.page_loaded, timeout=20_000) as loaded:
        panel.table.setCurrentIndex(panel.rows.index(1, FILE))
    page, path = loaded.args
    assert isinstance(page, Picture)
    assert path == folder / "4826.png"


def test_a_typed_character_comes_before_a_shortcut(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    QShortcut(QKeySequence("E"), panel)
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    panel.table.setCurrentIndex(panel.rows.index(0, FILE))
    QTest.keyClicks(panel.table, "e")
    assert child(panel.table, QLineEdit).text() == "e"


def test_wide_digits_correct_a_text_to_labels(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    cell = panel.rows.index(0, TEXT)
    assert panel.rows.setData(cell, "\N{FULLWIDTH DIGIT THREE}")
    assert shown(panel, TEXT)[0] == "3"


def test_typing_corrects_a_text_and_undo_restores_it(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.rows.index(0, FILE))
    QTest.keyClicks(panel.table, "1")
    editor = child(panel.table, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(panel, TEXT)[0] == "1")
    assert (shown(panel, TEXT)[0], shown(panel, VERDICT)[0], shown(panel, CONFIDENCE)[0]) == (
        "1",
        "corrected",
        "",
    )
    QTest.keyClick(panel.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (shown(panel, TEXT)[0], shown(panel, VERDICT)[0]) == ("7", "read")
    QTest.keyClick(panel.table, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert (shown(panel, TEXT)[0], shown(panel, VERDICT)[0]) == ("1", "corrected")


def test_corrected_texts_are_not_to_be_checked_any_more(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    to_check = panel.rows.tally.to_check
    number = shown(panel, VERDICT).index("no ink")
    assert panel.rows.setData(panel.rows.index(number, TEXT), "5")
    assert f"{to_check - 1} to check" in panel.status()
    panel.rows.undo()
    assert f"{to_check} to check" in panel.status()


def test_corrected_character_is_a_sample_but_text_and_empty_paper_are_not(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.rows.correct(1, "4827")
    panel.rows.correct(1, "7")
    panel.rows.correct(3, "7")
    panel.rows.correct(0, "1")
    qtbot.waitUntil(lambda: bool(list_samples(my_samples_dir())), timeout=20_000)
    (sample,) = list_samples(my_samples_dir())
    assert (sample.label, sample.path.suffix) == ("1", ".png")


def test_undo_in_the_table_removes_the_sample_and_redo_saves_it_again(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.setCurrentIndex(panel.rows.index(0, FILE))
    panel.rows.correct(0, "1")
    panel.rows.correct(1, "4827")
    qtbot.waitUntil(lambda: len(list_samples(my_samples_dir())) == 1, timeout=20_000)
    for _ in range(2):
        QTest.keyClick(panel.table, Qt.Key.Key_Z, CONTROL)
    assert shown(panel, TEXT)[:2] == ["7", "4826"]
    qtbot.waitUntil(lambda: list_samples(my_samples_dir()) == (), timeout=20_000)
    QTest.keyClick(panel.table, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert shown(panel, TEXT)[:2] == ["1", "4826"]
    qtbot.waitUntil(lambda: len(list_samples(my_samples_dir())) == 1, timeout=20_000)


def test_none_of_the_labels_is_an_alternative(batch):
    panel, _ = batch
    panel.begin(Task(), "not a digit")
    others = (LabelProbability("1", 0.4), LabelProbability("2", 0.002))
    rows = (
        Row("a.png", "unsure", "7", 0.55, others, not_a_character=0.048),
        Row("b.png", "unsure", "7", 0.646, others[1:], not_a_character=0.352),
        Row("c.png", "read", "7", 0.998, others[1:], not_a_character=0.0),
        Row("d.png", "not a character", "", 0.0, others, not_a_character=0.6),
        Row("e.png", "unsure", "71", 0.7, (LabelProbability("11", 0.2),)),
    )
    panel.add_progress(BatchProgress(rows, 5, 5))
    assert shown(panel, ALTERNATIVES) == [
        "1 40.0 %, not a digit 4.8 %, 2 0.2 %",
        "not a digit 35.2 %, 2 0.2 %",
        "2 0.2 %",
        "1 40.0 %, 2 0.2 %",
        "11 20.0 %",
    ]


def test_texts_of_several_lines_are_on_one_line(batch):
    panel, _ = batch
    panel.begin(Task())
    row = Row(
        "a.png", "unsure", "12\n34", 0.9, (LabelProbability("12\n94", 0.04), LabelProbability("72\n34", 0.02))
    )
    panel.add_progress(BatchProgress((row,), 1, 1))
    assert shown(panel, TEXT) == ["12 / 34"]
    assert shown(panel, ALTERNATIVES) == ["12 / 94 4.0 %, 72 / 34 2.0 %"]


def test_none_of_the_labels_has_the_name_for_the_possible_answers(qtbot, tmp_path):
    panel = BatchPanel()
    qtbot.addWidget(panel)
    corrections = Corrections(panel)
    controller = BatchController(panel, FileDialogs(panel), Shared("capitals", panel), corrections)
    folder = find_model("letters")
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    controller.set_network(OpenNetwork(card.info, graph, folder, card.sha256, (), card=card))
    image_of(number("1", shape=1)).save(tmp_path / "one.png")
    read(qtbot, (panel, controller), tmp_path)
    (text,) = shown(panel, ALTERNATIVES)
    controller.close()
    corrections.close()
    assert "not a capital letter" in text


def test_undo_and_redo_show_the_changed_row(batch):
    panel, _ = batch
    panel.begin(Task())
    panel.add_progress(BatchProgress(tuple(Row(f"{n}.png", "unsure", "7") for n in range(200)), 200, 200))
    table = panel.table
    for number_ in (3, 150):
        panel.rows.correct(number_, "1")
    for keys, number_ in ((CONTROL, 150), (CONTROL, 3), (CONTROL | Qt.KeyboardModifier.ShiftModifier, 3)):
        table.setCurrentIndex(panel.rows.index(80, FILE))
        QTest.keyClick(table, Qt.Key.Key_Z, keys)
        assert table.currentIndex() == panel.rows.index(number_, TEXT)
        assert table.viewport().rect().contains(table.visualRect(table.currentIndex()))
    panel.findChild(QComboBox).setCurrentIndex(1)
    QTest.keyClick(table, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert panel.rows.rowCount() == 198
    QTest.keyClick(table, Qt.Key.Key_Z, CONTROL)
    assert panel.rows.entry_at(table.currentIndex()).row.source == "150.png"


def test_undo_before_the_sample_is_saved_leaves_none(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    corrections = panel.findChild(Corrections)
    with qtbot.waitSignal(corrections.taken_back, timeout=20_000):
        panel.rows.correct(0, "1")
        panel.rows.undo()
    qtbot.waitUntil(lambda: list_samples(my_samples_dir()) == (), timeout=20_000)
    assert shown(panel, TEXT)[0] == "7"


def test_undo_of_the_sample_restores_the_row(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    corrections = panel.findChild(Corrections)
    with qtbot.waitSignal(corrections.added, timeout=20_000):
        panel.rows.correct(0, "1")
    panel.rows.correct(0, "12")
    panel.rows.correct(1, "4827")
    corrections.undo()
    qtbot.waitUntil(lambda: list_samples(my_samples_dir()) == (), timeout=20_000)
    assert shown(panel, TEXT)[:2] == ["12", "4827"]
    panel.rows.undo()
    panel.rows.undo()
    assert (shown(panel, TEXT)[:2], shown(panel, VERDICT)[0]) == (["7", "4826"], "read")


def cell_position(panel, true, answer):
    return panel.confusion.view.area_of((true, answer)).center().toPoint()


def test_cell_of_the_confusion_matrix_filters_the_rows(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    view = panel.confusion.view
    # Shown, and laid out.
    qtbot.waitUntil(lambda: view.isVisible() and view.area_of((0, 0)).height() > 4)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(view, left, pos=cell_position(panel, 1, 7))
    assert shown(panel, FILE) == ["1_a.png"]
    QTest.mouseClick(view, left, pos=cell_position(panel, 8, 8))
    assert shown(panel, FILE) == ["4826.png"]
    QTest.mouseClick(view, left, pos=cell_position(panel, 8, 8))
    assert len(shown(panel, FILE)) == 4
    QTest.mouseClick(view, left, pos=cell_position(panel, 2, 2))
    QTest.mouseClick(button(panel, "Show all"), left)
    assert len(shown(panel, FILE)) == 4
    assert not button(panel, "Show all").isVisible()


def test_cell_is_chosen_with_the_keyboard(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    view = panel.confusion.view
    view.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Home, *[Qt.Key.Key_Right] * 7, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert shown(panel, FILE) == ["1_a.png"]
    # The row of a corrected text is in another cell.
    panel.rows.correct(0, "1")
    assert shown(panel, FILE) == []
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(shown(panel, FILE)) == 4


def test_matrix_is_hidden_if_no_name_says_the_text(qtbot, batch, folder):
    panel, _ = batch
    for name in ("1_a.png", "4826.png"):
        (folder / name).rename(folder / f"scan {name}")
    read(qtbot, batch, folder)
    assert not panel.confusion.isVisible()


def test_reason_of_an_unreadable_file_is_shown(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.setCurrentIndex(panel.rows.index(2, FILE))
    assert panel.status() == panel.rows.shown_entries[2].row.error


def test_a_long_reason_does_not_widen_the_panel(batch):
    panel, _ = batch
    before = panel.layout().minimumSize().width()
    panel.show_reason("a name of a file.png is not an image that can be opened; choose another one. " * 2)
    panel.layout().activate()
    assert panel.layout().minimumSize().width() == before


def test_reason_extends_across_the_cells_beside_it(qtbot, batch, folder):
    panel, _ = batch
    panel.resize(1000, 600)
    read(qtbot, batch, folder)
    row = shown(panel, VERDICT).index("unreadable")
    table, cells = panel.table, [panel.rows.index(row, column) for column in (CONFIDENCE, TRUTH)]
    table.scrollTo(cells[0])
    for chosen in (cells[0], QModelIndex()):
        table.setCurrentIndex(chosen)
        image = table.viewport().grab().toImage()
        areas = [table.visualRect(cell).adjusted(2, 2, -2, -2) for cell in cells]
        with_text, without = (
            {image.pixel(x, area.center().y() + y) for x in range(area.left(), area.right()) for y in (-3, 0)}
            for area in areas
        )
        assert len(with_text) > 5
        assert len(without) == 1, "the column has a value of its own"


def test_names_that_look_like_rich_text_are_shown_as_they_are(qtbot, batch, tmp_path):
    panel, _ = batch
    name = "<b>7<b>.png"
    panel.show_reason(f"{name} cannot be read: it does not exist.")
    (status,) = (label for label in panel.findChildren(QLabel) if name in label.text())
    assert status.textFormat() == Qt.TextFormat.PlainText


def test_return_does_not_edit_an_unreadable_file(qtbot, batch, folder):
    read(qtbot, batch, folder)
    table = batch[0].table
    table.setCurrentIndex(batch[0].rows.index(2, TEXT))
    # Qt would warn that it cannot be edited.
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.state() != table.State.EditingState


def test_names_with_accents_are_found_however_they_are_stored(qtbot, batch, folder):
    panel, _ = batch
    (folder / "1_a.png").rename(folder / "1_Cafe\N{COMBINING ACUTE ACCENT}.png")  # as on macOS
    read(qtbot, batch, folder)
    panel.findChild(QLineEdit).setText("caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    assert panel.rows.rowCount() == 1


def test_filters(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    combo = panel.findChild(QComboBox)
    for number_, files in ((1, ["empty.png"]), (2, ["1_a.png"]), (3, ["=damaged.png"])):
        combo.setCurrentIndex(number_)
        assert shown(panel, FILE) == files
    combo.setCurrentIndex(0)
    panel.findChild(QLineEdit).setText("4826.")
    assert shown(panel, FILE) == ["4826.png"]


def test_rows_are_sorted_by_confidence(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.sortByColumn(CONFIDENCE, Qt.SortOrder.DescendingOrder)
    assert set(shown(panel, FILE)[:2]) == {"1_a.png", "4826.png"}


def test_table_is_exported_with_corrections(qtbot, batch, folder, tmp_path, monkeypatch):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.rows.correct(0, "1")
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    qtbot.waitUntil(lambda: panel.status().startswith("Saved as table.csv. "), timeout=20_000)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows][:2] == ["1", "4826"]
    assert rows[0]["verdict"] == "corrected"
    dialog.close()


def test_only_the_listed_rows_are_exported(qtbot, batch, folder, tmp_path):
    panel, _ = batch
    shutil.copy(folder / "empty.png", folder / "other empty.png")
    read(qtbot, batch, folder)
    panel.table.sortByColumn(FILE, Qt.SortOrder.DescendingOrder)
    search = panel.findChild(QLineEdit)
    search.setText("nothing")
    assert not button(panel, "Export…").isEnabled()
    search.setText("empty.png")
    assert shown(panel, FILE) == ["other empty.png", "empty.png"]
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    assert dialog.windowTitle() == "Export the listed files, 2 of 5"
    dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    qtbot.waitUntil(lambda: panel.status().startswith("Saved 2 of 5 files as table.csv. "), timeout=20_000)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [Path(row["source"]).name for row in csv.DictReader(file)] == ["other empty.png", "empty.png"]
    dialog.close()


def test_long_name_of_a_table_is_shortened(qtbot, batch, folder, tmp_path):
    panel, controller = batch
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / (200 * "x" + ".csv")))
    qtbot.waitUntil(lambda: panel.status().startswith("Saved as xxx"), timeout=20_000)
    assert "xxx…xxx" in panel.status()
    dialog.close()


def test_dropped_folder_is_read(qtbot, batch, folder):
    panel, _ = batch
    highlight = child(panel, QWidget, "drop_highlight")
    data = data_of(folder)
    assert enter(panel, data)
    assert highlight.isVisible()
    assert highlight.geometry() == panel.rect()
    drop(panel, data)
    assert not highlight.isVisible()
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)


def test_files_dropped_on_the_search_field_are_read(qtbot, batch, folder):
    panel, _ = batch
    (search,) = panel.findChildren(QLineEdit)
    data = data_of(folder)
    data.setText(data.urls()[0].toString())  # as many file managers do
    assert enter(search, data)
    drop(search, data)
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)
    assert search.text() == ""


def test_what_is_dropped_on_a_running_batch_is_refused(qtbot, batch, folder):
    panel, controller = batch
    controller.read((folder,))
    data = data_of(folder / "1_a.png")
    assert enter(panel, data)
    with qtbot.waitSignal(controller.failed) as failed:
        drop(panel, data)
    assert str(failed.args[0]).startswith("A batch is running. Stop it")
    qtbot.waitUntil(lambda: panel.status().startswith("3 file"), timeout=20_000)


def test_stopped_batch_keeps_its_rows(qtbot, batch, folder):
    panel, controller = batch
    for index in range(300):
        (folder / f"x{index}.png").write_bytes((folder / "1_a.png").read_bytes())
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0, timeout=20_000)
    QTest.mouseClick(button(panel, "Stop"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Stopped after" in panel.status() or "read." in panel.status(), timeout=20_000)
    assert panel.rows.rowCount() > 0
    assert button(panel, "Export…").isEnabled()


def test_the_lines_of_a_long_page_are_shown_until_stop(qtbot, batch, folder):
    panel, controller = batch
    (folder / "5.inkml").write_bytes(inkml_bytes(many_lines(150)))
    controller.read((folder,))
    qtbot.waitUntil(lambda: "of 150" in panel.status(), timeout=60_000)
    assert shown(panel, FILE) == ["1_a.png", "4826.png"]
    QTest.mouseClick(button(panel, "Stop"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Stopped after" in panel.status(), timeout=20_000)
    assert shown(panel, FILE) == ["1_a.png", "4826.png"]


def test_file_that_disappeared_is_an_error(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    (folder / "4826.png").unlink()
    with qtbot.waitSignal(controller.failed, timeout=20_000):
        panel.table.setCurrentIndex(panel.rows.index(1, FILE))


def test_rows_keep_their_order_and_filter_while_others_are_added(batch):
    panel, _ = batch
    panel.begin(Task())
    rows = [
        Row(
            f"/scans/{number % 10}/{number * 7919 % 1000}.png",
            "read",
            f"{number % 10}",
            number * 37 % 1000 / 1000,
        )
        for number in range(1000)
    ]
    panel.table.sortByColumn(CONFIDENCE, Qt.SortOrder.DescendingOrder)
    panel.findChild(QLineEdit).setText("/3/")
    for start in range(0, 1000, 90):
        panel.add_progress(BatchProgress(tuple(rows[start : start + 90]), start, 1000))
    expected = sorted((row for row in rows if "/3/" in row.source), key=lambda row: -row.confidence)
    assert [panel.rows.entry_at(panel.rows.index(row, 0)).row for row in range(100)] == expected
    assert panel.rows.rowCount() == 100
    panel.table.setCurrentIndex(panel.rows.index(5, TEXT))
    panel.table.sortByColumn(FILE, Qt.SortOrder.AscendingOrder)
    names = sorted(row.source.rpartition("/")[2] for row in expected)
    assert shown(panel, FILE) == names
    assert panel.rows.entry_at(panel.table.currentIndex()).row == expected[5]


def test_links_odd_names_and_changes_during_the_batch(qtbot, batch, folder):
    panel, controller = batch
    (folder / "self.png").symlink_to("self.png")
    (folder / "again").symlink_to(folder)
    (folder / "1_a.png").rename(folder / "two\nlines.png")
    for index in range(200):
        (folder / f"x{index:03d}.png").write_bytes((folder / "two\nlines.png").read_bytes())
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0, timeout=20_000)
    (folder / "x198.png").unlink()
    (folder / "x199.png").write_bytes(b"changed")
    qtbot.waitUntil(lambda: "read." in panel.status(), timeout=60_000)
    errors = {
        Path(entry.row.source).name: entry.row.error for entry in panel.rows.shown_entries if entry.row.error
    }
    assert errors.pop("self.png") == "self.png cannot be read: its links form a loop."
    assert errors.pop("x198.png") == "x198.png cannot be read: it does not exist."
    assert errors.keys() == {"=damaged.png", "x199.png"}
    assert all(error.endswith(".") for error in errors.values())
    assert panel.rows.count == 205
    assert all("\n" not in name for name in shown(panel, FILE))


def test_full_disk_leaves_the_exported_file(qtbot, batch, folder, tmp_path, monkeypatch):
    panel, controller = batch
    read(qtbot, batch, folder)
    (tmp_path / "table.csv").write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    with qtbot.waitSignal(controller.failed, timeout=20_000) as failed:
        dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    assert str(failed.args[0]) == "table.csv cannot be saved: the disk is full; choose another folder."
    assert (tmp_path / "table.csv").read_text() == "old"
    assert list(tmp_path.glob(".tmp-*")) == []
    dialog.close()


def test_model_that_is_removed_during_a_batch(qtbot, batch, folder, network, tmp_path):
    panel, controller = batch
    model = tmp_path / "digits"
    shutil.copytree(network.folder, model)
    controller.set_network(replace(network, folder=model))
    for index in range(200):
        (folder / f"x{index}.png").write_bytes((folder / "1_a.png").read_bytes())
    controller.read((folder,))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0, timeout=20_000)
    shutil.rmtree(model)
    qtbot.waitUntil(lambda: "read." in panel.status(), timeout=60_000)
    assert panel.rows.tally.errors == 1
    with qtbot.waitSignal(controller.failed, timeout=20_000) as failed:
        controller.read((folder,))
    text = "The model digits was removed; choose another model and start the batch again."
    assert str(failed.args[0]) == text


def test_matrix_has_a_class_for_each_label_and_one_for_other_texts(batch):
    panel, _ = batch
    task = Task(labels=("A", "b"), aliases=(("a", "A"), ("B", "b")))
    panel.begin(task)
    rows = [Row("/s/A/1.png", "read", "b"), Row("/s/b/2.png", "read", "Ab"), Row("/s/b/3.png", "read", "b")]
    panel.add_progress(BatchProgress((*rows, Row("/s/a/4.png", "read", "A")), 4, 4))
    assert panel.rows.tally.confusion.tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert (panel.rows.tally.known, panel.rows.tally.correct) == (4, 2)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Return):
        QTest.keyClick(panel.confusion.view, key)
    assert shown(panel, FILE) == ["2.png"]
