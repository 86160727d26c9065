"""The evaluation panel of a model with labels: headline, confusions, classes, errors and calibration."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTabBar
from pytestqt.qtbot import QtBot

from desktop_app.runs.answers import Answers
from desktop_app.runs.measures import NumberFigures, measure
from desktop_app.tasks.reliability import BINS, reliability
from desktop_app.views.evaluation.class_table import ClassTable
from desktop_app.views.evaluation.confusion_section import ConfusionSection
from desktop_app.views.evaluation.confusion_view import Cell, ConfusionView
from desktop_app.views.evaluation.error_colours import error_colour, error_scale
from desktop_app.views.evaluation.gallery import MOST_SHOWN, Gallery
from desktop_app.views.evaluation.headline import Headline
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.evaluation.reliability_view import ReliabilityView
from desktop_app.views.evaluation.shares import compact, of_hundred, percent
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.readable import text_colour_on
from desktop_app.views.parts.theme import DARK, LIGHT, apply_appearance
from desktop_app.views.view_export import view_image, view_svg
from tests.contrast import contrast
from tests.finding import child
from tests.views.evaluation_panels import (
    LABELS,
    REJECTED,
    SOME,
    evaluation_of,
    evaluation_panel,
    matrix_of,
    text_of,
)


@pytest.fixture
def panel(qtbot: QtBot) -> EvaluationPanel:
    return evaluation_panel(qtbot)


CONFUSIONS, CLASSES, ERRORS, CONFIDENCE = range(4)


@pytest.fixture
def filled(panel: EvaluationPanel) -> EvaluationPanel:
    panel.set_evaluation(evaluation_of(SOME), "Third try", REJECTED)
    return panel


def description_of(panel: EvaluationPanel) -> str:
    return child(panel, Caption, "evaluation_description").text()


def show_section(panel: EvaluationPanel, section: int) -> None:
    bar = panel.findChild(QTabBar)
    assert bar is not None
    bar.setCurrentIndex(section)


def cell_gallery(panel: EvaluationPanel) -> Gallery:
    """Return the gallery of the selected cell."""
    return child(panel, ConfusionSection).gallery


def error_gallery(panel: EvaluationPanel) -> Gallery:
    return child(panel, Gallery, "errors")


def table_of(panel: EvaluationPanel) -> ClassTable:
    return child(panel, ClassTable)


def click_cell(panel: EvaluationPanel, cell: Cell) -> None:
    view = matrix_of(panel)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.area_of(cell).center().toPoint())


def click_tile(gallery: Gallery, tile: int) -> None:
    QTest.mouseClick(
        gallery.grid, Qt.MouseButton.LeftButton, pos=gallery.grid.area_of(tile).center().toPoint()
    )


# --- what the eye meets first ---


def test_headline_has_large_accuracy_interval_and_count(filled: EvaluationPanel) -> None:
    assert text_of(filled, "accuracy") == "88.6 %"
    assert text_of(filled, "run_title") == "Third try"
    assert text_of(filled, "sample_count") == "62 of 70 test samples correct"
    low, high = evaluation_of(SOME).interval
    loss = evaluation_of(SOME).loss
    assert (
        text_of(filled, "interval")
        == f"95 % confidence interval {100 * low:.1f} to {100 * high:.1f} %, loss {loss:.4f}"
    )
    large = filled.findChild(QLabel, "accuracy")
    assert large is not None
    assert large.fontInfo().pixelSize() > 2 * filled.fontInfo().pixelSize()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            NumberFigures(True, 0.97, 0.06, 0.003),
            "97 of 100 ten-digit numbers would be completely correct. "
            "If the 6 unsure ones are checked, 0.3 of 100 remain wrong.",
        ),
        (
            NumberFigures(True, 1.0, None, None),
            "100 of 100 ten-digit numbers would be completely correct.",
        ),
        (
            NumberFigures(False, 0.5, None, None),
            "50 of 100 ten-character texts would be completely correct.",
        ),
        (None, ""),
    ],
)
def test_headline_shows_accuracy_of_numbers(qtbot: QtBot, row: NumberFigures | None, text: str) -> None:
    headline = Headline()
    qtbot.addWidget(headline)
    headline.set_evaluation(replace(evaluation_of(SOME), ten_characters=row), "Some")
    assert text_of(headline, "in_use") == text


@given(st.integers(1, 10**6).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_only_exact_fractions_are_0_or_100_percent(pair: tuple[int, int]) -> None:
    hits, count = pair
    assert (float(percent(hits / count, count)) == 100) == (hits == count)
    assert (float(percent(hits / count, count)) == 0) == (hits == 0)
    assert (of_hundred(hits / count) == "100") == (hits == count)
    assert (of_hundred(hits / count) == "0") == (hits == 0)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1000, "1.0k"), (9949, "9.9k"), (9950, "10k"), (123456, "123k")],
)
def test_compact_counts(count: int, text: str) -> None:
    assert compact(count) == text


def test_empty_panel_shows_a_hint(qtbot: QtBot, panel: EvaluationPanel) -> None:
    assert "Train a model or select a finished run" in text_of(panel, "evaluation_hint")
    assert panel.numbers() == {}
    assert panel.exported_widget() is panel
    assert not panel.is_plot
    panel.set_evaluation(evaluation_of(SOME), "", REJECTED)
    hint = child(panel, QLabel, "evaluation_hint")
    assert not hint.isVisible()
    panel.clear("This run is not over yet.")
    assert hint.isVisible()
    assert text_of(panel, "evaluation_hint") == "This run is not over yet."
    panel.clear()
    assert "Train a model" in text_of(panel, "evaluation_hint")


def test_evaluation_before_the_panel_is_visible_is_shown(qtbot: QtBot) -> None:
    widget = EvaluationPanel()
    qtbot.addWidget(widget)
    widget.set_evaluation(evaluation_of(SOME), "Third try", REJECTED)
    assert widget.numbers()["confusion"].sum() == 70
    widget.set_active(True)
    assert text_of(widget, "run_title") == "Third try"
    assert widget.exported_widget() is matrix_of(widget)


# --- confusions ---


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
    legend = filled.findChild(Legend)
    assert legend is not None

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


# --- classes ---


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


# --- errors ---


def test_errors_are_sorted_by_confidence(filled: EvaluationPanel) -> None:
    show_section(filled, ERRORS)
    of = evaluation_of(SOME)
    assert error_gallery(filled).title() == "8 errors, most confident first"
    assert error_gallery(filled).rows() == of.errors.tolist()
    tiles = error_gallery(filled).grid.tiles
    assert tiles is not None
    assert tiles.captions[0] == "4 \N{RIGHTWARDS ARROW} 9 · 90.0 %"
    assert "7 \N{RIGHTWARDS ARROW} \N{EN DASH} · 90.0 %" in tiles.captions


def test_captions_of_errors_have_a_line_for_each_long_name(panel: EvaluationPanel) -> None:
    labels = tuple(f"{name} of a very long class" for name in ("first", "second", "third", "fourth"))
    panel.set_evaluation(evaluation_of(SOME, labels=labels), "Third try", "")
    show_section(panel, ERRORS)
    tiles = error_gallery(panel).grid.tiles
    assert tiles is not None
    assert f"{labels[1]}\n\N{RIGHTWARDS ARROW} {labels[3]} · 90.0 %" in tiles.captions


def test_clicking_an_error_emits_the_sample(qtbot: QtBot, filled: EvaluationPanel) -> None:
    show_section(filled, ERRORS)
    gallery = error_gallery(filled)
    with qtbot.waitSignal(filled.sample_chosen) as chosen:
        click_tile(gallery, 3)
    sample = chosen.args[0]
    assert (sample.dtype, sample.shape) == (np.uint8, (28, 28, 1))
    np.testing.assert_array_equal(sample, evaluation_of(SOME).answers.inputs[gallery.rows()[3]])


def test_clicking_a_sample_of_a_cell_emits_it(qtbot: QtBot, filled: EvaluationPanel) -> None:
    gallery = cell_gallery(filled)
    with qtbot.waitSignal(filled.sample_chosen) as chosen:
        click_tile(gallery, 1)
    np.testing.assert_array_equal(chosen.args[0], evaluation_of(SOME).answers.inputs[gallery.rows()[1]])


def test_keyboard_selects_a_sample(qtbot: QtBot, filled: EvaluationPanel) -> None:
    show_section(filled, ERRORS)
    grid = error_gallery(filled).grid
    taken: list[NDArray[np.uint8]] = []
    filled.sample_chosen.connect(taken.append)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Return)
    for _ in range(3):
        QTest.keyClick(grid, Qt.Key.Key_Right)
    assert taken == []
    row = error_gallery(filled).rows()[2]
    of = evaluation_of(SOME)
    sure, truth = 100 * of.confidence[row], 100 * of.answers.probabilities[row, of.answers.classes[row]]
    assert description_of(filled).startswith(f"sample {row + 1} · label ")
    assert f"{sure:.1f} % · " in description_of(filled)
    assert description_of(filled).endswith(f": {truth:.1f} %")
    assert grid.accessibleDescription() == description_of(filled)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    np.testing.assert_array_equal(taken[0], of.answers.inputs[row])


def test_sample_under_the_mouse_is_described(filled: EvaluationPanel) -> None:
    grid = cell_gallery(filled).grid
    QTest.mouseMove(grid, QPoint(2, 2))
    QTest.mouseMove(grid, grid.area_of(0).center().toPoint())
    row = cell_gallery(filled).rows()[0]
    assert description_of(filled) == f"sample {row + 1} · label 4 · 9: 90.0 % · 4: 3.3 %"
    show_section(filled, CONFIDENCE)
    assert description_of(filled) == ""


# --- confidence ---


@pytest.fixture
def diagram(qtbot: QtBot) -> ReliabilityView:
    view = ReliabilityView()
    qtbot.addWidget(view)
    confidence = np.repeat([0.5, 0.95], [200, 400])
    right = np.concatenate([np.arange(200) < 50, np.arange(400) < 300])
    view.set_bins(reliability(confidence, right))
    view.resize(640, 400)
    view.show()
    return view


def test_heights_of_bars_are_accuracies(diagram: ReliabilityView) -> None:
    image = diagram.grab().toImage()
    area = diagram.area_of(0)

    def height(number: int) -> float:
        """Share of the column that is not the ground, measured beside the whisker."""
        x = round(diagram.area_of(number).left() + 6)
        accent = diagram.palette().accent().color()
        tops = [y for y in range(round(area.top()), round(area.bottom())) if image.pixelColor(x, y) == accent]
        return (area.bottom() - (tops[0] + 1)) / area.height() if tops else 0.0

    assert height(7) == pytest.approx(0.25, abs=0.01)
    assert height(14) == pytest.approx(0.75, abs=0.01)
    assert height(3) == 0


def test_bin_under_mouse_or_focus_is_described(qtbot: QtBot, diagram: ReliabilityView) -> None:
    descriptions: list[str] = []
    diagram.description_changed.connect(descriptions.append)
    QTest.mouseMove(diagram, QPoint(0, 5))
    QTest.mouseMove(diagram, diagram.area_of(7).center().toPoint())
    assert descriptions[-1] == ("confidence 47 to 53 % (mean 50.0 %): 200 answers, accuracy 25.0 %")
    QTest.mouseMove(diagram, diagram.area_of(3).center().toPoint())
    assert descriptions[-1] == "confidence 20 to 27 %: no answers"
    QTest.mouseMove(diagram, QPoint(0, 5))
    assert descriptions[-1] == ""
    diagram.setFocus()
    QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert descriptions[-1].startswith("confidence 93 to 100 %")
    QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert diagram.accessibleDescription() == "confidence 87 to 93 %: no answers"
    for _ in range(2 * BINS):
        QTest.keyClick(diagram, Qt.Key.Key_Left)
    assert descriptions[-1].startswith("confidence 0 to 7 %")


@pytest.mark.parametrize(
    ("sure", "right", "kind"),
    [
        (0.9, 18, "well calibrated"),
        (0.915, 18, "slightly overconfident"),
        (0.885, 18, "slightly underconfident"),
        (0.9, 10, "overconfident"),
        (0.6, 20, "underconfident"),
    ],
)
def test_calibration_text(panel: EvaluationPanel, sure: float, right: int, kind: str) -> None:
    rows = np.tile(np.array([sure, 1 - sure], dtype=np.float32), (20, 1))
    truth = (np.arange(20) >= right).astype(np.int64)
    answers = Answers(rows, truth, np.zeros((20, 28, 28, 1), dtype=np.uint8))
    panel.set_evaluation(measure(answers, ("a", "b")), "")
    error = abs(sure - right / 20)
    assert text_of(panel, "calibration") == (
        f"Confidence differs from accuracy by {100 * error:.1f} points on average (ECE {error:.4f}). "
        f"The model is {kind}."
    )


def test_threshold_text(panel: EvaluationPanel) -> None:
    panel.set_evaluation(evaluation_of(SOME, threshold=0.88), "", REJECTED)
    at = evaluation_of(SOME, threshold=0.88).at_threshold
    assert at is not None
    assert at.accuracy_of_read is not None
    assert text_of(panel, "calibration").endswith(
        f"At the threshold of 88.0 %, {100 * at.read:.1f} % of the samples are read, "
        f"{100 * at.accuracy_of_read:.1f} % of them correctly."
    )
    panel.set_evaluation(evaluation_of(SOME, threshold=1.0), "", REJECTED)
    assert text_of(panel, "calibration").endswith("At the threshold of 100.0 %, 0 % of the samples are read.")


# --- taking away, room ---


def test_numbers_are_exported(filled: EvaluationPanel) -> None:
    numbers, of = filled.numbers(), evaluation_of(SOME)
    np.testing.assert_array_equal(numbers["confusion"], of.confusion)
    assert numbers["classes"].tolist() == ["4", "7", "9", "not a character"]
    assert numbers["accuracy"].tolist() == [of.accuracy, *of.interval]
    assert float(numbers["loss"]) == of.loss
    assert numbers["recall"].tolist() == [each.recall for each in of.classes]
    assert numbers["support"].tolist() == [25, 17, 19, 9]
    assert numbers["bin_counts"].sum() == 70
    assert numbers["errors"].tolist() == of.errors.tolist()
    assert all(array.dtype != object for array in numbers.values())


def test_matrix_and_diagram_are_plots(filled: EvaluationPanel) -> None:
    shown = []
    for section in (CONFUSIONS, CLASSES, ERRORS, CONFIDENCE):
        show_section(filled, section)
        shown.append((filled.exported_widget(), filled.is_plot))
        assert not view_image(filled).isNull()
    assert [is_plot for _, is_plot in shown] == [True, False, False, True]
    assert len({id(subject) for subject, _ in shown}) == 4
    assert b"not a character" not in view_svg(filled, "")
    assert b"confidence" in view_svg(filled, "")


def test_narrow_panel_clips_nothing(qtbot: QtBot, filled: EvaluationPanel) -> None:
    filled.resize(420, 450)
    assert filled.width() == 420
    assert filled.height() == 450
    assert filled.minimumSizeHint().width() <= 420
    for section in (CONFUSIONS, CLASSES, ERRORS, CONFIDENCE):
        show_section(filled, section)
        assert not filled.grab().isNull()
    show_section(filled, CONFUSIONS)
    view, gallery = matrix_of(filled), cell_gallery(filled)
    assert gallery.x() > view.x()
    filled.resize(420, 800)
    qtbot.waitUntil(lambda: gallery.y() > view.geometry().bottom())


def test_focusable_widgets_have_names(filled: EvaluationPanel) -> None:
    reached = [
        filled.findChild(QTabBar),
        matrix_of(filled),
        cell_gallery(filled).grid,
        table_of(filled),
        error_gallery(filled).grid,
        child(filled, ReliabilityView),
    ]
    for widget in reached:
        assert widget is not None
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
