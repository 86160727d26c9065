"""The evaluation panel of a model that outputs images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableWidget
from pytestqt.qtbot import QtBot

from desktop_app.networks.image_reader import ImageReader
from desktop_app.runs.image_answers import answer_images
from desktop_app.runs.image_measures import ImageEvaluation, measure_images
from desktop_app.views.evaluation.gallery import MOST_SHOWN
from desktop_app.views.evaluation.panel import EvaluationPanel
from desktop_app.views.parts.sample_tiles import SampleTiles
from tests.finding import child
from tests.views.evaluation.evaluation_panels import REJECTED, SOME, evaluation_of, matrix_of, text_of


def image_evaluation(*, is_read: bool = True) -> ImageEvaluation:
    """Return an evaluation of 130 images; the network is the worse the higher the number of the image.

    Every second image is read as 1; all have the label 7.
    """
    rng = np.random.default_rng(1)
    inputs = rng.integers(0, 256, (130, 4, 4, 1), np.uint8)
    originals = rng.integers(0, 200, (130, 8, 8, 1), np.uint8)
    noise = np.arange(130, dtype=np.float32)[:, None, None, None] / 1000
    outputs = (originals / 255 + noise).astype(np.float32)

    def read(images: NDArray[np.float32]) -> NDArray[np.str_]:
        return np.where(np.arange(len(images)) % 2 == 0, "7", "1")

    reader = ImageReader(("1", "7"), read) if is_read else None
    return measure_images(answer_images(inputs, outputs, originals, np.array(["7"] * 130), reader))


def table_texts(panel: EvaluationPanel) -> list[list[str]]:
    """Return the visible cells of the table of methods."""
    table = child(panel, QTableWidget, "enlargements")
    rows = []
    for row in range(table.rowCount()):
        items = [
            table.item(row, column)
            for column in range(table.columnCount())
            if not table.isColumnHidden(column)
        ]
        if not table.isRowHidden(row):
            rows.append(["" if item is None else item.text() for item in items])
    return rows


def test_output_images_are_compared_by_method(panel: EvaluationPanel) -> None:
    evaluation = image_evaluation()
    panel.set_evaluation(evaluation, "Enlarger")
    assert text_of(panel, "gain") == f"+{evaluation.gain:.2f} dB"
    assert "130 test samples" in text_of(panel, "image_count")
    assert "50.0 % of the originals" in text_of(panel, "reading_accuracy")
    rows = table_texts(panel)
    assert [row[0] for row in rows] == ["Nearest", "Bicubic", "Lanczos", "Model", "Original"]
    assert rows[3][1] == f"{evaluation.enlargements[3].psnr:.2f}"
    assert rows[3][5] == rows[4][5] == "50.0 %"
    assert rows[4][1:5] == [""] * 4
    assert not panel.is_plot
    numbers = panel.numbers()
    assert numbers["quality"].shape == (4, 4)
    assert numbers["accuracy_of_originals"] == 0.5


def test_images_that_were_not_read_have_no_accuracy(panel: EvaluationPanel) -> None:
    panel.set_evaluation(image_evaluation(is_read=False), "Enlarger")
    assert child(panel, QLabel, "reading_accuracy").isHidden()
    rows = table_texts(panel)
    assert [row[0] for row in rows] == ["Nearest", "Bicubic", "Lanczos", "Model"]
    assert {len(row) for row in rows} == {5}
    assert np.isnan(panel.numbers()["accuracy"]).all()


def test_images_that_are_not_enlarged_are_compared_with_the_input(panel: EvaluationPanel) -> None:
    originals = np.random.default_rng(1).integers(0, 200, (5, 8, 8, 1), np.uint8)
    inputs, outputs = originals // 2, (originals / 255).astype(np.float32)
    answers = answer_images(inputs, outputs, originals, np.array([""] * 5), None)
    panel.set_evaluation(measure_images(answers), "Cleaner")
    assert "above the input" in text_of(panel, "image_count")
    assert [row[0] for row in table_texts(panel)] == ["Input", "Model"]
    tiles = child(panel, SampleTiles, "image_samples").tiles
    assert tiles is not None
    assert tiles.pixels.shape == (5, 8, 3 * 8 + 2)
    panel.set_evaluation(image_evaluation(), "Enlarger")
    assert [row[0] for row in table_texts(panel)] == ["Nearest", "Bicubic", "Lanczos", "Model", "Original"]


def test_worst_images_are_first_and_open_on_the_canvas(panel: EvaluationPanel, qtbot: QtBot) -> None:
    evaluation = image_evaluation()
    panel.set_evaluation(evaluation, "Enlarger")
    grid = child(panel, SampleTiles, "image_samples")
    assert grid.tiles is not None
    # Four images of 8 pixels with three lines between them.
    assert grid.tiles.pixels.shape == (MOST_SHOWN, 8, 35)
    worst = float(evaluation.psnr_of("network")[129])
    assert grid.tiles.captions[0] == f"7 \N{RIGHTWARDS ARROW} 1 · {worst:.1f} dB"
    assert grid.tiles.captions[1].startswith("7 · ")
    with qtbot.waitSignal(panel.sample_chosen) as chosen:
        area = grid.area_of(0)
        QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    np.testing.assert_array_equal(chosen.args[0], evaluation.answers.originals[129])
    assert "sample 130 · label 7" in grid.accessibleDescription()


def test_panel_shows_labels_again_after_images(panel: EvaluationPanel) -> None:
    panel.set_evaluation(image_evaluation(), "Enlarger")
    assert child(panel, QLabel, "gain").isVisible()
    panel.set_evaluation(evaluation_of(SOME), "Third try", REJECTED)
    assert not child(panel, QLabel, "gain").isVisible()
    assert "confusion" in panel.numbers()


def test_long_names_of_columns_are_vertical(panel: EvaluationPanel) -> None:
    tops = []
    for labels in (("a", "b", "c"), ("airplane", "automobile", "ship")):
        panel.set_evaluation(evaluation_of({(0, 0): 3, (1, 2): 2, (9, 9): 1}, 10, labels * 3 + ("x",)), "Run")
        tops.append(matrix_of(panel).area_of((0, 0)).top())
    assert tops[1] > tops[0] + 20
