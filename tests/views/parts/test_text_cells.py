"""Editing of texts in the cells of a view."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget, QTableWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.window.models_dialog import ModelsDialog
from desktop_app.views.batch.batch_rows import BatchRows
from desktop_app.views.batch.batch_table import BatchTable
from desktop_app.views.parts.text_cells import TextCells
from desktop_app.views.runs.runs_table import RunsTable


@pytest.fixture
def table(qtbot: QtBot) -> QTableWidget:
    table = QTableWidget(2, 1)
    for row, text in enumerate(("first", "second")):
        table.setItem(row, 0, QTableWidgetItem(text))
    table.setItemDelegate(TextCells(table))
    qtbot.addWidget(table)
    with qtbot.waitActive(table):
        table.show()
    table.setFocus()
    table.setCurrentCell(0, 0)
    return table


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_commits_the_text_before_the_editor_is_closed_by_something_else(
    table: QTableWidget, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    QTest.keyClick(table, Qt.Key.Key_F2)
    QTest.keyClicks(_focused(), "77")
    QTest.keyClick(_focused(), key, modifier)
    table.setCurrentCell(1, 0)
    # Qt prints warnings, which fail a test, when queued calls arrive.
    QCoreApplication.sendPostedEvents()
    assert _texts(table) == ["77", "second"]
    assert table.state() == QTableWidget.State.NoState


def test_keys_after_return_go_to_the_table(table: QTableWidget) -> None:
    QTest.keyClick(table, Qt.Key.Key_F2)
    assert isinstance(_focused(), QLineEdit)
    for _ in range(2):
        QTest.keyClick(_focused(), Qt.Key.Key_Return)
    assert _focused() is table
    QTest.keyClick(_focused(), Qt.Key.Key_Escape)
    QCoreApplication.sendPostedEvents()
    assert _texts(table) == ["first", "second"]


def test_all_views_with_editable_texts_commit_them_in_this_way(qtbot: QtBot) -> None:
    parent = QWidget()
    batch, runs, models = BatchTable(BatchRows(parent)), RunsTable(), ModelsDialog(parent)
    for widget in (parent, batch, runs):
        qtbot.addWidget(widget)
    for view in (batch, runs, models):
        assert view.findChild(TextCells) is not None


def _focused() -> QLineEdit | QTableWidget:
    focused = QApplication.focusWidget()
    assert isinstance(focused, QLineEdit | QTableWidget)
    return focused


def _texts(table: QTableWidget) -> list[str]:
    return [str(table.model().index(row, 0).data()) for row in range(table.rowCount())]
