"""The window with networks of every kind: each view shows the network or a reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core import paths
from desktop_app.core.settings import Settings
from desktop_app.ink.strokes import Ink
from desktop_app.views.arithmetic.panel import ArithmeticPanel
from desktop_app.views.compare.panel import ComparePanel
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.sample_grid.panel import SampleGridPanel
from desktop_app.views.timeline.panel import TimelinePanel
from desktop_app.views.view import INSIDE
from desktop_app.views.why.panel import WhyPanel
from tests.finding import child
from tests.views_of_window import view_of

# Those of tests/odd_models.py, which is not imported here since that takes Keras.
NAMES = (
    "dense",
    "pooled",
    "normalized",
    "depthwise",
    "residual",
    "wide",
    "unknown",
    "size32",
    "colour",
    "named",
)

SEVEN = Ink.from_points([[[120, 90], [280, 90], [180, 320]], [[150, 200], [260, 200]]])


@pytest.fixture
def opened(qtbot: QtBot, odd_model: Callable[[str], Path]) -> Callable[[str], MainWindow]:
    """Return a function that opens the window with a user's model and a drawing, in the workspace Inside."""

    def open_(name: str) -> MainWindow:
        folder = odd_model(name)
        shutil.copytree(folder, paths.user_models_dir() / folder.name)
        window = build_window(Settings(model=folder.name, workspace=INSIDE))
        qtbot.addWidget(window)
        window.resize(1280, 880)
        window.show()
        qtbot.waitUntil(lambda: window.network is not None)
        with qtbot.waitSignal(window.reading_painted):
            window.canvas.set_page(SEVEN)
        return window

    return open_


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_of_every_network_is_shown(
    qtbot: QtBot, opened: Callable[[str], MainWindow], name: str
) -> None:
    window = opened(name)
    said: list[str] = []
    window.messages.shown.connect(said.append)
    assert window.network is not None
    for panel in ("arithmetic", "filters"):
        window.workspaces.show_view(panel)
        for layer in window.network.layers:
            view_of(window, LayersPanel).layer_chosen.emit(layer.name)
            numbers = view_of(window, MapsPanel).numbers()
            assert layer.name not in numbers or numbers[layer.name].shape == layer.shape
            assert not window.grab().isNull()
    assert said == []


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_every_layer_is_explained(
    qtbot: QtBot, opened: Callable[[str], MainWindow], name: str
) -> None:
    window = opened(name)
    assert window.network is not None
    for layer in window.network.layers:
        position = tuple(size // 2 for size in layer.shape)
        view_of(window, MapsPanel).value_chosen.emit(layer.name, position)
        assert view_of(window, ArithmeticPanel).location() == (layer.name, position)
        assert not view_of(window, ArithmeticPanel).grab().isNull()


@pytest.mark.parametrize("name", NAMES)
def test_why_and_timeline_show_an_answer_or_a_reason(
    qtbot: QtBot, opened: Callable[[str], MainWindow], name: str
) -> None:
    window = opened(name)
    window.workspaces.show_view("why")
    qtbot.waitUntil(lambda: bool(view_of(window, WhyPanel).numbers()))
    window.workspaces.show_view("replay")
    qtbot.waitUntil(lambda: bool(view_of(window, TimelinePanel).numbers()))


@pytest.mark.parametrize("name", ["dense", "wide", "size32", "colour"])
def test_the_sample_grid_shows_activations_of_a_layer(
    qtbot: QtBot, opened: Callable[[str], MainWindow], name: str
) -> None:
    window = opened(name)
    window.workspaces.show_view("wall")
    qtbot.waitUntil(lambda: bool(view_of(window, SampleGridPanel).numbers()))


def test_a_network_without_pictures_is_drawn_in_bars(
    qtbot: QtBot, opened: Callable[[str], MainWindow]
) -> None:
    window = opened("dense")
    assert window.network is not None
    view_of(window, LayersPanel).layer_chosen.emit(window.network.output)
    maps = view_of(window, MapsPanel).findChild(FeatureMapView, "feature_maps")
    assert maps is not None
    with qtbot.waitSignal(view_of(window, MapsPanel).value_chosen) as chosen:
        QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=maps.rect().center())
    layer, position = chosen.args
    assert layer == window.network.output
    assert len(position) == 1


def test_two_models_read_the_same_ink(qtbot: QtBot, opened: Callable[[str], MainWindow]) -> None:
    window = opened("named")
    window.workspaces.show_view("compare")
    qtbot.waitUntil(lambda: bool(view_of(window, ComparePanel).verdict().startswith("The models disagree")))
    numbers = view_of(window, ComparePanel).numbers()
    assert numbers["first/probabilities"].shape == (2,)
    assert numbers["second/probabilities"].shape == (11,)


def test_a_model_chosen_in_the_menu_is_used_at_once(
    qtbot: QtBot, opened: Callable[[str], MainWindow]
) -> None:
    window = opened("size32")

    def digits() -> QAction:
        return next(
            action for action in child(window, QMenu, "&Model").actions() if action.data() == "digits"
        )

    with qtbot.waitSignal(window.reading_painted):
        digits().trigger()
    qtbot.waitUntil(lambda: window.network is not None and window.network.name == "digits")
    qtbot.waitUntil(lambda: view_of(window, MapsPanel).numbers() != {})
    assert digits().isChecked()
    assert window.canvas.page is SEVEN


def test_a_broken_model_is_explained_in_the_menu(qtbot: QtBot, opened: Callable[[str], MainWindow]) -> None:
    broken = paths.user_models_dir() / "broken"
    broken.mkdir(parents=True)
    (broken / "card.json").write_text("{", encoding="utf-8")
    window = opened("dense")
    actions = child(window, QMenu, "&Model").actions()
    titles = {action.text().split("\t")[0]: action.isEnabled() for action in actions}
    (error,) = [title for title, enabled in titles.items() if not enabled]
    assert "broken" in error
    assert titles["Digits"]


def test_a_missing_model_is_replaced_by_the_default(qtbot: QtBot) -> None:
    window = build_window(Settings(model="lost"))
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.messages.shown) as said:
        window.show()
    assert "lost" in said.args[0]
    qtbot.waitUntil(lambda: window.network is not None and window.network.name == "digits")
