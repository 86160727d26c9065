"""Tests of the batch view: corrections, their samples, undo and redo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from desktop_app.batch.row import Row
from desktop_app.core.paths import my_samples_dir
from desktop_app.data.my_samples import list_samples
from desktop_app.tasks.task import Task
from desktop_app.views.batch.batch_job import BatchProgress
from desktop_app.views.batch.batch_rows import CONFIDENCE, FILE, TEXT, VERDICT
from desktop_app.views.corrections import Corrections
from tests.finding import child
from tests.views.batch.batch_views import read, shown

CONTROL = Qt.KeyboardModifier.ControlModifier


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


def test_return_does_not_edit_an_unreadable_file(qtbot, batch, folder):
    read(qtbot, batch, folder)
    table = batch[0].table
    table.setCurrentIndex(batch[0].rows.index(2, TEXT))
    # Qt would warn that it cannot be edited.
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert table.state() != table.State.EditingState
