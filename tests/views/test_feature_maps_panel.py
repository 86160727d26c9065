from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.recognizer import Observation, open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.feature_maps.layer_title import LayerTitle
from desktop_app.views.feature_maps.map_cards import MAX_PINS, ColourCard, MapCards, PinnedCard
from desktop_app.views.feature_maps.map_menu import MapMenu
from desktop_app.views.feature_maps.map_text import MapText
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.numerals import MINUS
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, observation_of

Position = tuple[int, ...]


@pytest.fixture
def panel(qtbot: QtBot) -> MapsPanel:
    widget = MapsPanel()
    qtbot.addWidget(widget)
    widget.set_network(INFO, GRAPH)
    widget.resize(1000, 260)
    widget.show()
    widget.set_active(True)
    return widget


def view_of(panel: MapsPanel) -> FeatureMapView:
    return child(panel, FeatureMapView)


def legend_of(panel: MapsPanel) -> Legend:
    return child(panel, Legend)


def title_of(panel: MapsPanel) -> str:
    title = child(panel, LayerTitle)
    return title.text()


def control(panel: MapsPanel, kind: type[QWidget], name: str) -> QWidget:
    (found,) = [widget for widget in panel.findChildren(kind) if widget.accessibleName() == name]
    assert isinstance(found, QWidget)
    return found


def button(panel: MapsPanel, name: str) -> QToolButton:
    found = control(panel, QToolButton, name)
    assert isinstance(found, QToolButton)
    return found


def caption(panel: MapsPanel) -> str:
    """Return the text beside the legend: the value under the mouse, or the constant channels."""
    return child(panel, Caption, "maps_pointed").text()


def pictures_of(panel: MapsPanel) -> QImage:
    return panel.exported_widget().grab().toImage()


def point_at(panel: MapsPanel, position: Position) -> QPoint:
    """Move the mouse to a point with a position."""
    view = view_of(panel)
    text = [
        QPoint(x, y)
        for y in range(2, view.height(), 4)
        for x in range(2, view.width(), 4)
        if view.position_at(QPointF(x, y)) == position
    ]
    at = text[len(text) // 2]
    # Move away first: the mouse may be there from another test.
    QTest.mouseMove(view, at - QPoint(1, 1))
    QTest.mouseMove(view, at)
    return at


# --- layers ---


def test_title_describes_shape_kind_and_parameters(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    assert title_of(panel) == "conv · 3×3×4 · Conv2D · 40 parameters"
    panel.set_layer("relu")
    assert title_of(panel) == "relu · 3×3×4 · ReLU"


@pytest.mark.parametrize(
    ("trainable", "fixed", "text"),
    [
        (337_643, 960, "338,603 parameters, 960 not trainable"),
        (0, 5, "5 parameters, not trainable"),
        (1, 0, "1 parameter"),
    ],
)
def test_parameters_are_described(panel: MapsPanel, trainable: int, fixed: int, text: str) -> None:
    layer = LayerInfo("x", "Dense", (3,), (), trainable, fixed)
    assert MapText(panel).layer(layer) == f"3 units · Dense · {text}"


def test_every_layer_shows_its_values(panel: MapsPanel) -> None:
    observation = observation_of("1")
    panel.set_observation(observation)
    for layer in INFO.layers:
        panel.set_layer(layer.name)
        assert view_of(panel).activation() is observation.activations[layer.name]
        assert panel.numbers()[layer.name] is observation.activations[layer.name]
    panel.set_layer("no such layer")
    assert title_of(panel).startswith("probabilities")
    panel.set_observation(Observation(Reading(Verdict.NO_INK)))
    assert view_of(panel).activation() is None
    assert panel.numbers() == {}


def test_output_units_are_described_by_their_labels(panel: MapsPanel) -> None:
    panel.set_observation(observation_of("1"))
    for layer in ("probabilities", "logits"):
        panel.set_layer(layer)
        x = view_of(panel).width()
        assert view_of(panel).describe(QPointF(x * 3.5 / 11, 60)).startswith("3 · ")
        assert view_of(panel).describe(QPointF(x * 10.5 / 11, 60)).startswith("not a digit · ")
    panel.set_layer("flatten")
    assert view_of(panel).describe(QPointF(2, 60)).startswith("unit 0 · ")


def test_hidden_panel_computes_nothing_and_catches_up(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_active(False)
    panel.set_observation(observation_of("1"))
    assert view_of(panel).activation() is None
    panel.set_active(True)
    assert view_of(panel).activation() is not None


def odd_observation(
    layer: LayerInfo, activation: NDArray[np.float32] | None
) -> tuple[NetworkInfo, Observation]:
    info = NetworkInfo(
        "odd", "Odd", Task(labels=("0", "1")), (LayerInfo("input", "InputLayer", (2, 2, 1)), layer)
    )
    activations: Mapping[str, NDArray[np.float32]] = {"input": np.zeros((2, 2, 1), dtype=np.float32)}
    if activation is not None:
        activations = {**activations, layer.name: activation}
    return info, Observation(Reading(Verdict.READ, "0", ("0",), {"0": 1.0, "1": 0.0}, 1.0), None, activations)


@pytest.mark.parametrize(
    ("shape", "answered", "text"),
    [
        ((2, 2, 2, 2), True, "has 4 axes (2×2×2×2)"),
        ((), True, "has a single value"),
        ((0, 3), True, "has no values"),
        ((4, 4, 2), False, "does not output the activation of odd"),
    ],
)
def test_layer_without_maps_shows_a_reason(
    panel: MapsPanel, shape: tuple[int, ...], answered: bool, text: str
) -> None:
    layer = LayerInfo("odd", "Lambda", shape, ("input",))
    info, observation = odd_observation(layer, np.zeros(shape, dtype=np.float32) if answered else None)
    panel.set_network(info, GRAPH)
    panel.set_layer("odd")
    panel.set_observation(observation)
    assert text in view_of(panel).hint
    assert view_of(panel).scale() is None
    pictures_of(panel)


# --- colour settings ---


def test_colour_settings_reach_maps_and_legend(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    observation = observation_of("1")
    panel.set_observation(observation)
    high = f"{float(np.abs(observation.activations['conv']).max()):.3g}"
    assert legend_of(panel).texts() == (MINUS + high, high)
    plain = pictures_of(panel)
    contrast = control(panel, QComboBox, "Contrast")
    assert isinstance(contrast, QComboBox)
    contrast.setCurrentIndex(1)
    assert legend_of(panel).text() == f"{MINUS}largest to largest"
    per_map = pictures_of(panel)
    assert per_map != plain
    contrast.setCurrentIndex(0)
    gamma = control(panel, QDoubleSpinBox, "Gamma: values below 1 emphasize weak activations")
    assert isinstance(gamma, QDoubleSpinBox)
    gamma.setValue(0.5)
    scale = view_of(panel).scale()
    assert scale is not None
    assert legend_of(panel).scale is scale
    assert pictures_of(panel) not in (plain, per_map)
    gamma.setValue(1.0)
    greys = control(panel, QComboBox, "Colour map")
    assert isinstance(greys, QComboBox)
    greys.setCurrentIndex(1)
    image = pictures_of(panel)
    pixel = image.pixelColor(3, 3)
    assert pixel.red() == pixel.green() == pixel.blue()


def test_fixed_range_starts_with_the_current_range_and_stays_ordered(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    span = view_of(panel).scale()
    assert span is not None
    contrast = control(panel, QComboBox, "Contrast")
    names = "Minimum: value of the first colour", "Maximum: value of the last colour"
    low, high = (control(panel, QDoubleSpinBox, name) for name in names)
    assert isinstance(contrast, QComboBox)
    assert isinstance(low, QDoubleSpinBox)
    assert isinstance(high, QDoubleSpinBox)
    assert not low.isVisible()
    contrast.setCurrentIndex(2)
    assert low.isVisible()
    assert high.isVisible()
    assert high.value() == pytest.approx(span.high, rel=0.06)
    low.setValue(-3)
    high.setValue(2)
    assert legend_of(panel).texts() == (f"{MINUS}3", "2")
    low.setValue(5)
    assert low.value() < high.value()
    high.setValue(-20)
    assert low.value() < high.value()


def test_legend_shows_the_range_of_the_map_under_the_mouse(panel: MapsPanel) -> None:
    panel.set_layer("relu")
    observation = observation_of("1")
    panel.set_observation(observation)
    contrast = control(panel, QComboBox, "Contrast")
    assert isinstance(contrast, QComboBox)
    contrast.setCurrentIndex(1)
    relu = observation.activations["relu"]
    channel = int(relu.max(axis=(0, 1)).argmax())
    point_at(panel, (1, 1, channel))
    assert legend_of(panel).texts() == ("0", f"{float(relu[:, :, channel].max()):.3g}")


def test_legend_marks_zero_for_signed_values(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    legend = legend_of(panel)
    low, high = legend.texts()
    assert low == MINUS + high
    image = legend.grab().toImage()
    text = legend.palette().windowText().color()
    middle = [image.pixelColor(legend.width() // 2 + dx, 10) for dx in (-1, 0, 1)]
    assert any(abs(pixel.lightness() - text.lightness()) < 90 for pixel in middle)


def test_units_can_be_shown_as_squares(panel: MapsPanel) -> None:
    panel.set_observation(observation_of("1"))
    panel.set_layer("conv")
    strip = button(panel, "Show units as squares")
    assert not strip.isVisible()
    panel.set_layer("flatten")
    bars = pictures_of(panel)
    strip.click()
    assert pictures_of(panel) != bars
    strip.click()
    assert pictures_of(panel) == bars


def test_zoom_buttons(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    fitted = pictures_of(panel)
    button(panel, "Zoom in (+)").click()
    assert pictures_of(panel) != fitted
    button(panel, "Fit all (0)").click()
    assert pictures_of(panel) == fitted


# --- values ---


def test_value_under_the_mouse_is_described_without_relayout(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    observation = observation_of("1")
    panel.set_observation(observation)
    panel.grab()
    geometry = [widget.geometry() for widget in panel.findChildren(QWidget)]
    point_at(panel, (2, 1, 3))
    value = float(observation.activations["conv"][2, 1, 3])
    assert caption(panel) == f"channel 3 · row 2, column 1 · {value:.4g}".replace("-", MINUS)
    assert [widget.geometry() for widget in panel.findChildren(QWidget)] == geometry


def test_constant_channels_are_counted(panel: MapsPanel) -> None:
    panel.set_layer("relu")
    observation = observation_of("1")
    relu = observation.activations["relu"].copy()
    relu[:, :, 2] = 0
    panel.set_observation(
        Observation(observation.reading, observation.prepared, {**observation.activations, "relu": relu})
    )
    silent = int((relu.max(axis=(0, 1)) == relu.min(axis=(0, 1))).sum())
    assert caption(panel).startswith(f"constant channels: {silent} of 4")


def test_click_chooses_a_value(qtbot: QtBot, panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    at = point_at(panel, (1, 2, 0))
    with qtbot.waitSignal(panel.value_chosen) as chosen:
        QTest.mouseClick(view_of(panel), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == ["conv", (1, 2, 0)]
    panel.set_layer("logits")
    with qtbot.waitSignal(panel.value_chosen) as chosen:
        QTest.mouseClick(view_of(panel), Qt.MouseButton.LeftButton, pos=QPoint(5, 50))
    assert chosen.args == ["logits", (0,)]


def test_chosen_value_is_outlined_until_another_layer_is_shown(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    plain = pictures_of(panel)
    panel.set_value("conv", (1, 2, 0))
    assert pictures_of(panel) != plain
    panel.set_layer("relu")
    panel.set_layer("conv")
    assert pictures_of(panel) == plain


def test_menu_offers_actions_for_a_map(qtbot: QtBot, panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    at = point_at(panel, (1, 2, 3))
    view = view_of(panel)

    def choose(text: str) -> None:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
        QApplication.sendEvent(view, event)
        (menu,) = view.findChildren(MapMenu)
        (action,) = [action for action in menu.actions() if action.text().startswith(text)]
        action.trigger()
        menu.close()
        qtbot.waitUntil(lambda: not view.findChildren(MapMenu))

    with qtbot.waitSignal(panel.value_chosen) as chosen:
        choose("Arithmetic of channel 3 · row 1, column 2")
    assert chosen.args == ["conv", (1, 2, 3)]
    choose("Pin channel 3")
    assert [card.channel() for card in panel.findChildren(PinnedCard)] == [3]
    choose("Show as blue")
    (card,) = panel.findChildren(ColourCard)
    channels = card.channels()
    assert channels is not None
    assert channels[2] == 3


# --- cards ---


def close(card: QWidget) -> None:
    found = child(card, QToolButton)
    found.click()


def test_pinned_maps_stay_when_another_layer_is_shown(qtbot: QtBot, panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    point_at(panel, (1, 2, 3))
    QTest.keyClick(view_of(panel), Qt.Key.Key_P)
    QTest.keyClick(view_of(panel), Qt.Key.Key_P)  # once is enough
    (card,) = panel.findChildren(PinnedCard)
    panel.set_layer("logits")
    observation = observation_of("1")
    before = card.grab().toImage()
    activations = dict(observation.activations)
    activations["conv"] = activations["conv"] - np.eye(3, dtype=np.float32)[:, :, None]
    panel.set_observation(Observation(observation.reading, observation.prepared, activations))
    assert card.grab().toImage() != before
    pinned = panel.numbers()["conv_channel_3"]
    assert (pinned == activations["conv"][:, :, 3]).all()
    close(card)
    qtbot.waitUntil(lambda: not panel.findChildren(PinnedCard))
    assert list(panel.numbers()) == ["logits"]
    assert not child(panel, MapCards).isVisible()


def test_values_of_a_pinned_map_are_described_and_chosen(qtbot: QtBot, panel: MapsPanel) -> None:
    panel.set_layer("conv")
    observation = observation_of("1")
    panel.set_observation(observation)
    point_at(panel, (0, 0, 1))
    QTest.keyClick(view_of(panel), Qt.Key.Key_P)
    panel.set_layer("logits")
    (card,) = panel.findChildren(PinnedCard)
    picture = card.image_view
    area = picture.area()
    at = QPointF(area.left() + area.width() / 2, area.top() + 5).toPoint()
    QTest.mouseMove(picture, at)
    value = float(observation.activations["conv"][0, 1, 1])
    assert caption(panel) == f"conv · channel 1 · row 0, column 1 · {value:.4g}".replace("-", MINUS)
    with qtbot.waitSignal(panel.value_chosen) as chosen:
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == ["conv", (0, 1, 1)]


def test_oldest_pin_is_replaced(qtbot: QtBot, panel: MapsPanel) -> None:
    for number in range(MAX_PINS + 1):
        child(panel, MapCards).pin("input" if number else "conv", number)
    qtbot.waitUntil(lambda: len(panel.findChildren(PinnedCard)) == MAX_PINS)
    assert {card.layer for card in panel.findChildren(PinnedCard)} == {"input"}


def test_another_network_unpins_all_maps(qtbot: QtBot, panel: MapsPanel) -> None:
    child(panel, MapCards).pin("conv", 1)
    panel.set_network(INFO, GRAPH)
    qtbot.waitUntil(lambda: not panel.findChildren(PinnedCard))


def test_three_channels_in_colour(qtbot: QtBot, panel: MapsPanel) -> None:
    panel.set_layer("relu")
    observation = observation_of("1")
    panel.set_observation(observation)
    toggle = button(panel, "Show three channels as red, green and blue")
    toggle.click()
    (card,) = panel.findChildren(ColourCard)
    strength = np.abs(observation.activations["relu"]).sum(axis=(0, 1))
    order = np.argsort(-strength, kind="stable")
    assert card.channels() == tuple(order[:3].tolist())
    first = card.grab().toImage()
    spins = card.findChildren(QSpinBox)
    spins[0].setValue(int(order[3]))
    assert card.channels() == (order[3], order[1], order[2])
    assert card.grab().toImage() != first
    assert panel.numbers()["relu_red_green_blue"].shape == (3, 3, 3)
    panel.set_layer("conv")
    assert card.layer == "conv"
    panel.set_layer("logits")  # no picture: an empty card, and no numbers
    assert "logits_red_green_blue" not in panel.numbers()
    close(card)
    qtbot.waitUntil(lambda: not panel.findChildren(ColourCard))
    assert not toggle.isChecked()


def test_colour_keys_show_the_colour_card(panel: MapsPanel) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    point_at(panel, (1, 1, 2))
    QTest.keyClick(view_of(panel), Qt.Key.Key_G)
    (card,) = panel.findChildren(ColourCard)
    channels = card.channels()
    assert channels is not None
    assert channels[1] == 2


def test_layer_with_few_channels_can_be_in_colour(panel: MapsPanel) -> None:
    panel.set_layer("input")
    panel.set_observation(observation_of("1"))
    button(panel, "Show three channels as red, green and blue").click()
    (card,) = panel.findChildren(ColourCard)
    assert card.channels() == (0, 0, 0)


# --- sizes ---


@pytest.mark.parametrize("size", [(320, 200), (560, 260), (1000, 300), (1600, 500), (420, 640)])
def test_controls_stay_inside_the_panel(panel: MapsPanel, size: tuple[int, int]) -> None:
    panel.set_layer("conv")
    panel.set_observation(observation_of("1"))
    child(panel, MapCards).pin("conv", 1)
    child(panel, MapCards).set_colour(True)
    panel.resize(*size)
    panel.grab()
    assert (panel.width(), panel.height()) == size
    # Text in a spin box is clipped by the box.
    inside = {child for spin in panel.findChildren(QAbstractSpinBox) for child in spin.findChildren(QWidget)}
    for widget in set(panel.findChildren(QWidget)) - inside:
        if widget.isVisible() and widget.window() is panel:
            place = widget.rect().translated(widget.mapTo(panel, QPoint(0, 0)))
            assert panel.rect().contains(place), widget


def test_narrow_panel_moves_colour_controls_behind_a_button(qtbot: QtBot, panel: MapsPanel) -> None:
    contrast = control(panel, QComboBox, "Contrast")
    assert contrast.isVisible()
    panel.resize(400, 260)
    panel.grab()
    assert not contrast.isVisible()
    button(panel, "Contrast, gamma and colours").click()
    assert contrast.isVisible()
    assert contrast.window() is not panel
    panel.resize(1000, 260)
    panel.grab()
    assert contrast.isVisible()
    assert contrast.window() is panel


# --- models ---


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dense", "pooled", "depthwise", "residual", "wide", "unknown", "colour"])
def test_every_layer_of_every_model_can_be_shown(
    panel: MapsPanel, odd_model: Callable[[str], Path], name: str
) -> None:
    folder = odd_model(name)
    recognizer = open_recognizer(folder)
    observation = recognizer.observe(Ink((Stroke(np.array([[100, 80], [300, 90], [150, 320]])),)))
    info = recognizer.info
    panel.set_network(info, Graph(info, read_weights(folder, recognizer.card)))
    panel.set_observation(observation)
    for layer in info.layers:
        panel.set_layer(layer.name)
        assert view_of(panel).scale() is not None
        pictures_of(panel)


def test_empty_panel_shows_a_hint(panel: MapsPanel) -> None:
    empty = pictures_of(panel)
    assert (
        len(
            {
                empty.pixelColor(x, y).rgba()
                for x in range(0, empty.width(), 2)
                for y in range(0, empty.height(), 2)
            }
        )
        > 1
    )
    assert "appear here" in view_of(panel).hint
