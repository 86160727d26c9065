"""Tests of the batch view: reading, correcting, filtering, exporting, with the model for digits."""

from __future__ import annotations

import csv

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPushButton

from desktop_app.ink.picture import Picture
from desktop_app.networks.graph import Graph
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.views.batch.batch_rows import CONFIDENCE, FILE, PAGE, TEXT, VERDICT
from desktop_app.views.batch.controller import BatchController
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.shared import Shared
from tests.synthetic_numbers import image_of, number


@pytest.fixture(scope="module")
def network():
    folder = find_model("digits")
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    return OpenNetwork(card.info, graph, folder, card.files["network.tflite"], (), card=card)


@pytest.fixture
def batch(qtbot, network):
    """Panel and controller; the controller is closed at the end."""
    panel = BatchPanel()
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    controller = BatchController(panel, FileDialogs(panel), Shared("all", panel))
    controller.set_network(network)
    panel.show()
    yield panel, controller
    controller.close()


@pytest.fixture
def folder(tmp_path):
    """Folder with a seven whose name says 1, a number, an empty and a damaged image."""
    scans = tmp_path / "scans"
    scans.mkdir()
    image = Image.new("L", (60, 80), 255)
    ImageDraw.Draw(image).line([(10, 12), (45, 12), (22, 70)], fill=0, width=6)
    image.save(scans / "1_a.png")
    image_of(number("4821")).save(scans / "4821.png")
    Image.new("L", (60, 80), 255).save(scans / "empty.png")
    (scans / "=damaged.png").write_bytes(b"no image")
    return scans


def read(qtbot, batch, *paths):
    panel, controller = batch
    controller.read(paths)
    qtbot.waitUntil(lambda: "read" in panel.status(), timeout=20_000)


def shown(panel, column):
    rows = panel.table.filtered
    return [rows.index(row, column).data() for row in range(rows.rowCount())]


def button(panel, text):
    return next(each for each in panel.findChildren(QPushButton) if each.text().replace("&", "") == text)


def test_folder_is_read(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    assert shown(panel, FILE) == ["1_a.png", "4821.png", "=damaged.png", "empty.png"]
    assert shown(panel, VERDICT)[0] == "read"
    assert (shown(panel, TEXT)[0], shown(panel, TEXT)[1]) == ("7", "4821")
    assert shown(panel, VERDICT)[2:] == ["unreadable", "no ink"]
    assert panel.status().replace("(s)", "s") == "4 files read. 1 to check. 1 unreadable."


def test_pictures_are_shown(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    index = panel.table.filtered.index(0, PAGE)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=20_000)
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()


def test_chosen_row_is_shown_on_the_canvas(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    with qtbot.waitSignal(controller.page_loaded, timeout=20_000) as loaded:
        panel.table.setCurrentIndex(panel.table.filtered.index(1, FILE))
    page, path = loaded.args
    assert isinstance(page, Picture)
    assert path == folder / "4821.png"


def test_typing_corrects_a_text_and_undo_restores_it(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.table.filtered.index(0, FILE))
    QTest.keyClicks(panel.table, "1")
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown(panel, TEXT)[0] == "1")
    assert (shown(panel, TEXT)[0], shown(panel, VERDICT)[0], shown(panel, CONFIDENCE)[0]) == (
        "1",
        "corrected",
        "",
    )
    panel.rows.undo.undo()
    assert (shown(panel, TEXT)[0], shown(panel, VERDICT)[0]) == ("7", "read")


def test_corrected_character_is_a_sample_but_text_and_empty_paper_are_not(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    samples = []
    controller.sample_corrected.connect(lambda *sample: samples.append(sample))
    panel.rows.correct(1, "4827")
    panel.rows.correct(1, "7")
    panel.rows.correct(3, "7")
    panel.rows.correct(0, "1")
    qtbot.waitUntil(lambda: bool(samples), timeout=20_000)
    ((page, label),) = samples
    assert isinstance(page, Picture)
    assert label == "1"


def test_reason_of_an_unreadable_file_is_shown(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.setCurrentIndex(panel.table.filtered.index(2, FILE))
    assert panel.status() == panel.rows.entry(2).row.error


def test_filters(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    combo = panel.findChild(QComboBox)
    for number_, files in ((1, ["empty.png"]), (2, ["1_a.png"]), (3, ["=damaged.png"])):
        combo.setCurrentIndex(number_)
        assert shown(panel, FILE) == files
    combo.setCurrentIndex(0)
    panel.findChild(QLineEdit).setText("48")
    assert shown(panel, FILE) == ["4821.png"]


def test_rows_are_sorted_by_confidence(qtbot, batch, folder):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.table.sortByColumn(CONFIDENCE, Qt.SortOrder.DescendingOrder)
    assert set(shown(panel, FILE)[:2]) == {"1_a.png", "4821.png"}


def test_table_is_exported_with_corrections(qtbot, batch, folder, tmp_path, monkeypatch):
    panel, _ = batch
    read(qtbot, batch, folder)
    panel.rows.correct(0, "1")
    QTest.mouseClick(button(panel, "Export…"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "table.csv"))
    qtbot.waitUntil(lambda: panel.status() == "Saved as table.csv.", timeout=20_000)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows][:2] == ["1", "4821"]
    assert rows[0]["verdict"] == "corrected"
    dialog.close()


def test_dropped_folder_is_read(qtbot, batch, folder):
    panel, _ = batch
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(QPoint(50, 50)), Qt.DropAction.CopyAction, data, buttons, keys)
    panel.dropEvent(event)
    qtbot.waitUntil(lambda: panel.status().startswith("4 file"), timeout=20_000)


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


def test_file_that_disappeared_is_an_error(qtbot, batch, folder):
    panel, controller = batch
    read(qtbot, batch, folder)
    (folder / "4821.png").unlink()
    with qtbot.waitSignal(controller.failed, timeout=20_000):
        panel.table.setCurrentIndex(panel.table.filtered.index(1, FILE))
