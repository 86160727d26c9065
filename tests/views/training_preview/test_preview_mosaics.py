from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    PreviewSnapshot,
    snapshot_of,
    with_drawing,
)
from tests.views.conftest import GRAPH, INFO
from tests.views.training_preview.preview_panels import (
    INPUT,
    answer_of,
    caption_of,
    grids_of,
    progress_of,
    refresh,
    run_with,
    snapshot_for,
    titles_of,
)


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


def test_network_without_filters_shows_a_hint(panel: TrainingPreviewPanel) -> None:
    panel.start_run(progress_of(0))
    panel.set_snapshot(PreviewSnapshot(0, None, None))
    refresh(panel)
    assert grids_of(panel)[0].tiles is None
    assert "no filters" in grids_of(panel)[0].hint


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
