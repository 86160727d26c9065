"""Every view of the window against its stored picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.views import VIEWS
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Appearance, Settings
from desktop_app.networks.layer_list import Layer, check_layers, with_names
from desktop_app.runs.answers import Answers
from desktop_app.runs.measures import Evaluation, measure
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.data.class_histogram import ClassHistogram
from desktop_app.views.enlargement.panel import EnlargementPanel
from desktop_app.views.enlargement.versions import versions_of
from desktop_app.views.evaluation.confusion_view import ConfusionView
from desktop_app.views.evaluation.names import ClassNames
from desktop_app.views.evaluation.reliability_view import ReliabilityView
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.network.network_picture import NetworkPicture
from desktop_app.views.reading.sample_strip import SampleStrip
from desktop_app.views.timeline.panel import TimelinePanel
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.snapshots import AnswerHistory
from desktop_app.views.view import INSIDE, READ, View
from tests import pictures
from tests.pictures import assert_matches_stored
from tests.synthetic_numbers import number
from tests.views.enlargements import TASK, observed, open_network
from tests.views_of_window import view_of

Prepare = Callable[[MainWindow], None]


def nothing(window: MainWindow) -> None:
    """Leave the view as it is."""


def layer(name: str) -> Prepare:
    """Return a function that shows a layer."""
    return lambda window: view_of(window, LayersPanel).layer_chosen.emit(name)


def value(name: str, *position: int) -> Prepare:
    """Return a function that shows a value."""
    return lambda window: view_of(window, MapsPanel).value_chosen.emit(name, position)


def number_on_page(window: MainWindow) -> None:
    """Show a number of several digits."""
    window.show_page(number("0171 2026", shape=1).transformed(0.35, 20, 140))


SCENES: Mapping[str, Mapping[str, Prepare]] = {
    "layers": {"layers": layer("conv2")},
    "maps": {"maps": layer("conv2"), "maps-dense": layer("logits")},
    "filters": {"filters": layer("conv1")},
    "wall": {"wall": layer("relu1")},
    "compare": {"compare": layer("relu4")},
    "line": {"line": number_on_page},
    "arithmetic": {
        "arithmetic-sum": value("conv2", 5, 6, 7),
        "arithmetic-pool": value("pool1", 5, 6, 7),
        "arithmetic-norm": value("norm1", 5, 6, 7),
        "arithmetic-dense": value("logits", 7),
    },
}
"""Pictures of views and their preparation; other views have one picture without preparation."""


def shows_drawing(view: View) -> bool:
    """Return whether a view opens by default in a workspace for drawings and shows the reading of one."""
    is_open = any(view.positions[name].is_open for name in (READ, INSIDE) if name in view.positions)
    return is_open and not view.needs_training and (view.tasks is None or "character" in view.tasks)


PAINTED = {
    picture: (view, prepare)
    for view in VIEWS
    if shows_drawing(view)
    for picture, prepare in SCENES.get(view.name, {view.name: nothing}).items()
}


def is_complete(window: MainWindow) -> bool:
    """Return whether the timeline is complete."""
    timeline = view_of(window, TimelinePanel).timeline
    return timeline is not None and timeline.is_complete


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("picture", PAINTED)
def test_a_view_looks_as_it_did(qtbot: QtBot, appearance: Appearance, picture: str) -> None:
    if pictures.current_font() != pictures.STORED_FONT:
        pytest.skip(f"the stored images use the font {pictures.STORED_FONT}")
    view, prepare = PAINTED[picture]
    workspace = [name for name, position in view.positions.items() if position.is_open][-1]
    window = build_window(Settings(appearance=appearance, workspace=workspace))
    qtbot.addWidget(window)
    window.resize(1280, 880)
    window.show()
    qtbot.waitUntil(lambda: window.network is not None)
    with qtbot.waitSignal(window.reading_painted):
        window.context.file_requested.emit(resources_dir() / "samples" / "seven.inkml")
    window.workspaces.show_view(view.name)
    (place,) = [place for place in window.hosts if place.view is view]
    qtbot.waitUntil(lambda: place.panel is not None)
    panel = place.panel
    assert panel is not None
    qtbot.waitUntil(lambda: panel.is_active)
    prepare(window)
    qtbot.waitUntil(lambda: bool(panel.numbers()))
    if view.name == "reading":
        qtbot.waitUntil(lambda: view_of(window, SampleStrip).isVisible())
    if view.name == "replay":
        qtbot.waitUntil(lambda: is_complete(window))
    if view.name == "compare":
        qtbot.waitUntil(lambda: "second/probabilities" in panel.numbers())
    assert_matches_stored(panel.exported_widget().grab().toImage(), f"{picture}-{appearance}")


def test_a_different_picture_is_detected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    monkeypatch.delenv("KEEP_PICTURES", raising=False)
    image = QImage(160, 80, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    with pytest.raises(AssertionError, match="no image"):
        assert_matches_stored(image, "white")
    with monkeypatch.context() as keeping:
        keeping.setenv("KEEP_PICTURES", "1")
        assert_matches_stored(image, "white")
    image.setPixelColor(20, 20, QColor("black"))
    assert_matches_stored(image, "white")
    painter = QPainter(image)
    painter.fillRect(40, 40, 8, 8, QColor("black"))
    painter.end()
    with pytest.raises(AssertionError, match="looks different"):
        assert_matches_stored(image, "white")


# --------------------------------------------------------------------------------------- views alone

CLASSES = tuple("0123456789")


def histogram() -> QWidget:
    """Return a histogram of classes and splits."""
    view = ClassHistogram()
    view.set_counts(CLASSES, np.array([[60 - 3 * label, 8 + label, 12] for label in range(10)]))
    view.set_selection(4, None)
    return view


def evaluated() -> Evaluation:
    """Return an evaluation in which every fifth answer is wrong."""
    rng = np.random.default_rng(5)
    truth = np.arange(600) % 10
    said = np.where(rng.random(600) < 0.2, (truth * 3 + 1) % 10, truth)
    sure = np.where(said == truth, rng.uniform(0.5, 1, 600), rng.uniform(0.2, 0.9, 600))
    shares = np.repeat((1 - sure[:, None]) / 9, 10, axis=1)
    shares[np.arange(600), said] = sure
    return measure(Answers(shares.astype(np.float32), truth, np.zeros((600, 28, 28, 1), np.uint8)), CLASSES)


def confusion() -> QWidget:
    """Return a confusion matrix."""
    view, names = ConfusionView(), ClassNames(CLASSES, "")
    view.set_counts(evaluated().confusion, names)
    view.set_chosen(view.most_frequent_error())
    return view


def reliability() -> QWidget:
    """Return a reliability diagram."""
    view = ReliabilityView()
    view.set_bins(evaluated().bins)
    return view


def epochs() -> QWidget:
    """Return the band of answers by epoch."""
    places = np.arange(9)
    rows = np.full((9, 10), 0.02) + 0.8 * np.exp(-((np.arange(10) - places[:, None]) ** 2) / 2)
    shares = (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)
    view = EpochBand()
    view.set_epochs(tuple(range(9)), 6)
    view.set_history(AnswerHistory(places.astype(np.intp), shares, CLASSES, "", is_complete=True))
    return view


def layers() -> QWidget:
    """Return the table of layers, one of which is invalid."""
    recipe = zoo_entry("residual").recipe
    broken = (*recipe.layers[:4], Layer("Dense", options={"units": 0}), *recipe.layers[4:])
    view = LayerTable()
    view.set_layers(check_layers(with_names(broken), recipe.task.input_shape, recipe.task.output_shape), 2)
    return view


def network() -> QWidget:
    """Return the network as a row of shapes with arcs."""
    recipe = zoo_entry("residual").recipe
    view = NetworkPicture()
    view.set_layers(check_layers(recipe.layers, recipe.task.input_shape, recipe.task.output_shape), recipe, 0)
    return view


def enlargement() -> QWidget:
    """Return the versions of an enlarged image."""
    panel, enlarger = EnlargementPanel(), open_network(TASK)
    panel.set_network(enlarger.info, enlarger.graph)
    panel.set_versions(versions_of(observed(TASK), TASK))
    return panel


ALONE: dict[str, tuple[Callable[[], QWidget], int, int]] = {
    "train-histogram": (histogram, 480, 104),
    "train-confusion": (confusion, 420, 360),
    "train-reliability": (reliability, 420, 320),
    "train-epochs": (epochs, 480, 112),
    "train-layers": (layers, 560, 320),
    "train-network": (network, 720, 240),
    "enlargement": (enlargement, 640, 400),
}


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("view", ALONE)
def test_a_view_alone_looks_as_it_did(qtbot: QtBot, appearance: Appearance, view: str) -> None:
    if pictures.current_font() != pictures.STORED_FONT:
        pytest.skip(f"the stored images use the font {pictures.STORED_FONT}")
    make, width, height = ALONE[view]
    # The window's own style, which is the application's from the first one on.
    build_window(Settings(appearance=appearance)).deleteLater()
    widget = make()
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    assert_matches_stored(widget.grab().toImage(), f"{view}-{appearance}")
