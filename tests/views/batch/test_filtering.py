"""Tests of the batch view: which rows are listed, in which order, and the confusion matrix."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from desktop_app.batch.row import Row
from desktop_app.tasks.task import Task
from desktop_app.views.batch.batch_job import BatchProgress
from desktop_app.views.batch.batch_rows import CONFIDENCE, FILE, TEXT
from tests.views.batch.batch_views import button, read, shown


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
