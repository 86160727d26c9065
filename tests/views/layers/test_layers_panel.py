"""The row of layers: what it shows, choosing, scrolling, and pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink, Stroke
from desktop_app.inspection.colour import DIVERGING
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.recognizer import Observation, open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task
from desktop_app.views.layers.layer_positions import is_slim
from desktop_app.views.layers.layer_row import LayerRow
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.layers.scrolled_row import ScrolledRow
from desktop_app.views.parts.text_style import TextFont
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, observation_of, reading_of
from tests.views.layers.layer_rows import BRANCHED, CONV, FLATTEN, LAST, long_network, maps, network_of


@pytest.fixture
def panel(qtbot: QtBot) -> LayersPanel:
    widget = LayersPanel()
    qtbot.addWidget(widget)
    widget.set_network(INFO, GRAPH)
    widget.resize(800, 120)
    widget.show()
    widget.set_active(True)
    return widget


def row_of(panel: LayersPanel) -> LayerRow:
    return child(panel, LayerRow)


def scrolled_row(panel: LayersPanel) -> ScrolledRow:
    row = row_of(panel).scrolled_row()
    assert row is not None
    return row


def image_of(panel: LayersPanel) -> QImage:
    row = row_of(panel)
    row.clearFocus()
    return row.grab().toImage()


def thumbnail_in(panel: LayersPanel, number: int) -> QImage:
    return image_of(panel).copy(scrolled_row(panel).thumbnail(number).toAlignedRect())


def middle_of(panel: LayersPanel, number: int) -> QPoint:
    return scrolled_row(panel).tile(number).center().toPoint()


def test_layers_are_described_with_shape_parameters_and_inputs(panel: LayersPanel) -> None:
    row = row_of(panel)
    assert row.describe(CONV) == "conv · 3×3×4 · Conv2D · 40 parameters · from input"
    assert row.describe(0) == "input · 28×28×1 · InputLayer · Ink is scaled and centred as in MNIST."
    panel.set_network(long_network(2), GRAPH)
    assert row.describe(3) == "answer · 2 units · Dense · 137 parameters, 7 not trainable · from conv1"


def test_the_tooltip_describes_the_layer_under_the_mouse(panel: LayersPanel) -> None:
    row = row_of(panel)
    at = middle_of(panel, CONV)
    QApplication.sendEvent(row, QHelpEvent(QHelpEvent.Type.ToolTip, at, row.mapToGlobal(at)))
    assert QToolTip.text() == row.describe(CONV)
    QToolTip.hideText()


def test_thumbnails_are_those_of_the_activations(panel: LayersPanel) -> None:
    observation = observation_of("1")
    empty = thumbnail_in(panel, CONV)
    panel.set_observation(observation)
    shown = thumbnail_in(panel, CONV)
    assert shown != empty
    conv = observation.activations["conv"]
    # Four maps of 3x3 in a square with a gap between them are 7x7 values.
    reach = float(np.abs(conv).max())
    zoom = shown.width() // 7
    offset = (shown.width() - 7 * zoom) // 2
    for row, column, channel in ((0, 0, 0), (1, 2, 1), (2, 2, 3)):
        x = offset + round(((channel % 2) * 4 + column + 0.5) * zoom)
        y = offset + round(((channel // 2) * 4 + row + 0.5) * zoom)
        expected = int(DIVERGING[round(127.5 + 127.5 * float(conv[row, column, channel]) / reach)])
        assert shown.pixelColor(x, y).rgba() == expected


def test_the_last_tile_shows_answer_and_bars(panel: LayersPanel) -> None:
    panel.set_observation(observation_of("1"))
    positions = row_of(panel).positions()
    assert positions is not None
    tile = positions.tile(LAST).toAlignedRect()
    one = image_of(panel).copy(tile)
    observation = observation_of("1")
    reading = Reading(Verdict.UNSURE, "1", ("1", "7"), reading_of("1").probabilities, 0.5)
    row_of(panel).set_observation(Observation(reading, observation.prepared, observation.activations))
    assert image_of(panel).copy(tile) != one
    assert row_of(panel).answer() == "1?"
    assert row_of(panel).confidence() == "50.0 %"
    nothing = Reading(Verdict.NOT_A_CHARACTER, probabilities=reading_of("1").probabilities)
    row_of(panel).set_observation(Observation(nothing, observation.prepared, observation.activations))
    assert row_of(panel).answer() == "\N{EN DASH}"
    row_of(panel).set_observation(Observation(Reading(Verdict.NO_INK)))
    assert row_of(panel).answer() == ""
    assert row_of(panel).confidence() == ""


def test_bars_of_the_answer_are_as_high_as_their_share(panel: LayersPanel) -> None:
    observation = observation_of("1")
    shares = np.zeros(11, dtype=np.float32)
    shares[2], shares[7] = 0.75, 0.25
    activations = {**observation.activations, "probabilities": shares}
    panel.set_observation(Observation(observation.reading, observation.prepared, activations))
    positions = row_of(panel).positions()
    assert positions is not None
    tile, side = positions.tile(LAST), positions.side
    image = image_of(panel)
    accent = image.pixelColor(
        round(tile.right()) - side - 4 + round(2.4 * side / 11), round(tile.bottom()) - 4
    )

    def height(answer: int) -> int:
        x = round(tile.right()) - side - 4 + round((answer + 0.4) * side / 11)
        ground = image.pixelColor(
            round(tile.right()) - side - 4 + round(4.4 * side / 11), round(tile.top()) + 4
        )
        return sum(
            image.pixelColor(x, y) != ground for y in range(round(tile.top()), round(tile.bottom()) - 1)
        )

    assert abs(height(2) - 0.75 * side) < 3
    assert abs(height(7) - 0.25 * side) < 3
    assert height(5) == 0
    assert abs(accent.blue() - panel.palette().accent().color().blue()) < 10


def test_layers_that_pass_on_are_slim(panel: LayersPanel) -> None:
    positions = row_of(panel).positions()
    assert positions is not None
    assert positions.widths[FLATTEN] < positions.widths[CONV] / 2
    assert positions.widths[LAST] > positions.widths[CONV]
    assert is_slim(INFO.layers[FLATTEN])
    assert not is_slim(INFO.layers[0])


def test_the_chosen_layer_differs_in_shape_too(panel: LayersPanel) -> None:
    panel.set_layer("conv")
    here = image_of(panel)
    panel.set_layer("relu")
    there = image_of(panel)
    positions = row_of(panel).positions()
    assert positions is not None
    accent = panel.palette().accent().color()

    def bar(image: QImage, number: int) -> int:
        x = round(positions.tile(number).center().x())
        return sum(image.pixelColor(x, y) == accent for y in range(image.height()))

    assert bar(here, 1) >= 2
    assert bar(here, 2) == 0
    assert bar(there, 1) == 0
    assert bar(there, 2) >= 2


def test_without_a_network_the_row_shows_a_hint(qtbot: QtBot) -> None:
    panel = LayersPanel()
    qtbot.addWidget(panel)
    panel.resize(600, 110)
    panel.show()
    image = image_of(panel)
    assert len({image.pixelColor(x, 50).rgba() for x in range(image.width())}) > 1
    assert row_of(panel).chosen_layer() == ""
    QTest.keyClick(row_of(panel), Qt.Key.Key_Right)
    QTest.mouseClick(row_of(panel), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))


def test_a_layer_without_a_thumbnail_shows_a_text(panel: LayersPanel) -> None:
    observation = observation_of("1")
    activations = {**observation.activations, "conv": np.zeros((2, 2, 2, 2), dtype=np.float32)}
    empty = thumbnail_in(panel, CONV)
    panel.set_observation(Observation(observation.reading, observation.prepared, activations))
    assert thumbnail_in(panel, CONV) != empty


def test_a_click_chooses_a_layer(qtbot: QtBot, panel: LayersPanel) -> None:
    with qtbot.waitSignal(panel.layer_chosen) as chosen:
        QTest.mouseClick(row_of(panel), Qt.MouseButton.LeftButton, pos=middle_of(panel, CONV))
    assert chosen.args == ["conv"]
    with qtbot.assertNotEmitted(panel.layer_chosen):
        QTest.mouseClick(row_of(panel), Qt.MouseButton.LeftButton, pos=middle_of(panel, CONV))
        panel.set_layer("relu")
        panel.set_layer("no such layer")
        QTest.mouseClick(row_of(panel), Qt.MouseButton.LeftButton, pos=QPoint(5, 40))
    assert row_of(panel).chosen_layer() == "relu"


def test_the_keyboard_selects_layers_and_scrolls(panel: LayersPanel) -> None:
    panel.set_network(long_network(30), GRAPH)
    row = row_of(panel)
    chosen: list[str] = []
    panel.layer_chosen.connect(chosen.append)
    for key in (
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Right,
        Qt.Key.Key_End,
        Qt.Key.Key_Left,
        Qt.Key.Key_Home,
    ):
        QTest.keyClick(row, key)
        number = [layer.name for layer in long_network(30).layers].index(row.chosen_layer())
        tile, shown = scrolled_row(panel).tile(number), scrolled_row(panel)
        if shown.is_fixed(number):
            assert 0 <= tile.left() < tile.right() <= row.width()
        else:
            assert shown.start <= tile.left() < tile.right() <= shown.end
        assert row.accessibleDescription() == row.describe(number)
    assert chosen == ["conv0", "conv1", "answer", "conv29", "input"]
    assert scrolled_row(panel).left == 0


def test_wheel_and_drag_scroll_without_selecting(qtbot: QtBot, panel: LayersPanel) -> None:
    panel.set_network(long_network(30), GRAPH)
    row = row_of(panel)
    with qtbot.assertNotEmitted(panel.layer_chosen):
        turn_wheel(row, -120)
        scrolled = scrolled_row(panel).left
        assert scrolled > 0
        QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(400, 50))
        QTest.mouseMove(row, QPoint(350, 50))
        QTest.mouseMove(row, QPoint(300, 50))
        QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=QPoint(300, 50))
        assert scrolled_row(panel).left == scrolled + 100


def test_only_visible_thumbnails_are_created(panel: LayersPanel) -> None:
    info = long_network(30)
    panel.set_network(info, GRAPH)
    activations: dict[str, NDArray[np.float32]] = {
        layer.name: np.ones(layer.shape, dtype=np.float32) for layer in info.layers
    }
    panel.set_observation(
        Observation(Reading(Verdict.READ, "0", ("0",), {"0": 1.0, "1": 0.0}, 1.0), None, activations)
    )
    image_of(panel)
    made = row_of(panel).thumbnails
    assert made is not None
    assert "conv0" in made
    assert "conv29" not in made
    QTest.keyClick(row_of(panel), Qt.Key.Key_End)
    image_of(panel)
    made = row_of(panel).thumbnails
    assert made is not None
    assert "conv0" not in made
    assert "conv29" in made


def turn_wheel(row: LayerRow, angle: int) -> None:
    at = QPointF(300, 50)
    none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    no_button = Qt.MouseButton.NoButton
    wheel = QWheelEvent(at, row.mapToGlobal(at), QPoint(), QPoint(0, angle), no_button, none, phase, False)
    QApplication.sendEvent(row, wheel)


def read_long_network(panel: LayersPanel) -> None:
    """Show a network of 32 layers with activations."""
    info = long_network(30)
    panel.set_network(info, GRAPH)
    rng = np.random.default_rng(3)
    activations: dict[str, NDArray[np.float32]] = {
        layer.name: rng.random(layer.shape, dtype=np.float32) for layer in info.layers
    }
    reading = Reading(Verdict.READ, "0", ("0",), {"0": 1.0, "1": 0.0}, 1.0)
    panel.set_observation(Observation(reading, None, activations))


def test_input_and_answer_stay_in_place_while_the_layers_between_scroll(panel: LayersPanel) -> None:
    read_long_network(panel)
    before, image = scrolled_row(panel), image_of(panel)
    ends = [before.tile(number).toAlignedRect() for number in (0, 31)]
    assert all(row_of(panel).rect().contains(end) for end in ends)
    turn_wheel(row_of(panel), -360)
    after, scrolled = scrolled_row(panel), image_of(panel)
    assert after.left > 0
    assert [after.tile(number).toAlignedRect() for number in (0, 31)] == ends
    assert all(scrolled.copy(end) == image.copy(end) for end in ends)
    assert scrolled != image
    assert after.tile(3).left() < before.tile(3).left()


def test_the_answer_is_chosen_where_it_stays(qtbot: QtBot, panel: LayersPanel) -> None:
    read_long_network(panel)
    with qtbot.waitSignal(panel.layer_chosen) as chosen:
        QTest.mouseClick(row_of(panel), Qt.MouseButton.LeftButton, pos=middle_of(panel, 31))
    assert chosen.args == ["answer"]
    with qtbot.waitSignal(panel.layer_chosen) as chosen:
        QTest.mouseClick(row_of(panel), Qt.MouseButton.LeftButton, pos=middle_of(panel, 0))
    assert chosen.args == ["input"]


def test_layers_between_the_ends_do_not_cover_them(panel: LayersPanel) -> None:
    read_long_network(panel)
    for _ in range(40):
        turn_wheel(row_of(panel), -40)
        shown = scrolled_row(panel)
        for number in shown.scrolling():
            assert shown.tile_at(shown.tile(number).center().x()) in (number, 0, 31, None)
        assert shown.tile_at(shown.tile(31).center().x()) == 31
        assert shown.tile_at(shown.tile(0).center().x()) == 0


def test_a_narrow_row_keeps_the_ends_rather_than_the_text_before_them(panel: LayersPanel) -> None:
    read_long_network(panel)
    panel.resize(390, 120)
    narrow = scrolled_row(panel)
    assert narrow.has_fixed_ends
    assert narrow.positions.introduction == 0
    panel.resize(180, 120)
    assert not scrolled_row(panel).has_fixed_ends
    QTest.keyClick(row_of(panel), Qt.Key.Key_End)
    assert row_of(panel).rect().contains(scrolled_row(panel).tile(31).center().toPoint())


def test_brackets_are_painted_above_blocks(panel: LayersPanel) -> None:
    layers = [maps("conv1", "Conv2D", "input"), maps("norm1", "BatchNormalization", "conv1")]
    layers += [maps("conv2", "Conv2D", "norm1"), maps("norm2", "BatchNormalization", "conv2")]
    panel.set_network(network_of(*layers), GRAPH)
    shown, image = scrolled_row(panel), image_of(panel)
    window = panel.palette().window().color()

    def has_ink(number: int) -> bool:
        tile = shown.tile(number).toAlignedRect()
        xs, ys = range(tile.left(), tile.right()), range(round(shown.positions.bracket))
        return any(image.pixelColor(x, y) != window for x in xs for y in ys)

    assert shown.positions.bracket > 0
    assert [has_ink(number) for number in range(7)] == [False, True, True, True, True, False, False]
    panel.resize(800, 64)
    assert scrolled_row(panel).positions.bracket == 0


def test_arcs_are_painted_above_the_tiles(panel: LayersPanel) -> None:
    panel.set_network(BRANCHED, GRAPH)
    positions = row_of(panel).positions()
    assert positions is not None
    image = image_of(panel)
    window = panel.palette().window().color()

    def lines_over(number: int) -> int:
        x = round(positions.tile(number).center().x())
        column = [
            image.pixelColor(x, y) != window
            for y in range(round(positions.bracket), round(positions.top) - 3)
        ]
        return sum(now and not before for before, now in zip([False, *column], column, strict=False))

    assert lines_over(0) == 0
    assert lines_over(2) >= 2  # from stem to right and to skip
    assert lines_over(6) == 0


def test_the_last_observation_is_shown_and_the_timer_stops(
    qtbot: QtBot, panel: LayersPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(row_of(panel), "set_observation", shown.append)
    observations = [observation_of("1") for _ in range(20)]
    for observation in observations:
        panel.set_observation(observation)
    assert shown == observations[:1]
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown[-1] is observations[-1]
    qtbot.waitUntil(lambda: not child(panel, QTimer).isActive())
    assert len(shown) == 2


def test_a_hidden_panel_is_updated_when_shown(panel: LayersPanel) -> None:
    panel.set_observation(observation_of("1"))
    panel.set_active(False)
    assert not child(panel, QTimer).isActive()
    last = observation_of("2")
    panel.set_observation(last)
    assert not child(panel, QTimer).isActive()
    assert row_of(panel).observation is not last
    panel.set_active(True)
    assert row_of(panel).observation is last
    assert panel.numbers().keys() == last.activations.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["dense", "pooled", "depthwise", "residual", "wide", "unknown", "colour", "named"]
)
def test_every_kind_of_model_has_a_row(
    panel: LayersPanel, odd_model: Callable[[str], Path], name: str
) -> None:
    folder = odd_model(name)
    recognizer = open_recognizer(folder)
    observation = recognizer.observe(Ink((Stroke(np.array([[100, 80], [300, 90], [150, 320]])),)))
    info = recognizer.info
    panel.set_network(info, Graph(info, read_weights(folder, recognizer.card)))
    panel.resize(3000, 120)
    empty = image_of(panel)
    panel.set_observation(observation)
    assert image_of(panel) != empty
    thumbnails = row_of(panel).thumbnails
    assert thumbnails is not None
    for layer in info.layers[:-1]:
        assert is_slim(layer) or layer.name in thumbnails


def test_children_are_one_focus_stop(panel: LayersPanel) -> None:
    stops = [w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [row_of(panel)]
    assert row_of(panel).accessibleName() == "Layers of the network"


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that are painted."""
    painted: list[str] = []
    write = TextFont.write

    def record(font: TextFont, painter: QPainter, at: QPointF, text: str, *style: Any) -> None:
        painted.append(text)
        write(font, painter, at, text, *style)

    monkeypatch.setattr(TextFont, "write", record)
    return painted


def test_a_number_of_units_in_a_narrow_tile_is_not_cut_off(panel: LayersPanel, texts: list[str]) -> None:
    layers = [LayerInfo("input", "InputLayer", (28, 28, 1))]
    for number in range(20):
        layers.append(LayerInfo(f"c{number}", "Conv2D", (12, 12, 64), (layers[-1].name,)))
    layers.append(LayerInfo("dense", "Dense", (1200,), (layers[-1].name,)))
    layers.append(LayerInfo("answer", "Dense", (11,), ("dense",)))
    info = NetworkInfo("long", "Long", Task(rejects=True), tuple(layers))
    panel.resize(1300, 120)
    panel.set_network(info, GRAPH)
    panel.grab()
    assert "1,200" in texts


@pytest.mark.parametrize(("height", "is_shown"), [(100, False), (150, True)])
def test_parameters_are_shown_of_all_layers_or_of_none(
    panel: LayersPanel, texts: list[str], height: int, is_shown: bool
) -> None:
    """Below the short shape of a dense layer, a lone number without unit could mean anything."""
    layers = [LayerInfo("input", "InputLayer", (28, 28, 1))]
    for number in range(20):
        layers.append(LayerInfo(f"c{number}", "Conv2D", (12, 12, 64), (layers[-1].name,), 37_000))
    layers.append(LayerInfo("dense", "Dense", (11,), (layers[-1].name,), 23_000))
    layers.append(LayerInfo("answer", "Softmax", (11,), ("dense",)))
    panel.resize(1300, height)
    panel.set_network(NetworkInfo("long", "Long", Task(rejects=True), tuple(layers)), GRAPH)
    panel.grab()
    assert "×64" in texts
    assert ("37k" in texts) == ("23k" in texts) == is_shown


def test_shapes_have_their_channels_where_there_is_room(panel: LayersPanel, texts: list[str]) -> None:
    layers = [LayerInfo("input", "InputLayer", (14, 14, 1))]
    for number in range(14):
        layers.append(LayerInfo(f"c{number}", "Conv2D", (14, 14, 40), (layers[-1].name,)))
    panel.resize(1240, 84)
    panel.set_network(NetworkInfo("long", "Long", Task(rejects=True), tuple(layers)), GRAPH)
    positions = row_of(panel).positions()
    assert positions is not None
    assert positions.is_tight
    panel.grab()
    assert "14×14×40" in texts


@pytest.mark.parametrize("width", range(1060, 1280, 20))
def test_a_long_name_extends_beside_short_ones(panel: LayersPanel, texts: list[str], width: int) -> None:
    layers = [LayerInfo("input", "InputLayer", (14, 14, 1))]
    for number in range(14):
        layers.append(LayerInfo(f"c{number}", "Conv2D", (14, 14, 40), (layers[-1].name,)))
    layers[6] = replace(layers[6], name="correction")
    layers[7] = replace(layers[7], name="interpolation", inputs=("correction",))
    layers[8] = replace(layers[8], inputs=("interpolation",))
    layers[11] = replace(layers[11], name="long_name_of_a_first_layer")
    layers[12] = replace(layers[12], name="long_name_of_a_next_layer", inputs=(layers[11].name,))
    layers[13] = replace(layers[13], inputs=(layers[12].name,))
    panel.resize(width, 84)
    panel.set_network(NetworkInfo("long", "Long", Task(rejects=True), tuple(layers)), GRAPH)
    panel.grab()
    assert {"correction", "interpolation"} <= set(texts)
    assert layers[12].name not in texts, "neighbours would overlap"


@pytest.mark.parametrize("width", [1240, 1260, 1280, 1300])
def test_names_of_the_last_tile_and_of_slim_tiles_are_not_cut_off(
    panel: LayersPanel, texts: list[str], width: int
) -> None:
    layers = [LayerInfo("input", "InputLayer", (28, 28, 1))]
    for number in range(20):
        layers.append(LayerInfo(f"c{number}", "Conv2D", (12, 12, 64), (layers[-1].name,)))
    layers.append(LayerInfo("flatten", "Flatten", (9216,), (layers[-1].name,)))
    layers.append(LayerInfo("dropout", "Dropout", (9216,), ("flatten",)))
    layers.append(LayerInfo("probabilities", "Dense", (11,), ("dropout",)))
    panel.resize(width, 104)
    panel.set_network(NetworkInfo("long", "Long", Task(rejects=True), tuple(layers)), GRAPH)
    panel.grab()
    assert {"probabilities", "flatten", "dropout"} <= set(texts)


def test_a_long_title_is_not_cut_off_where_there_is_room(panel: LayersPanel, texts: list[str]) -> None:
    title = "Fast, few samples · UCI digits"
    panel.resize(1280, 104)
    panel.set_network(replace(INFO, title=title), GRAPH)
    panel.grab()
    assert title in texts
    texts.clear()
    panel.set_network(replace(long_network(30), title=title), GRAPH)
    panel.grab()
    assert title not in texts, "layers need the room"
