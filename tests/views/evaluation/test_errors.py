"""The wrong answers of a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.views.evaluation.gallery import Gallery
from desktop_app.views.evaluation.panel import EvaluationPanel
from tests.views.evaluation.evaluation_panels import (
    CONFIDENCE,
    ERRORS,
    SOME,
    cell_gallery,
    description_of,
    error_gallery,
    evaluation_of,
    show_section,
)


def click_tile(gallery: Gallery, tile: int) -> None:
    QTest.mouseClick(
        gallery.grid, Qt.MouseButton.LeftButton, pos=gallery.grid.area_of(tile).center().toPoint()
    )


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
