from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.parts.tool_button import ToolButton
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.training_preview.answer import Answer
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.image_answer import ImageAnswer
from desktop_app.views.training_preview.mosaic import Mosaic
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    AnswerHistory,
    ImageHistory,
    PreviewProgress,
    PreviewSnapshot,
    snapshot_of,
    with_drawing,
)
from desktop_app.views.view_export import npz_bytes
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, LABELS, observation_of
from tests.views.enlargements import TASK, observed, open_network

SEEN = observation_of("1").prepared
assert SEEN is not None
INPUT = SEEN.model_input

DIVERGED = np.full(11, np.nan, dtype=np.float32)


def row_for(column: int, share: float = 0.9) -> NDArray[np.float32]:
    row = np.full(11, (1 - share) / 10, dtype=np.float32)
    row[column] = share
    return row


def snapshot_for(epoch: int, column: int, share: float = 0.9) -> PreviewSnapshot:
    return replace(
        with_drawing(snapshot_of(epoch, GRAPH), GRAPH, INPUT), probabilities=row_for(column, share)
    )


def history_of(*columns: int, complete: bool = True) -> AnswerHistory:
    rows = np.array([row_for(column) for column in columns])
    return AnswerHistory(np.arange(len(columns)), rows, LABELS, "not a character", complete)


def progress_of(*kept: int, info: NetworkInfo = INFO) -> PreviewProgress:
    return PreviewProgress(info, 20, kept)


@pytest.fixture
def panel(qtbot: QtBot) -> TrainingPreviewPanel:
    widget = TrainingPreviewPanel()
    qtbot.addWidget(widget)
    widget.resize(620, 330)
    widget.set_active(True)
    widget.show()
    return widget


def run_with(panel: TrainingPreviewPanel, *columns: int) -> None:
    """Show a run whose epochs answered with these columns."""
    panel.start_run(progress_of())
    panel.set_progress(progress_of(*range(len(columns))))
    panel.set_history(history_of(*columns))
    panel.set_snapshot(snapshot_for(len(columns) - 1, columns[-1]))
    refresh(panel)


def refresh(panel: TrainingPreviewPanel) -> None:
    """Hide and show the panel, which updates it at once."""
    panel.set_active(False)
    panel.set_active(True)


def caption_of(panel: TrainingPreviewPanel) -> str:
    return child(panel, Caption, "preview_of").text()


def label_of(panel: TrainingPreviewPanel) -> QLabel:
    return child(panel, QLabel, "preview_label")


def titles_of(panel: TrainingPreviewPanel) -> list[str]:
    return [child(mosaic, Caption, "mosaic_title").text() for mosaic in panel.findChildren(Mosaic)]


def newest_of(panel: TrainingPreviewPanel) -> QPushButton:
    return child(panel, QPushButton, "Newest epoch")


def play_of(panel: TrainingPreviewPanel) -> ToolButton:
    """Return the playback button."""
    return child(panel, ToolButton)


def band_of(panel: TrainingPreviewPanel) -> EpochBand:
    return child(panel, EpochBand, "epoch_band")


def answer_of(panel: TrainingPreviewPanel) -> tuple[str, str, str]:
    return child(panel, Answer).texts()


def grids_of(panel: TrainingPreviewPanel) -> list[TileGrid]:
    return [child(mosaic, TileGrid) for mosaic in panel.findChildren(Mosaic)]


def visible_text(panel: QWidget) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


# ------------------------------------------------------------------------------------- what is shown


def test_empty_panel_shows_a_hint(panel: TrainingPreviewPanel) -> None:
    assert "Train a model to see" in visible_text(panel)
    assert panel.numbers() == {}


def test_content_before_the_panel_is_visible_is_shown(qtbot: QtBot) -> None:
    panel = TrainingPreviewPanel()
    qtbot.addWidget(panel)
    run_with(panel, 1, 7)
    panel.set_active(True)
    assert answer_of(panel)[0] == "7"
    assert grids_of(panel)[0].tiles is not None


def test_answer_has_label_probability_and_since_when(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 3, 7, 7)
    assert answer_of(panel) == ("7", "90.0 %", "unchanged since epoch 1")
    assert child(panel, ProbabilityBars).values()["7"] == pytest.approx(0.9)
    panel.set_history(history_of(3, 7, 7, complete=False))
    refresh(panel)
    assert answer_of(panel)[2] == ""


def test_answer_of_an_earlier_epoch_has_its_own_since(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 5, 3, 3, 7)
    panel.set_snapshot(snapshot_for(2, 3))
    refresh(panel)
    assert answer_of(panel) == ("3", "90.0 %", "unchanged since epoch 1")


def test_not_a_character_has_no_label(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 7, 10)
    assert answer_of(panel) == ("", "90.0 %", "not a digit")
    assert not label_of(panel).pixmap().isNull()
    run_with(panel, 7)
    assert answer_of(panel)[0] == "7"
    assert label_of(panel).pixmap().isNull()


def test_without_a_drawing_filters_and_hints_are_shown(panel: TrainingPreviewPanel) -> None:
    panel.start_run(progress_of(0))
    panel.set_snapshot(snapshot_of(0, GRAPH))
    refresh(panel)
    assert answer_of(panel) == ("", "", "The answer appears here.")
    filters, maps = grids_of(panel)
    assert filters.tiles is not None
    assert maps.tiles is None
    assert caption_of(panel) == "Before the first epoch: random weights"


def test_filters_and_feature_maps_have_the_same_order(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    filters, maps = (grid.layout_of_tiles for grid in grids_of(panel))
    assert filters is not None
    assert maps is not None
    assert filters.count == maps.count == 4
    assert filters.columns == maps.columns
    assert titles_of(panel) == ["4 filters of conv", "4 feature maps"]


def test_number_of_shown_units_is_limited(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    layers = (
        LayerInfo("input", "InputLayer", (28, 28, 1)),
        LayerInfo("flat", "Flatten", (784,), ("input",)),
        LayerInfo("hidden", "Dense", (3000,), ("flat",)),
        LayerInfo("sums", "Dense", (11,), ("hidden",)),
    )
    rng = np.random.default_rng(1)
    shapes = {
        "hidden/kernel": (784, 3000),
        "hidden/bias": (3000,),
        "sums/kernel": (3000, 11),
        "sums/bias": (11,),
    }
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    info = replace(INFO, layers=layers)
    panel.start_run(progress_of(0, info=info))
    graph = Graph(info, weights)
    panel.set_snapshot(with_drawing(snapshot_of(0, graph), graph, INPUT))
    refresh(panel)
    assert titles_of(panel) == ["64 of 3000 filters of hidden", "64 of 3000 values"]
    for grid in grids_of(panel):
        assert grid.tiles is not None
        assert len(grid.tiles.pixels) == 64


def test_unsupported_layer_is_named(panel: TrainingPreviewPanel) -> None:
    odd = LayerInfo("odd", "Mystery", (11,), ("conv",))
    panel.start_run(progress_of(0))
    panel.set_snapshot(PreviewSnapshot(0, INFO.layer("conv"), None, INPUT, unknown=odd))
    refresh(panel)
    assert answer_of(panel)[2] == "The answer cannot be computed."
    assert "layer odd: Mystery is not supported" in grids_of(panel)[1].hint


def test_diverged_network_is_reported(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7)
    panel.set_snapshot(replace(snapshot_for(1, 7), probabilities=DIVERGED))
    refresh(panel)
    assert answer_of(panel)[1:] == ("NaN", "Training diverged: the outputs are NaN. Lower the learning rate.")
    assert child(panel, ProbabilityBars).values() == {}


def test_network_without_filters_shows_a_hint(panel: TrainingPreviewPanel) -> None:
    panel.start_run(progress_of(0))
    panel.set_snapshot(PreviewSnapshot(0, None, None))
    refresh(panel)
    assert grids_of(panel)[0].tiles is None
    assert "no filters" in grids_of(panel)[0].hint


def test_caption_has_epoch_and_accuracy(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    assert caption_of(panel) == "Epoch 2 of 20"
    panel.set_progress(replace(progress_of(0, 1, 2), values=MappingProxyType({2: 0.987})))
    refresh(panel)
    assert caption_of(panel) == "Epoch 2 of 20 · validation accuracy 98.70 %"
    caption = child(panel, Caption, "preview_of")
    caption.resize(round(caption.text_style.small.width("Epoch 2 of 20 · 98.70 %")) + 4, caption.height())
    assert caption.shown_text() == "Epoch 2 of 20 · 98.70 %"


def test_new_run_discards_the_previous_one(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    band_of(panel).setValue(0)
    panel.start_run(progress_of())
    refresh(panel)
    assert panel.epoch is None
    assert panel.numbers() == {}
    assert answer_of(panel)[:2] == ("", "")


# ------------------------------------------------------------------------ networks that output images

ENLARGER = open_network(TASK)


def enlarged_snapshot(epoch: int, share: float = 1.0) -> PreviewSnapshot:
    """Return a snapshot whose output is a share of the enlarged input."""
    prepared = observed(TASK).prepared
    assert prepared is not None
    snapshot = with_drawing(
        snapshot_of(epoch, ENLARGER.graph), ENLARGER.graph, prepared.model_input, prepared.original
    )
    assert snapshot.image is not None
    return replace(snapshot, image=snapshot.image * np.float32(share))


def images_of(*shades: int, complete: bool = True) -> ImageHistory:
    """Return outputs of epochs, each of one shade of grey."""
    images = np.stack([np.full((16, 16, 1), shade, np.uint8) for shade in shades])
    return ImageHistory(np.arange(len(shades)), images, complete)


@pytest.fixture
def enlarging(panel: TrainingPreviewPanel) -> TrainingPreviewPanel:
    """Return a panel with a run of three epochs of a network that enlarges."""
    panel.start_run(progress_of(info=ENLARGER.info))
    panel.set_progress(progress_of(0, 1, 2, info=ENLARGER.info))
    panel.set_snapshot(enlarged_snapshot(2))
    panel.set_history(images_of(40, 120, 240))
    refresh(panel)
    return panel


def test_an_output_image_is_shown_with_its_psnr(enlarging: TrainingPreviewPanel) -> None:
    answer = child(enlarging, ImageAnswer)
    assert answer.isVisible()
    assert not child(enlarging, Answer).isVisible()
    numbers = enlarging.numbers()
    error = np.square(numbers["image"] - numbers["original"]).mean()
    assert answer.text() == f"PSNR {-10 * np.log10(error):.1f} dB"
    assert answer.accessibleDescription() == answer.text()
    before = answer.grab().toImage()
    enlarging.set_snapshot(enlarged_snapshot(2, 0.5))
    refresh(enlarging)
    assert answer.grab().toImage() != before


def test_the_band_shows_the_output_of_every_epoch(enlarging: TrainingPreviewPanel) -> None:
    band = band_of(enlarging)
    image = band.grab().toImage()
    # The image of the selected, newest epoch is left of the handle; later ones are not faded.
    assert image.pixelColor(round(band.x_of(1)), band.height() // 2).red() == 120
    assert image.pixelColor(round(band.x_of(2)) - 8, band.height() // 2).red() == 240
    np.testing.assert_array_equal(enlarging.numbers()["images_by_epoch"][:, 0, 0, 0], [40, 120, 240])
    enlarging.set_history(images_of(40, 120, 240, complete=False))
    refresh(enlarging)
    assert band.grab().toImage().pixelColor(round(band.x_of(1)), band.height() // 2).red() != 120


def test_without_a_drawing_there_is_a_hint_instead_of_an_output(enlarging: TrainingPreviewPanel) -> None:
    enlarging.set_snapshot(snapshot_of(2, ENLARGER.graph))
    enlarging.set_history(None)
    refresh(enlarging)
    assert child(enlarging, ImageAnswer).text() == "Draw something to see the output."
    assert "images_by_epoch" not in enlarging.numbers()


def test_an_output_that_is_not_finite_is_reported(enlarging: TrainingPreviewPanel) -> None:
    enlarging.set_snapshot(enlarged_snapshot(2, float("nan")))
    refresh(enlarging)
    assert child(enlarging, ImageAnswer).text().startswith("Training diverged")


def test_an_unsupported_layer_has_no_output(enlarging: TrainingPreviewPanel) -> None:
    enlarging.set_snapshot(replace(enlarged_snapshot(2), image=None))
    refresh(enlarging)
    assert child(enlarging, ImageAnswer).text() == "The output cannot be computed."


def test_the_next_run_can_have_labels(enlarging: TrainingPreviewPanel) -> None:
    run_with(enlarging, 1, 7)
    assert child(enlarging, Answer).isVisible()
    assert not child(enlarging, ImageAnswer).isVisible()
    assert answer_of(enlarging)[0] == "7"


# --------------------------------------------------------------------------------- when it is painted


def test_updates_are_throttled(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    for column in range(2, 9):
        panel.set_snapshot(snapshot_for(0, column))
    # The first is shown at once; of those that follow too soon the last, when it is due.
    assert answer_of(panel)[0] == "2"
    qtbot.waitUntil(lambda: answer_of(panel)[0] == "8")


def test_hidden_panel_is_updated_when_shown(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 2)
    panel.set_active(False)
    panel.set_snapshot(snapshot_for(1, 5))
    assert answer_of(panel)[0] == "2"
    panel.set_active(True)
    assert answer_of(panel)[0] == "5"


# ------------------------------------------------------------------------------------- looking back


def requested_epochs_of(panel: TrainingPreviewPanel) -> list[object]:
    wanted: list[object] = []
    panel.epoch_requested.connect(wanted.append)
    return wanted


def test_keyboard_selects_epochs(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7, 7)
    wanted, band = requested_epochs_of(panel), band_of(panel)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End):
        QTest.keyClick(band, key)
    assert wanted == [2, 1, 0, 1, None]
    assert panel.epoch is None


def test_mouse_selects_the_epoch_under_it(panel: TrainingPreviewPanel) -> None:
    panel.start_run(progress_of(0, 2, 4, 12))
    refresh(panel)
    wanted, band = requested_epochs_of(panel), band_of(panel)
    QTest.mousePress(band, Qt.MouseButton.LeftButton, pos=QPoint(round(band.x_of(3.4)), 40))
    QTest.mouseMove(band, QPoint(round(band.x_of(0.5)), 40))
    QTest.mouseMove(band, QPoint(round(band.x_of(11)), 40))
    QTest.mouseRelease(band, Qt.MouseButton.LeftButton, pos=QPoint(round(band.x_of(11)), 40))
    assert wanted == [4, 0, None]


def test_new_epochs_keep_the_selected_one(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7)
    wanted = requested_epochs_of(panel)
    band_of(panel).setValue(1)
    panel.set_progress(progress_of(0, 1, 2, 3, 4))
    refresh(panel)
    assert (panel.epoch, band_of(panel).value()) == (1, 1)
    panel.set_progress(progress_of(0, 2, 4, 6))
    refresh(panel)
    # The selected epoch is no longer kept: the one before is selected.
    assert (panel.epoch, band_of(panel).value()) == (0, 0)
    assert wanted == [1]


def test_newest_epoch_is_followed_unless_one_is_selected(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1)
    assert not newest_of(panel).isEnabled()
    panel.set_progress(progress_of(0, 1, 2))
    refresh(panel)
    assert band_of(panel).value() == 2
    band_of(panel).setValue(0)
    wanted = requested_epochs_of(panel)
    QTest.mouseClick(newest_of(panel), Qt.MouseButton.LeftButton)
    assert wanted == [None]
    assert not newest_of(panel).isEnabled()


def test_playback_goes_through_all_epochs_to_the_newest(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7, 7)
    wanted = requested_epochs_of(panel)
    QTest.keyClick(band_of(panel), Qt.Key.Key_Space)
    assert play_of(panel).text() == "Pause"
    qtbot.waitUntil(lambda: wanted[-1:] == [None])
    assert wanted == [0, 1, 2, None]
    assert play_of(panel).text() == "Play the epochs"


def test_playback_stops_on_request_and_when_hidden(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 1, 7, 7)
    for halt in (lambda: QTest.keyClick(band_of(panel), Qt.Key.Key_Space), lambda: panel.set_active(False)):
        play_of(panel).click()
        assert play_of(panel).text() == "Pause"
        halt()
        assert play_of(panel).text() == "Play the epochs"


def test_single_epoch_cannot_be_played(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    assert not play_of(panel).isEnabled()
    QTest.keyClick(band_of(panel), Qt.Key.Key_Space)
    assert play_of(panel).text() == "Play the epochs"


# -------------------------------------------------------------------------------------- pointing


def test_weight_under_the_mouse_is_described(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    grid, maps = grids_of(panel)
    QTest.mouseMove(grid, grid.area_of(2).center().toPoint())
    kernel = GRAPH.weights("conv")["kernel"]
    expected = f"filter 2 · row 1, column 1 · weight {float(kernel[1, 1, 0, 2]):.4g}".replace(
        "-", "\N{MINUS SIGN}"
    )
    assert caption_of(panel) == expected
    refresh(panel)
    assert caption_of(panel) == expected
    QTest.mouseMove(grid, QPoint(1, 1))
    assert caption_of(panel).startswith("Before the first epoch")
    QTest.mouseMove(maps, maps.area_of(1).center().toPoint())
    assert caption_of(panel).startswith("filter 1 · row 1, column 1 · value ")


def test_smaller_map_under_a_resting_mouse_is_described(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1)
    _, grid = grids_of(panel)
    QTest.mouseMove(grid, grid.area_of(1).bottomRight().toPoint() - QPoint(2, 2))
    large = snapshot_for(0, 1)
    assert large.maps is not None
    height, width = large.maps.shape[:2]
    assert caption_of(panel).startswith(f"filter 1 · row {height - 1}, column {width - 1} · value ")
    panel.set_snapshot(replace(large, maps=large.maps[:4, :4]))
    refresh(panel)
    assert re.match(r"filter 1 · row [0-3], column [0-3] · value ", caption_of(panel))


def test_clicking_a_filter_toggles_its_selection(
    panel: TrainingPreviewPanel,
) -> None:
    run_with(panel, 1)
    filters, maps = grids_of(panel)
    at = filters.area_of(3).center().toPoint()
    QTest.mouseClick(filters, Qt.MouseButton.LeftButton, pos=at)
    assert (filters.choice, maps.choice) == (3, 3)
    QTest.keyClick(filters, Qt.Key.Key_Left)
    assert (filters.choice, maps.choice) == (2, 2)
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=maps.area_of(2).center().toPoint())
    assert (filters.choice, maps.choice) == (None, None)


# ------------------------------------------------------------------------------ layout, access, files


@pytest.mark.parametrize("size", [(620, 330), (420, 600), (420, 330), (1280, 330)])
def test_panel_fits_different_sizes(qtbot: QtBot, panel: TrainingPreviewPanel, size: tuple[int, int]) -> None:
    run_with(panel, 1, 7, 7)
    panel.resize(*size)
    answer, mosaics = child(panel, Answer), panel.findChildren(Mosaic)

    def stands_beside() -> bool:
        return bool(mosaics[0].x() > answer.geometry().right())

    qtbot.waitUntil(lambda: stands_beside() == (size[0] >= 600))
    assert (panel.width(), panel.height()) == size
    content = band_of(panel).parentWidget()
    assert content is not None
    for part in (answer, *mosaics, band_of(panel)):
        assert content.rect().contains(part.geometry())
    # Where it is neither wide nor high, the bars make room for the filters.
    assert child(panel, ColumnView, "Probabilities").isVisible() == (size != (420, 330))


def test_focusable_widgets_have_names(qtbot: QtBot, panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    band_of(panel).setValue(0)
    panel.activateWindow()
    first = child(panel.findChildren(Mosaic)[0], TileGrid)
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    names: list[str] = []
    for _ in range(6):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert names == [
        "Filters",
        "Feature maps",
        "Play the epochs",
        "Newest epoch",
        "Epoch",
        "Filters",
    ]
    interface = QAccessible.queryAccessibleInterface(band_of(panel))
    assert interface.role() == QAccessible.Role.Slider


def test_band_distinguishes_labels_and_fades_outdated_answers(
    panel: TrainingPreviewPanel,
) -> None:
    run_with(panel, *(1, 1, 1, 1, 7, 7, 7, 7))
    band = band_of(panel)

    def colour_at(epoch: float) -> int:
        return band.grab().toImage().pixelColor(round(band.x_of(epoch)), band.height() // 2).rgb()

    early, late = colour_at(0.5), colour_at(6.5)
    assert early != late
    panel.set_history(history_of(1, 1, 1, 1, 7, 7, 7, 7, complete=False))
    refresh(panel)
    assert colour_at(6.5) != late
    panel.set_history(history_of(1, 1, 1, 1, 7, 7, 7, 7))
    refresh(panel)
    assert colour_at(6.5) == late
    # Epochs after the selected one fade as well, earlier ones do not.
    band.setValue(2)
    assert colour_at(6.5) != late
    assert colour_at(0.5) == early


@pytest.mark.parametrize("columns", [(1,), (10, 10), (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)])
def test_any_progress_can_be_painted(panel: TrainingPreviewPanel, columns: tuple[int, ...]) -> None:
    run_with(panel, *columns)
    assert not panel.grab().isNull()
    panel.set_history(
        AnswerHistory(np.array([3]), np.zeros((1, 11), dtype=np.float32), LABELS, "not a character", True)
    )
    refresh(panel)
    assert not panel.grab().isNull()


def test_numbers_are_exported(panel: TrainingPreviewPanel) -> None:
    run_with(panel, 1, 7, 7)
    numbers = panel.numbers()
    assert numbers["epoch"] == 2
    assert numbers["probabilities_by_epoch"].shape == (3, 11)
    assert numbers["columns"].tolist() == [*LABELS, "not a character"]
    assert numbers["filters"].shape == (3, 3, 1, 4)
    assert numbers["feature_maps"].shape == (3, 3, 4)
    assert npz_bytes(numbers)
