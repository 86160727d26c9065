"""The evaluation of a model with labels: headline, export and room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabBar
from pytestqt.qtbot import QtBot

from desktop_app.runs.measures import NumberFigures
from desktop_app.views.evaluation.headline import Headline
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.evaluation.reliability_view import ReliabilityView
from desktop_app.views.evaluation.shares import compact, of_hundred, percent
from desktop_app.views.view_export import view_image, view_svg
from tests.finding import child
from tests.views.evaluation.evaluation_panels import (
    CLASSES,
    CONFIDENCE,
    CONFUSIONS,
    ERRORS,
    REJECTED,
    SOME,
    cell_gallery,
    error_gallery,
    evaluation_of,
    matrix_of,
    show_section,
    table_of,
    text_of,
)


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
    large = child(filled, QLabel, "accuracy")
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
