"""Tests of the batch view: columns and texts of the table, and its status line."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QLabel

from desktop_app.batch.row import Row
from desktop_app.lines.text_reading import LabelProbability
from desktop_app.networks.graph import Graph
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.task import Task
from desktop_app.views.batch.batch_job import BatchProgress
from desktop_app.views.batch.batch_rows import ALTERNATIVES, CONFIDENCE, FILE, SEEN, TEXT, TRUTH, VERDICT
from desktop_app.views.batch.controller import BatchController
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.corrections import Corrections
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.shared import Shared
from tests.synthetic_numbers import image_of, number
from tests.views.batch.batch_views import read, shown


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


def test_the_input_is_hidden_where_there_is_no_room_for_it(qtbot, batch, folder):
    panel, _ = batch
    panel.resize(664, 500)
    read(qtbot, batch, folder)
    table = panel.table
    for width, is_hidden in ((664, True), (900, False), (664, True)):
        panel.resize(width, 500)
        qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
        assert table.isColumnHidden(SEEN) == is_hidden


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
