from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QProgressBar, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.inspection.channel_examples import MaximizingInputs, TopSamples
from desktop_app.inspection.colour import DIVERGING, GREYS, value_range
from desktop_app.inspection.filters import Kernels, Matrix, Vectors, filters_of
from desktop_app.inspection.tiles import value_tiles
from desktop_app.networks.graph import Graph
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.task import Task
from desktop_app.views.filters.filter_detail import FilterDetail
from desktop_app.views.filters.job_bar import JobBar
from desktop_app.views.filters.panel import FilterDisplay, FiltersPanel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.matrix_view import MatrixView
from desktop_app.views.parts.tile_grid import TileGrid
from tests.finding import child
from tests.views.conftest import GRAPH, INFO

DEEP = NetworkInfo(
    "deep",
    "Deep",
    Task(labels=("a", "b")),
    (
        LayerInfo("input", "InputLayer", (8, 8, 3)),
        LayerInfo("first", "Conv2D", (6, 6, 4), ("input",), 112, 0, {"kernel_size": [3, 3]}),
        LayerInfo("norm", "BatchNormalization", (6, 6, 4), ("first",), 8, 8),
        LayerInfo("second", "Conv2D", (4, 4, 5), ("norm",), 185, 0, {"kernel_size": [3, 3]}),
        LayerInfo("mean", "GlobalAveragePooling2D", (5,), ("second",)),
        LayerInfo("odd", "Strange", (5,), ("mean",), 7),
        LayerInfo("last", "Dense", (2,), ("odd",), 12, 0, {"activation": "softmax"}),
    ),
)


def deep_graph() -> Graph:
    random = np.random.default_rng(5)
    shapes = {
        "first/kernel": (3, 3, 3, 4),
        "first/bias": (4,),
        **{f"norm/{name}": (4,) for name in ("gamma", "beta", "moving_mean", "moving_variance")},
        "second/kernel": (3, 3, 4, 5),
        "second/bias": (5,),
        "odd/table": (7, 1, 1, 1, 1),
        "last/kernel": (5, 2),
        "last/bias": (2,),
    }
    weights = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    weights["norm/moving_variance"] **= 2
    return Graph(DEEP, weights)


@pytest.fixture
def panel(qtbot: QtBot) -> FiltersPanel:
    widget = FiltersPanel()
    qtbot.addWidget(widget)
    widget.resize(880, 380)
    widget.show()
    widget.set_active(True)
    return widget


@pytest.fixture
def deep(panel: FiltersPanel) -> FiltersPanel:
    panel.set_network(DEEP, deep_graph())
    return panel


def choose_display(panel: FiltersPanel, display: FilterDisplay) -> None:
    box = next(box for box in panel.findChildren(QComboBox) if box.accessibleName() == "Content of the view")
    box.setCurrentIndex(box.findData(display))


def displays(panel: FiltersPanel) -> QComboBox:
    return next(box for box in panel.findChildren(QComboBox) if box.accessibleName().startswith("Display"))


def caption(panel: FiltersPanel) -> str:
    return child(panel, Caption, "filters_caption").text()


def grid_of(panel: FiltersPanel) -> TileGrid:
    widget = panel.exported_widget()
    assert isinstance(widget, TileGrid)
    return widget


def point_at(panel: FiltersPanel, tile: int, row: int, column: int, rows: int, columns: int) -> str:
    grid = grid_of(panel)
    area = grid.area_of(tile)
    x = area.left() + (column + 0.5) * area.width() / columns
    y = area.top() + (row + 0.5) * area.height() / rows
    QTest.mouseMove(grid, QPoint(int(x), int(y)))
    return caption(panel)


# --- weights ---


def test_network_shows_its_first_layer(panel: FiltersPanel) -> None:
    assert panel.numbers() == {}
    panel.set_network(INFO, GRAPH)
    panel.set_layer("conv")
    kernel = GRAPH.weights("conv")["kernel"]
    tiles = grid_of(panel).tiles
    assert tiles is not None
    seen = kernel[:, :, 0].transpose(2, 0, 1)
    np.testing.assert_array_equal(tiles.pixels, value_tiles(seen, *value_range(seen)))
    assert caption(panel) == "conv · 4 filters of 3×3"
    assert panel.numbers().keys() == {"kernel", "bias"}


def test_caption_describes_the_value_under_the_mouse(panel: FiltersPanel) -> None:
    panel.set_network(INFO, GRAPH)
    panel.set_layer("conv")
    value = GRAPH.weights("conv")["kernel"][2, 1, 0, 3]
    assert point_at(panel, 3, 2, 1, 3, 3) == f"filter 3 · row 2, column 1 · {value:.4g}".replace(
        "-", "\N{MINUS SIGN}"
    )


def test_kernels_are_shown_by_input_channel(deep: FiltersPanel) -> None:
    deep.set_layer("second")
    spin = child(deep, QSpinBox)
    assert spin.isVisible()
    assert spin.maximum() == 3
    spin.setValue(2)
    kernel = deep_graph().weights("second")["kernel"]
    seen = kernel[:, :, 2].transpose(2, 0, 1)
    tiles = grid_of(deep).tiles
    assert tiles is not None
    np.testing.assert_array_equal(tiles.pixels, value_tiles(seen, *value_range(seen)))
    assert child(deep, Legend).text() == " to ".join(
        f"{end:.3g}".replace("-", "\N{MINUS SIGN}") for end in value_range(seen)
    )
    assert "input channel 2" in point_at(deep, 1, 0, 0, 3, 3)


def test_norms_are_a_matrix_below_the_norms_of_filters(deep: FiltersPanel) -> None:
    deep.set_layer("second")
    displays(deep).setCurrentIndex(displays(deep).findText("Norms"))
    matrix = deep.exported_widget()
    assert isinstance(matrix, MatrixView)
    assert matrix.content is not None
    kernel = deep_graph().weights("second")["kernel"]
    np.testing.assert_allclose(matrix.content.values, np.linalg.norm(kernel, axis=(0, 1)), rtol=1e-5)
    expected = np.linalg.norm(kernel.reshape(-1, 5), axis=0)
    assert matrix.content.totals is not None
    np.testing.assert_allclose(matrix.content.totals, expected, rtol=1e-5)
    QTest.mouseMove(matrix, QPoint(5, 2))
    assert caption(deep) == f"filter 0 · norm of all kernels {expected[0]:.4g}"
    QTest.mouseMove(matrix, QPoint(5, 45))
    assert caption(deep) == f"filter 0 · input channel 0 · norm {np.linalg.norm(kernel[:, :, 0, 0]):.4g}"
    assert not any(spin.isVisible() for spin in deep.findChildren(QSpinBox))


def test_kernels_of_a_colour_input_are_shown_in_colour(deep: FiltersPanel) -> None:
    deep.set_layer("first")
    assert displays(deep).currentText() == "Colours"
    text = point_at(deep, 2, 1, 0, 3, 3)
    values = ", ".join(
        f"{v:.4g}".replace("-", "\N{MINUS SIGN}") for v in deep_graph().weights("first")["kernel"][1, 0, :, 2]
    )
    assert text == f"filter 2 · row 1, column 0 · red, green, blue: {values}"
    scale = child(deep, Legend).scale
    assert scale is not None
    assert scale.table is GREYS, "weights of one colour become its brightness"
    displays(deep).setCurrentIndex(1)
    scale = child(deep, Legend).scale
    assert scale is not None
    assert scale.table is DIVERGING


def test_batch_normalization_has_bars_and_dense_layers_have_rows(deep: FiltersPanel) -> None:
    deep.set_layer("norm")
    assert caption(deep) == "norm · weights of 4 channels"
    bars = deep.exported_widget()
    QTest.mouseMove(bars, QPoint(bars.width() * 5 // 8, 20))
    assert caption(deep).startswith("channel 2 · scale (gamma) ")
    deep.set_layer("last")
    matrix = deep.exported_widget()
    assert isinstance(matrix, MatrixView)
    assert matrix.content is not None
    np.testing.assert_array_equal(matrix.content.values, deep_graph().weights("last")["kernel"].T)
    assert caption(deep) == "last · 2 units in rows, each with 5 weights"


@pytest.mark.parametrize(("layer", "text"), [("mean", "has no weights"), ("odd", "cannot be shown")])
def test_layers_without_filters_show_a_reason(deep: FiltersPanel, layer: str, text: str) -> None:
    deep.set_layer(layer)
    assert grid_of(deep).tiles is None
    assert text in grid_of(deep).hint
    assert not child(deep, Legend).isVisible()


def test_chosen_filter_is_enlarged_with_its_values(qtbot: QtBot, deep: FiltersPanel) -> None:
    deep.set_layer("second")
    detail = child(deep, FilterDetail)
    assert not detail.isVisible()
    with qtbot.waitSignal(deep.channel_chosen) as chosen:
        QTest.mouseClick(
            grid_of(deep), Qt.MouseButton.LeftButton, pos=grid_of(deep).area_of(3).center().toPoint()
        )
    assert chosen.args == ["second", 3]
    assert detail.isVisible()
    weights = deep_graph().weights("second")
    assert "Filter 3, input channel 0" in detail.text()
    assert deep.exported_widget().accessibleDescription() == detail.text()
    assert f"bias {weights['bias'][3]:.4g}".replace("-", "\N{MINUS SIGN}") in detail.text()
    assert f"norm {np.linalg.norm(weights['kernel'][..., 3]):.4g}" in detail.text()
    deep.set_layer("norm")
    assert not detail.isVisible()
    QTest.keyClick(deep.exported_widget(), Qt.Key.Key_Right)
    assert (
        f"shift (beta) {deep_graph().weights('norm')['beta'][0]:.4g}".replace("-", "\N{MINUS SIGN}")
        in detail.text()
    )


def test_another_network_keeps_the_layer_of_the_same_name(panel: FiltersPanel) -> None:
    panel.set_network(DEEP, deep_graph())
    panel.set_layer("second")
    panel.set_network(DEEP, deep_graph())
    assert panel.layer is DEEP.layer("second")
    panel.set_network(INFO, GRAPH)
    assert panel.layer is INFO.layer("input")


# --- examples ---


def inputs_of(layer: str, done: int, filters: int = 5) -> MaximizingInputs:
    pictures = np.random.default_rng(0).random((done, 8, 8, 3)).astype(np.float32)
    values = np.arange(done, dtype=np.float32) + np.float32(0.5)
    return MaximizingInputs.empty(layer, filters, (8, 8, 3)).with_images(0, pictures, values)


def samples_of(layer: str, filters: int = 5) -> TopSamples:
    random = np.random.default_rng(0)
    numbers = np.tile(np.arange(9), (filters, 1))
    numbers[-1] = -1
    labels = np.where(numbers < 0, "", "seven")
    patches = random.integers(0, 256, (filters, 9, 5, 5, 1), dtype=np.uint8)
    values = np.sort(random.random((filters, 9)).astype(np.float32), axis=1)[:, ::-1]
    return TopSamples(layer, patches, values, numbers, labels, 40, 280, "digits.npz")


def test_each_display_requests_and_shows_examples(qtbot: QtBot, deep: FiltersPanel) -> None:
    deep.set_layer("second")
    with qtbot.waitSignal(deep.content_requested):
        choose_display(deep, FilterDisplay.INPUTS)
    made = inputs_of("second", 3)
    deep.set_examples(made)
    tiles = grid_of(deep).tiles
    assert tiles is not None
    assert tiles.pixels.shape == (5, 8, 8)
    assert tiles.pixels[:3].all()
    assert not tiles.pixels[3:].any()
    assert deep.numbers().keys() == {"pictures", "values", "done"}
    grey = made.images[1, 2, 3].mean() / 255
    assert point_at(deep, 1, 2, 3, 8, 8) == f"filter 1 · mean activation 1.5 · row 2, column 3 · {grey:.2f}"
    assert point_at(deep, 4, 0, 0, 8, 8) == "filter 4 · not computed yet"
    with qtbot.waitSignal(deep.content_requested):
        deep.set_layer("first")
    assert grid_of(deep).tiles is None


def test_units_that_lead_to_the_output_have_the_names_of_their_classes(deep: FiltersPanel) -> None:
    deep.set_layer("last")
    choose_display(deep, FilterDisplay.INPUTS)
    deep.set_examples(inputs_of("last", 2, filters=2))
    tiles = grid_of(deep).tiles
    assert tiles is not None
    assert tiles.captions == ("a", "b")
    assert caption(deep) == "last · inputs that maximize each unit"
    QTest.keyClick(grid_of(deep), Qt.Key.Key_End)
    assert child(deep, FilterDetail).text().startswith("Unit 1 · b")
    deep.set_layer("mean")
    deep.set_examples(inputs_of("mean", 2))
    tiles = grid_of(deep).tiles
    assert tiles is not None
    assert tiles.captions == ()


def test_patches_have_sample_label_and_value(deep: FiltersPanel) -> None:
    deep.set_layer("second")
    choose_display(deep, FilterDisplay.SAMPLES)
    found = samples_of("second")
    deep.set_examples(found)
    assert caption(deep) == "second · from 40 samples of digits.npz"
    text = point_at(deep, 1, 8, 14, 19, 19)
    assert text == f"filter 1 · activation {found.values[1, 5]:.4g} · sample 6 · label seven"
    assert point_at(deep, 4, 8, 14, 19, 19) == "filter 4"
    tiles = grid_of(deep).tiles
    assert tiles is not None
    patch = tiles.pixels[1, 7:12, 13:18] & np.uint32(0xFF)
    np.testing.assert_array_equal(patch, found.patches[1, 5, ..., 0])
    QTest.keyClick(grid_of(deep), Qt.Key.Key_Home)
    detail = child(deep, FilterDetail)
    large = child(detail, TileGrid).tiles
    assert large is not None
    assert large.captions[0] == f"seven · {found.values[0, 0]:.3g}"
    np.testing.assert_array_equal(large.pixels[2] & np.uint32(0xFF), found.patches[0, 2, ..., 0])


def test_choice_survives_new_examples_of_the_same_layer(deep: FiltersPanel) -> None:
    deep.set_layer("second")
    choose_display(deep, FilterDisplay.INPUTS)
    deep.set_examples(inputs_of("second", 1))
    QTest.keyClick(grid_of(deep), Qt.Key.Key_End)
    detail = child(deep, FilterDetail)
    assert "Not computed yet" in detail.text()
    deep.set_examples(inputs_of("second", 5))
    assert "Mean activation: 4.5" in detail.text()


def test_the_focus_of_the_hidden_button_passes_to_what_was_computed(deep: FiltersPanel) -> None:
    choose_display(deep, FilterDisplay.INPUTS)
    deep.set_idle(0, 5)
    button, other = child(child(deep, JobBar), QPushButton), QPushButton(deep)
    other.show()
    QWidget.setTabOrder(button, other)
    button.setFocus()
    deep.set_running(0, 5, "second")
    deep.set_examples(inputs_of("second", 5))
    deep.set_idle(5, 5)
    assert grid_of(deep).hasFocus()


def test_job_is_started_shown_and_stopped(qtbot: QtBot, deep: FiltersPanel) -> None:
    choose_display(deep, FilterDisplay.INPUTS)
    job_bar = child(deep, JobBar)
    button, bar = child(job_bar, QPushButton), child(job_bar, QProgressBar)
    deep.set_idle(0, 64)
    assert (button.text(), bar.isVisible()) == ("Compute", False)
    with qtbot.waitSignal(deep.start_requested):
        button.click()
    deep.set_running(16, 64, "second")
    assert (bar.value(), bar.maximum(), bar.text()) == (16, 64, "second: 16 of 64")
    deep.set_running(16, 64, "50%value")
    assert bar.text() == "50%value: 16 of 64"
    # The job continues while another layer is shown, and can be stopped from there.
    choose_display(deep, FilterDisplay.WEIGHTS)
    assert bar.isVisible()
    with qtbot.waitSignal(deep.stop_requested):
        button.click()
    choose_display(deep, FilterDisplay.INPUTS)
    deep.set_idle(16, 64)
    assert (button.text(), bar.text()) == ("Continue", "16 of 64")
    deep.set_idle(64, 64)
    assert not button.isVisible()
    choose_display(deep, FilterDisplay.WEIGHTS)
    assert not bar.isVisible()


# --- sizes and models ---


@pytest.mark.parametrize(("width", "height"), [(320, 200), (880, 380), (300, 600)])
def test_controls_fit_any_size(deep: FiltersPanel, width: int, height: int) -> None:
    deep.resize(width, height)
    deep.set_layer("second")
    QTest.keyClick(grid_of(deep), Qt.Key.Key_Home)
    deep.grab()
    for each in (*deep.findChildren(QComboBox), *deep.findChildren(Caption), child(deep, FilterDetail)):
        if each.isVisible():
            position = each.mapTo(deep, QPoint(0, 0))
            assert (
                0 <= position.x() <= position.x() + each.width() <= max(width, deep.minimumSizeHint().width())
            )
            assert 0 <= position.y() <= position.y() + each.height() <= height


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dense", "depthwise", "residual", "unknown", "wide", "colour"])
def test_every_layer_of_every_model_has_filters_or_a_reason(
    panel: FiltersPanel, odd_model: Callable[[str], Path], name: str
) -> None:
    folder = odd_model(name)
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    panel.set_network(card.info, graph)
    for layer in card.info.layers:
        panel.set_layer(layer.name)
        panel.grab()
        shown = filters_of(card.info, layer.name, graph.weights(layer.name))
        if layer.trainable:
            assert isinstance(shown, Kernels | Matrix | Vectors), layer.name
            assert shown.count == layer.shape[-1]
        else:
            assert shown is None, layer.name
            assert layer.name in grid_of(panel).hint
