"""The confusion matrix and the samples of its cells."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.views.evaluation.confusion_view import Cell, ConfusionView
from desktop_app.views.evaluation.error_colours import error_colour, error_scale
from desktop_app.views.evaluation.gallery import MOST_SHOWN
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.theme import DARK, LIGHT, apply_appearance
from tests.contrast import contrast
from tests.finding import child
from tests.views.evaluation.evaluation_panels import (
    ERRORS,
    LABELS,
    REJECTED,
    SOME,
    cell_gallery,
    description_of,
    error_gallery,
    evaluation_of,
    matrix_of,
    show_section,
    text_of,
)


def click_cell(panel: EvaluationPanel, cell: Cell) -> None:
    view = matrix_of(panel)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.area_of(cell).center().toPoint())


def test_most_frequent_error_is_selected_first(filled: EvaluationPanel) -> None:
    gallery = cell_gallery(filled)
    of = evaluation_of(SOME)
    assert gallery.title() == "4 answered as 9: 5 of 25, most confident first"
    assert gallery.rows() == of.rows_of(0, 2).tolist()
    assert gallery.grid.tiles is not None
    assert gallery.grid.tiles.captions == ("90.0 %", "82.0 %", "74.0 %", "66.0 %", "58.0 %")
    pixels = gallery.grid.tiles.pixels
    np.testing.assert_array_equal(pixels & 255, of.answers.inputs[gallery.rows(), ..., 0])


def test_clicking_a_cell_shows_its_samples(filled: EvaluationPanel) -> None:
    click_cell(filled, (2, 0))
    gallery = cell_gallery(filled)
    assert gallery.title() == "9 answered as 4: 2 of 19, most confident first"
    assert len(gallery.rows()) == 2
    click_cell(filled, (1, 1))
    assert gallery.title() == "7 answered as 7: 16 of 17, least confident first"
    click_cell(filled, (1, 0))
    assert gallery.rows() == []
    assert gallery.grid.hint == "No samples: 7 answered as 4."
    click_cell(filled, (1, 3))
    assert gallery.title() == "7 answered as not a character: 1 of 17"


def test_keyboard_reaches_every_cell(filled: EvaluationPanel) -> None:
    view = matrix_of(filled)
    view.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home):
        QTest.keyClick(view, key)
    assert description_of(filled) == "9 answered as 4: 2 of 19"
    assert view.accessibleDescription() == description_of(filled)
    assert cell_gallery(filled).title().startswith("4 answered as 9")
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert cell_gallery(filled).title().startswith("9 answered as 4")
    for key in (Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Space):
        QTest.keyClick(view, key)
    assert cell_gallery(filled).title().startswith("not a character answered as not a character: 9 of 9")
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
    assert description_of(filled) == "9 answered as 9: 17 of 19"


def test_cell_under_the_mouse_is_described(filled: EvaluationPanel) -> None:
    view = matrix_of(filled)
    QTest.mouseMove(view, QPoint(2, 2))
    QTest.mouseMove(view, view.area_of((2, 0)).center().toPoint())
    assert description_of(filled) == "9 answered as 4: 2 of 19"
    QTest.mouseMove(view, QPoint(2, 2))
    assert description_of(filled) == ""


def background_of(view: ConfusionView, cell: Cell) -> QColor:
    """Return the background colour of a cell, in a corner without text."""
    corner = view.area_of(cell).topLeft().toPoint() + QPoint(3, 3)
    return view.grab().toImage().pixelColor(corner)


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_errors_are_coloured_and_correct_answers_grey(qtbot: QtBot, appearance: str) -> None:
    apply_appearance(appearance)
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_counts(evaluation_of(SOME).confusion, ClassNames(LABELS, "not a character"))
    view.show()
    window = view.palette().window().color()

    def loudness(cell: Cell) -> int:
        colour = background_of(view, cell)
        pairs = (
            (colour.red(), window.red()),
            (colour.green(), window.green()),
            (colour.blue(), window.blue()),
        )
        return sum(abs(one - other) for one, other in pairs)

    assert background_of(view, (0, 1)) == view.palette().base().color()
    assert loudness((0, 0)) < loudness((2, 0)) < loudness((0, 2))
    assert loudness((0, 0)) == loudness((3, 3))
    legend = view.scale
    assert legend is not None
    assert (legend.low, legend.high) == (0, 5)
    assert background_of(view, (0, 2)) == QColor(int(legend.table[-1]))


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_error_colours_are_even_and_readable(appearance: str, qapp: QApplication) -> None:
    apply_appearance(appearance)
    palette = qapp.palette()
    scale = error_scale(palette, 200)
    base, accent = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Accent)
    assert error_colour(scale, 0) == base
    assert error_colour(scale, 200) == accent
    assert error_colour(error_scale(palette, 5000), 1) != base
    colours = [error_colour(scale, count) for count in range(1, 201)]
    steps = [abs(b.lightness() - a.lightness()) for a, b in itertools.pairwise(colours)]
    assert max(steps) <= 2
    assert contrast(colours[0], base) > 1.1
    for colour in colours:
        assert contrast(text_colour_on(colour), colour) >= 4.5


def test_legend_follows_the_palette(qtbot: QtBot, filled: EvaluationPanel) -> None:
    legend = child(filled, Legend)

    def ends_in(accent: str) -> bool:
        return legend.scale is not None and QColor(int(legend.scale.table[-1])).name() == accent

    for appearance, accent in (("dark", DARK.accent), ("light", LIGHT.accent)):
        apply_appearance(appearance)
        qtbot.waitUntil(partial(ends_in, accent))


def test_evaluation_without_errors(panel: EvaluationPanel) -> None:
    panel.set_evaluation(evaluation_of({(0, 0): 3, (1, 1): 3, (2, 2): 3}, classes=3), "Perfect")
    assert text_of(panel, "accuracy") == "100 %"
    assert matrix_of(panel).most_frequent_error() is None
    assert cell_gallery(panel).title().startswith("4 answered as 4: 3 of 3")
    show_section(panel, ERRORS)
    assert error_gallery(panel).rows() == []
    assert error_gallery(panel).grid.hint == "All samples are answered correctly."
    assert not panel.grab().isNull()


def test_many_classes(panel: EvaluationPanel) -> None:
    labels = tuple(f"label {number}" for number in range(200))
    cells = {(number, number): 2 for number in range(201)} | {(7, 190): 3}
    panel.set_evaluation(evaluation_of(cells, 201, labels), "Many", REJECTED)
    assert cell_gallery(panel).title() == "label 7 answered as label 190: 3 of 5, most confident first"
    view = matrix_of(panel)
    assert view.locate(view.area_of((7, 190)).center()) == (7, 190)
    assert view.rect().contains(view.area_of((200, 200)).toAlignedRect())
    assert not panel.grab().isNull()


def test_number_of_shown_samples_is_limited(panel: EvaluationPanel) -> None:
    panel.set_evaluation(evaluation_of({(0, 0): 10, (1, 1): 10, (0, 1): 200}), "Bad", REJECTED)
    gallery = cell_gallery(panel)
    assert len(gallery.rows()) == MOST_SHOWN
    assert gallery.title() == "4 answered as 7: 200 of 210, most confident first (120 shown)"
    show_section(panel, ERRORS)
    assert error_gallery(panel).title() == "120 of 200 errors, most confident first"
