from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.inspection.colour import DIVERGING
from desktop_app.views.filters.bar_rows import BarRows
from desktop_app.views.parts.matrix_view import MatrixContent, MatrixView

VALUES = np.array([[-1, 0, 1], [0.5, -0.5, 0]], dtype=np.float32)


@pytest.fixture
def view(qtbot: QtBot) -> MatrixView:
    widget = MatrixView()
    qtbot.addWidget(widget)
    widget.resize(300, 100)
    widget.show()
    return widget


def test_cells_have_the_colours_of_their_values(view: MatrixView) -> None:
    # Seen from the side as well: a transposed array is laid out otherwise in memory.
    for values in (VALUES, np.ascontiguousarray(VALUES.T).T):
        view.set_content(MatrixContent(values, -1, 1, "row"))
        image = view.grab().toImage()
        for row in range(2):
            for column in range(3):
                index = int((VALUES[row, column] + 1) * 127.5 + 0.5)
                assert image.pixelColor(50 + 100 * column, 25 + 50 * row).rgba() == int(DIVERGING[index])
                assert view.locate(QPointF(50 + 100 * column, 25 + 50 * row)) == (row, column)
    assert view.locate(QPointF(301, 20)) is None


def test_totals_stand_over_their_columns(view: MatrixView) -> None:
    totals = np.array([1, 4, 2], dtype=np.float32)
    view.set_content(MatrixContent(VALUES, -1, 1, "column", (), totals))
    image = view.grab().toImage()
    window = view.palette().window().color().rgba()
    heights = [sum(image.pixelColor(x, y).rgba() != window for y in range(33)) for x in (50, 150, 250)]
    assert heights == [8, 32, 16]
    assert view.locate(QPointF(150, 5)) == (-1, 1)


def test_equal_labels_are_written_once(view: MatrixView) -> None:
    view.set_content(
        MatrixContent(np.zeros((20, 3), dtype=np.float32), 0, 1, "row", ("4",) * 10 + ("9",) * 10)
    )
    image = view.grab().toImage()
    window = view.palette().window().color().rgba()
    rows = [y for y in range(100) if any(image.pixelColor(x, y).rgba() != window for x in range(8))]
    assert rows
    assert not any(20 < y < 50 or y > 70 for y in rows)


def test_rows_or_columns_are_selected_with_mouse_and_keys(view: MatrixView) -> None:
    chosen: list[int] = []
    view.chosen.connect(chosen.append)
    view.set_content(MatrixContent(VALUES, -1, 1, "row"))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 75))
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Up)
    view.set_content(MatrixContent(VALUES, -1, 1, "column"))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(150, 75))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert chosen == [1, 1, 0, 1, 2]


def test_the_item_under_the_mouse_is_emitted(view: MatrixView) -> None:
    emitted: list[object] = []
    view.pointed_at.connect(emitted.append)
    view.set_content(MatrixContent(VALUES, -1, 1, "row"))
    QTest.mouseMove(view, QPoint(10, 70))
    assert emitted == [(1, 0)]
    view.set_content(None)
    assert view.locate(QPointF(10, 70)) is None


def test_bars_go_up_or_down_from_zero_each_row_in_its_range(qtbot: QtBot) -> None:
    bars = BarRows()
    qtbot.addWidget(bars)
    bars.resize(200, 200)
    bars.show()
    bars.set_rows(
        {"scale": np.array([1, 2], dtype=np.float32), "shift": np.array([-30, 30], dtype=np.float32)}
    )
    image = bars.grab().toImage()
    colour = image.pixelColor(150, 80).rgba()

    def bar(x: int, top: int, bottom: int) -> tuple[int, int]:
        """First and last row in a bar's colour."""
        rows = [y for y in range(top, bottom) if image.pixelColor(x, y).rgba() == colour]
        return rows[0], rows[-1]

    (half, foot), (whole, same_foot) = bar(50, 0, 100), bar(150, 0, 100)
    assert foot == same_foot
    assert abs((foot - whole) - 2 * (foot - half)) <= 2
    (below, lowest), (highest, above) = bar(50, 100, 200), bar(150, 100, 200)
    assert highest < above < below < lowest
    assert abs((above - highest) - (lowest - below)) <= 2
    chosen: list[int] = []
    bars.chosen.connect(chosen.append)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(150, 50))
    QTest.keyClick(bars, Qt.Key.Key_Left)
    assert chosen == [1, 0]
