"""The table of classes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_app.views.evaluation.class_table import ClassTable
from desktop_app.views.evaluation.panel import EvaluationPanel
from tests.views.evaluation.evaluation_panels import CLASSES, REJECTED, evaluation_of, show_section, table_of


def column_of(table: ClassTable, column: int) -> list[str]:
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_worst_class_is_first(filled: EvaluationPanel) -> None:
    show_section(filled, CLASSES)
    table = table_of(filled)
    assert column_of(table, 0) == ["9", "4", "not a character", "7"]
    assert column_of(table, 1)[1] == "90.9 %"
    assert column_of(table, 2)[1] == "80.0 %"
    assert column_of(table, 3)[1] == "85.1 %"
    assert column_of(table, 4) == ["19", "25", "9", "17"]
    headers = [table.model().headerData(i, Qt.Orientation.Horizontal) for i in range(5)]
    assert headers == ["Class", "Precision", "Recall", "F1", "Samples"]


def test_clicking_a_header_sorts(filled: EvaluationPanel) -> None:
    show_section(filled, CLASSES)
    table = table_of(filled)
    header = table.horizontalHeader()

    def click(column: int) -> None:
        at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(4)
    assert column_of(table, 4) == ["9", "17", "19", "25"]
    click(4)
    assert column_of(table, 4) == ["25", "19", "17", "9"]
    click(0)
    assert column_of(table, 0) == ["4", "7", "9", "not a character"]


def test_keyboard_sorts(filled: EvaluationPanel) -> None:
    show_section(filled, CLASSES)
    table = table_of(filled)
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 3))
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert column_of(table, 4) == ["9", "17", "19", "25"]
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert column_of(table, 4) == ["25", "19", "17", "9"]


def test_class_without_figure_is_last(panel: EvaluationPanel) -> None:
    panel.set_evaluation(evaluation_of({(0, 0): 3, (1, 0): 2}), "Half", REJECTED)
    show_section(panel, CLASSES)
    dash = "\N{EN DASH}"
    assert column_of(table_of(panel), 3) == ["0.0 %", "75.0 %", dash, dash]
    table_of(panel).sortByColumn(3, Qt.SortOrder.DescendingOrder)
    assert column_of(table_of(panel), 3) == ["75.0 %", "0.0 %", dash, dash]
