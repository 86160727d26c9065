"""The panel of the line network, with a line that is made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.lines.acceptance import judge_text
from desktop_app.lines.line_columns import LineColumns
from desktop_app.lines.text_reading import CharacterReading, Line, TextPath, TextReading
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.line_network.columns_view import ColumnsView
from desktop_app.views.line_network.panel import LineNetworkPanel
from desktop_app.views.line_network.text_table import TextTable
from desktop_app.views.parts.legend import Legend
from tests.finding import child
from tests.views.conftest import LABELS

SPELLED = ((2, 7), (6, 1), (10, 2))
"""Columns and labels of a line of 12 columns."""


def columns_of(labels: tuple[str, ...] = LABELS) -> LineColumns:
    """Return columns of ten canvas units each, the first from x = 100 on."""
    shares = np.full((12, len(labels) + 1), 0.001)
    for column, label in SPELLED:
        shares[column, label] = 0.8
        shares[column, (label + 1) % len(labels)] = 0.04
    shares[6, 7] = 0.15
    shares[:, -1] += 1 - shares.sum(axis=1)
    image = np.zeros((32, 46, 3), np.float32)
    image[4:28, [9, 25, 41], 0] = 1
    return LineColumns(image, shares, labels, 100.0, 0.4)


def text_of(columns: LineColumns, selected: int = 0) -> ShownText:
    """Return a text of two lines; the second one has the columns."""
    characters = tuple(
        CharacterReading(label, 0.99, (left, 50.0, left + 30, 90.0), (), (number,))
        for number, (label, left) in enumerate((("7", 110.0), ("1", 150.0), ("2", 190.0)))
    )
    upper = Line((100.0, 0.0, 130.0, 40.0), (TextPath("4", 0.9, characters[:1]),))
    paths = (
        TextPath("712", 0.93, characters, of_paths=0.6, of_columns=0.99),
        TextPath("772", 0.05, characters, of_paths=0.4, of_columns=0.0001),
    )
    lower = Line((110.0, 50.0, 220.0, 90.0), paths)
    reading = TextReading((upper, lower))
    return ShownText(Ink(), reading, judge_text(reading), selected + 1, Ink(), columns=columns)


@pytest.fixture
def panel(qtbot: QtBot) -> LineNetworkPanel:
    widget = LineNetworkPanel()
    qtbot.addWidget(widget)
    widget.resize(1100, 300)
    widget.show()
    return widget


@pytest.fixture
def view(panel: LineNetworkPanel) -> ColumnsView:
    return child(panel, ColumnsView)


def middle_of(view: ColumnsView, column: int) -> QPointF:
    return view.area_of(column).center()


def press(view: ColumnsView, column: int) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle_of(view, column).toPoint())


def test_labels_that_reach_5_percent_have_a_row(panel: LineNetworkPanel, view: ColumnsView) -> None:
    assert view.row_labels() == ()
    panel.show_text(text_of(columns_of()))
    assert view.row_labels() == (1, 2, 7, 10)


def test_the_most_probable_labels_have_rows_where_not_all_fit(
    panel: LineNetworkPanel, view: ColumnsView
) -> None:
    labels = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    columns = columns_of(labels)
    columns.probabilities[0, :-1] = np.linspace(0.01, 0.3, len(labels))
    panel.resize(1100, 160)
    panel.show_text(text_of(columns))
    shown = view.row_labels()
    assert {1, 2, 7, 26} <= set(shown)
    assert len(shown) < 20
    assert list(shown) == sorted(shown)
    assert set(shown[-3:-1]) == {24, 25}


def test_a_column_under_the_mouse_is_described(
    qtbot: QtBot, panel: LineNetworkPanel, view: ColumnsView
) -> None:
    panel.show_text(text_of(columns_of()))
    usual = panel.caption()
    QTest.mouseMove(view, middle_of(view, 6).toPoint())
    assert panel.caption() == "Column 7 of 12: 1 80.0 %, 7 15.0 %, 2 4.0 %"
    QTest.mouseMove(view, middle_of(view, 0).toPoint())
    assert panel.caption() == "Column 1 of 12: no label 99.0 %"
    QTest.mouseMove(view, view.rect().bottomRight())
    assert panel.caption() == usual


def test_a_selected_column_selects_its_character(panel: LineNetworkPanel, view: ColumnsView) -> None:
    chosen: list[int] = []
    panel.character_chosen.connect(chosen.append)
    panel.show_text(text_of(columns_of()))
    press(view, 2)
    press(view, 11)
    assert chosen == [3], "the nearest one"
    press(view, 0)
    press(view, 6)
    assert chosen == [3, 2], "the first line has one character"
    assert panel.caption().startswith("Column 7 of 12")


def test_columns_are_selected_with_the_keyboard(panel: LineNetworkPanel, view: ColumnsView) -> None:
    panel.show_text(text_of(columns_of()))
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert panel.caption().startswith("Column 2 of 12")
    assert view.accessibleDescription() == panel.caption()
    QTest.keyClick(view, Qt.Key.Key_End)
    assert panel.caption().startswith("Column 12 of 12")


def test_a_selected_column_stays_selected_on_the_same_line_only(
    panel: LineNetworkPanel, view: ColumnsView
) -> None:
    panel.show_text(text_of(columns_of()))
    press(view, 6)
    panel.show_text(text_of(columns_of(), selected=1))
    assert panel.caption().startswith("Column 7 of 12")
    other = columns_of()
    other.image[:, 30:] = 1
    panel.show_text(text_of(other))
    assert not panel.caption().startswith("Column 7")


def test_the_columns_of_the_selected_character_are_marked(panel: LineNetworkPanel, view: ColumnsView) -> None:
    """Those of the others have a thinner bar."""
    view.clearFocus()
    seen = []
    for selected in (0, 1):
        panel.show_text(text_of(columns_of(), selected))
        image = view.grab().toImage()
        accent = view.palette().accent().color()
        xs = [
            x
            for x in range(image.width())
            if any(image.pixelColor(x, y) == accent for y in range(image.height()))
        ]
        seen.append((min(xs), max(xs)))
    for (left, right), first, last in zip(seen, (1, 5), (4, 8), strict=True):
        assert view.area_of(first).left() - 2 <= left <= view.area_of(first).left() + 4
        assert view.area_of(last).left() - 4 <= right <= view.area_of(last).left() + 2


def test_texts_have_the_probabilities_of_paths_line_network_and_both(panel: LineNetworkPanel) -> None:
    panel.show_text(text_of(columns_of()))
    table = child(panel, TextTable)
    assert table.rows() == [
        ("712", "60.0 %", "99.0 %", "93.0 %"),
        ("772", "40.0 %", "<0.1 %", "5.0 %"),
    ]
    assert table.descriptions()[0].startswith("712 (chosen): paths 60.0 %")
    assert table.accessibleDescription() == "; ".join(table.descriptions())
    assert "logarithms" in table.tooltip(QPointF(table.width() - 20, 4))
    assert table.tooltip(QPointF(20, 0.4 * table.height())) == "712"


def test_the_chosen_text_is_marked_by_shape(panel: LineNetworkPanel) -> None:
    """Not by colour alone: there is more ink in its row."""
    panel.show_text(text_of(columns_of()))
    table = child(panel, TextTable)
    image = table.grab().toImage()
    window = table.palette().window().color()
    line = table.height() // 4
    marks = [
        sum(image.pixelColor(x, row * line + y) != window for x in range(15) for y in range(3, line - 2))
        for row in (1, 2)
    ]
    assert marks[0] > 10
    assert marks[1] == 0


def test_of_a_long_alternative_the_difference_is_shown(panel: LineNetworkPanel) -> None:
    text = text_of(columns_of())
    table = child(panel, TextTable)
    images = []
    first, line = text.line
    for alternative in ("7" * 40, "7" * 30 + "1" + "7" * 9):
        paths = (replace(line.paths[0], text="7" * 39 + "2"), replace(line.paths[1], text=alternative))
        lines = (text.reading.lines[0], replace(line, paths=paths))
        panel.show_text(replace(text, reading=TextReading(lines)))
        images.append(table.grab().toImage())
    assert first == 1
    assert images[0] != images[1]


def test_a_hint_takes_the_place_of_a_line(panel: LineNetworkPanel, view: ColumnsView) -> None:
    panel.show_text(text_of(columns_of()))
    assert panel.numbers()["probabilities"].shape == (12, 11)
    panel.show_hint("Nothing here.")
    assert panel.numbers() == {}
    assert view.accessibleDescription() == "Nothing here."
    assert panel.caption() == ""
    assert not child(panel, TextTable).isVisible()
    assert not child(panel, Legend).isVisible()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())


def test_numbers_have_texts_and_their_probabilities(panel: LineNetworkPanel) -> None:
    panel.show_text(text_of(columns_of()))
    numbers = panel.numbers()
    assert numbers["texts"].tolist() == ["712", "772"]
    assert numbers["text_probabilities"].tolist() == [[0.6, 0.99, 0.93], [0.4, 0.0001, 0.05]]
    assert numbers["labels"].tolist() == [*LABELS, ""]
    assert numbers["image"].shape == (32, 46, 3)


def test_ink_has_the_colours_of_the_directions_of_the_pen(panel: LineNetworkPanel, view: ColumnsView) -> None:
    columns = columns_of()
    columns.image[4:28, 9, 1], columns.image[4:28, 25, 1] = 1, -1
    panel.show_text(text_of(columns))
    assert "directions of the pen" in panel.caption()
    image = view.grab().toImage()

    def colour_at(x: int) -> QColor:
        """Return the colour of a pixel of the line."""
        area = view.area_of(0)
        at = QPointF(area.left() + (x + 0.5) * area.width() / 4, area.top() + 16 * area.width() / 4)
        return image.pixelColor((at * image.devicePixelRatio()).toPoint())

    right, left, none = (colour_at(x) for x in (9, 25, 41))
    assert none.saturation() < 10
    assert min(right.saturation(), left.saturation()) > 50
    assert abs(right.hue() - left.hue()) > 90
    # The legend of the colours is beside the line.
    beside = {
        image.pixelColor(x, y).rgb()
        for x in range(int(view.area_of(0).left()))
        for y in range(int(view.area_of(0).top()) + 30)
    }
    assert {right.rgb(), left.rgb()} & beside


def test_an_image_has_no_legend_of_directions(panel: LineNetworkPanel) -> None:
    panel.show_text(text_of(columns_of()))
    assert "pen" not in panel.caption()


@pytest.mark.parametrize("size", [(400, 200), (500, 700), (1600, 220)])
@pytest.mark.parametrize("points", [9, 18])
def test_cells_and_names_are_inside_of_the_view(
    panel: LineNetworkPanel, view: ColumnsView, size: tuple[int, int], points: int
) -> None:
    font = QFont(panel.font())
    font.setPointSize(points)
    panel.setFont(font)
    panel.resize(*size)
    panel.show_text(text_of(columns_of()))
    panel.resize(panel.size().expandedTo(panel.minimumSizeHint()))
    first, last = view.area_of(0), view.area_of(11)
    assert 0 < first.left() < last.right() <= view.width()
    assert first.bottom() <= view.height()
    assert view.locate(middle_of(view, 11)) == 11
