from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.networks.arithmetic import Position
from desktop_app.networks.graph import Graph
from desktop_app.networks.layer_list import Layer, check_layers, with_names
from desktop_app.networks.network_info import LayerInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.reading import Reading, Verdict, probability_text
from desktop_app.views.arithmetic.computation import ComputationRows
from desktop_app.views.arithmetic.controls import Controls
from desktop_app.views.arithmetic.derivation import Derivation
from desktop_app.views.arithmetic.diagram import Diagram
from desktop_app.views.arithmetic.panel import ArithmeticPanel
from desktop_app.views.arithmetic.result import Result, paint_column
from desktop_app.views.arithmetic.surface import Surface, Target
from desktop_app.views.arithmetic.view import ArithmeticView
from desktop_app.views.parts.numerals import MINUS
from desktop_app.views.parts.text_style import LEFT, TextFont, text_style_of
from desktop_app.views.parts.tool_button import IconButton
from tests.finding import child
from tests.views.arithmetic_network import GRAPH, INFO, VALUES, activations, weights

Arrays = dict[str, NDArray[np.float32]]


def observation(found: Mapping[str, NDArray[np.float32]]) -> Observation:
    return Observation(Reading(Verdict.UNSURE), None, found)


@pytest.fixture
def panel(qtbot: QtBot) -> ArithmeticPanel:
    """A visible panel with a network and a reading."""
    widget = ArithmeticPanel()
    qtbot.addWidget(widget)
    widget.resize(1260, 280)
    widget.set_network(INFO, GRAPH)
    widget.set_observation(observation(activations()))
    widget.show()
    widget.set_active(True)
    return widget


def view_of(panel: ArithmeticPanel) -> ArithmeticView:
    view = panel.exported_widget()
    assert isinstance(view, ArithmeticView)
    return view


def controls_of(panel: ArithmeticPanel) -> Controls:
    return child(panel, Controls)


def painted(panel: ArithmeticPanel) -> QImage:
    return panel.grab().toImage()


def targets_of(panel: ArithmeticPanel) -> list[Target]:
    painted(panel)
    return view_of(panel).targets


def diagram_of(panel: ArithmeticPanel) -> Diagram:
    content = view_of(panel).content()
    assert isinstance(content, Diagram)
    return content


def rows_of(panel: ArithmeticPanel) -> ComputationRows:
    computation = diagram_of(panel).computation
    assert isinstance(computation, ComputationRows)
    return computation


def slides(panel: ArithmeticPanel) -> bool:
    """Return `is_sliding`; called as a function, or mypy assumes that it is unchanged."""
    return panel.is_sliding


# --- contents ---


def test_empty_panel_shows_a_hint(qtbot: QtBot) -> None:
    panel = ArithmeticPanel()
    qtbot.addWidget(panel)
    assert "Click a value" in str(view_of(panel).content())
    assert panel.numbers() == {}
    panel.set_network(INFO, GRAPH)
    panel.set_value("conv1", (0, 0, 0))
    assert "once the model has an input" in str(view_of(panel).content())


def test_convolution_is_the_sum_of_its_products(panel: ArithmeticPanel) -> None:
    panel.set_value("conv2", (2, 3, 1))
    numbers = panel.numbers()
    patch = activations()["conv1"][2:5, 3:6]
    kernel = weights()["conv2/kernel"][..., 1]
    assert np.array_equal(numbers["patches"], patch.transpose(2, 0, 1))
    assert np.array_equal(numbers["kernels"], kernel.transpose(2, 0, 1))
    assert numbers["sums"] == pytest.approx((patch * kernel).sum(axis=(0, 1)), abs=1e-5)
    assert numbers["value"][0] == pytest.approx(float((patch * kernel).sum()), abs=1e-5)
    assert numbers["value"][0] == pytest.approx(float(activations()["conv2"][2, 3, 1]), abs=1e-5)


@pytest.mark.parametrize(("layer", "position"), VALUES)
def test_every_step_results_in_the_value_of_the_network(
    panel: ArithmeticPanel, layer: str, position: Position
) -> None:
    panel.set_value(layer, position)
    assert panel.numbers()["value"][0] == pytest.approx(float(activations()[layer][position]), abs=1e-5)
    text = view_of(panel).accessibleDescription()
    assert text.startswith(f"{layer} · ")
    assert "value" in text


@pytest.mark.parametrize("size", [(1600, 500), (1260, 280), (640, 400), (500, 500), (320, 200)])
@pytest.mark.parametrize(("layer", "position"), VALUES)
def test_every_step_is_painted_in_every_size(
    panel: ArithmeticPanel, layer: str, position: Position, size: tuple[int, int]
) -> None:
    panel.resize(*size)
    panel.set_value(layer, position)
    image = view_of(panel).grab().toImage()
    window = panel.palette().window().color().rgba()
    seen = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(seen - {window}) > 3


UPSAMPLING = with_names(
    [
        Layer("Conv2D", options={"filters": 4, "strides": (2, 1), "dilation_rate": 1, "padding": "same"}),
        Layer("LayerNormalization"),
        Layer("GroupNormalization", options={"groups": 2}),
        Layer("UpSampling2D", "repeated", options={"size": (2, 1)}),
        Layer("UpSampling2D", "between", options={"interpolation": "bilinear"}),
        Layer("Conv2DTranspose", "spread", options={"filters": 3, "strides": 2, "padding": "same"}),
        Layer("Conv2DTranspose", "gaps", options={"filters": 2, "kernel_size": 1, "strides": (1, 2)}),
    ]
)
UPSAMPLED: list[tuple[str, Position]] = [
    ("layer_norm1", (1, 2, 3)),
    ("group_norm1", (1, 2, 3)),
    ("repeated", (3, 2, 1)),
    ("between", (0, 3, 1)),
    ("between", (4, 4, 1)),
    ("spread", (0, 0, 2)),
    ("spread", (7, 6, 2)),
    ("gaps", (5, 4, 0)),
    ("gaps", (5, 5, 0)),
]


def upsampling() -> Graph:
    """A network for images with random weights."""
    infos = check_layers(UPSAMPLING, (6, 5, 1), (24, 40, 2)).infos()
    rng = np.random.default_rng(4)
    shapes: dict[str, tuple[int, ...]] = {
        "conv1/kernel": (3, 3, 1, 4),
        "spread/kernel": (3, 3, 3, 4),
        "gaps/kernel": (1, 1, 2, 3),
    }
    shapes |= {"conv1/bias": (4,), "spread/bias": (3,), "gaps/bias": (2,)}
    shapes |= {
        f"{layer}/{name}": (4,) for layer in ("layer_norm1", "group_norm1") for name in ("beta", "gamma")
    }
    drawn = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    return Graph(replace(INFO, layers=infos), drawn)


@pytest.mark.parametrize("size", [(1600, 500), (500, 500), (320, 200)])
@pytest.mark.parametrize(("layer", "position"), UPSAMPLED)
def test_upsampling_and_normalization_steps_are_painted(
    panel: ArithmeticPanel, layer: str, position: Position, size: tuple[int, int]
) -> None:
    graph = upsampling()
    model_input = np.random.default_rng(1).random((1, 6, 5, 1)).astype(np.float32)
    found = {name: batch[0] for name, batch in graph.forward(model_input).items()}
    panel.set_network(graph.info, graph)
    panel.set_observation(observation(found))
    panel.resize(*size)
    panel.set_value(layer, position)
    assert panel.numbers()["value"][0] == pytest.approx(float(found[layer][position]), abs=1e-5)
    image = view_of(panel).grab().toImage()
    window = panel.palette().window().color().rgba()
    seen = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(seen - {window}) > 3


def test_arithmetic_is_computed_only_when_painted(
    panel: ArithmeticPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.set_value("conv2", (4, 4, 0))
    before = panel.numbers()["value"][0]
    calls: list[str] = []
    explain = Graph.explain

    def counted(graph: Graph, layer: str, *arguments: Any) -> object:
        calls.append(layer)
        return explain(graph, layer, *arguments)

    monkeypatch.setattr(Graph, "explain", counted)
    for seed in range(2, 12):
        panel.set_observation(observation(activations(seed)))
    assert calls == []
    painted(panel)
    assert calls == ["conv2"]
    assert panel.numbers()["value"][0] == pytest.approx(float(activations(11)["conv2"][4, 4, 0]), abs=1e-5)
    assert panel.numbers()["value"][0] != before


def test_unknown_arithmetic_shows_a_message(panel: ArithmeticPanel) -> None:
    odd = LayerInfo("odd", "GroupNormalization", (3, 3, 4), ("pool",))
    info = replace(INFO, layers=(*INFO.layers[:4], odd))
    panel.set_network(info, Graph(info, weights()))
    found = activations()
    panel.set_observation(observation(found | {"odd": found["pool"] * 2}))
    panel.set_value("odd", (1, 1, 1))
    content = view_of(panel).content()
    assert isinstance(content, str)
    assert "GroupNormalization" in content
    assert f"{found['pool'][1, 1, 1] * 2:.4g}".lstrip("-") in content
    assert "3×3×4" in content
    assert panel.numbers() == {}


def test_different_value_in_the_network_is_reported(panel: ArithmeticPanel) -> None:
    found = activations()
    found["pool"] = found["pool"] + 1
    panel.set_observation(observation(found))
    panel.set_value("pool", (0, 0, 0))
    assert diagram_of(panel).result.comparison == f"network: {found['pool'][0, 0, 0]:.4g}"


def test_another_network_resets_the_value(panel: ArithmeticPanel) -> None:
    panel.set_value("conv1", (0, 0, 0))
    panel.set_network(INFO, GRAPH)
    assert panel.location() is None
    assert controls_of(panel).title() == ""


@pytest.mark.parametrize(
    ("layer", "position"), [("gone", (0, 0, 0)), ("conv1", (8, 0, 0)), ("conv1", (0,)), ("logits", None)]
)
def test_invalid_position_shows_no_value(
    panel: ArithmeticPanel, layer: str, position: Position | None
) -> None:
    panel.set_value(layer, position)
    assert panel.location() is None


# --- summands ---


def test_summands_are_sorted_by_size_or_in_network_order(panel: ArithmeticPanel) -> None:
    panel.set_value("conv2", (2, 3, 1))
    sums = panel.numbers()["sums"]
    assert rows_of(panel).order == np.argsort(-np.abs(sums), kind="stable").tolist()
    child(panel, IconButton, "Largest first").click()
    assert rows_of(panel).order == list(range(6))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Texts as they are painted, and whether each is semibold."""
    texts: list[tuple[str, bool]] = []
    write = TextFont.write

    def record(
        font: TextFont, painter: QPainter, at: QPointF, text: str, colour: QColor, anchor: float = LEFT
    ) -> None:
        texts.append((text, font.font.bold()))
        write(font, painter, at, text, colour, anchor)

    monkeypatch.setattr(TextFont, "write", record)
    return texts


def number_in(text: str) -> float:
    return float(text.rsplit(": ", maxsplit=1)[-1].replace(MINUS, "-"))


def scroll_down(panel: ArithmeticPanel) -> None:
    QTest.keyClick(view_of(panel), Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)


def test_hidden_summands_are_summed_up(panel: ArithmeticPanel, written: list[tuple[str, bool]]) -> None:
    panel.set_value("logits", (2,))
    contributions = rows_of(panel).summands[rows_of(panel).order]
    for first in (0, 1):
        written.clear()
        painted(panel)
        texts = [text for text, _ in written]
        (rest,) = [at for at, text in enumerate(texts) if text.startswith("other inputs: ")]
        shown = 200 - round(number_in(texts[rest]))
        assert 0 < shown < 200
        hidden = float(contributions.sum() - contributions[first : first + shown].sum())
        assert number_in(texts[rest + 1]) == pytest.approx(hidden, abs=0.01)
        scroll_down(panel)


def test_hidden_shares_are_summed_up_in_percent(
    panel: ArithmeticPanel, written: list[tuple[str, bool]]
) -> None:
    view_of(panel).setFixedHeight(80)
    panel.set_value("probabilities", (2,))
    painted(panel)
    texts = [text for text, _ in written]
    (rest,) = [at for at, text in enumerate(texts) if text.startswith("other values: ")]
    shares = sorted(activations()["probabilities"].tolist())
    assert texts[rest + 1] == probability_text(sum(shares[: round(number_in(texts[rest]))]))


def test_columns_keep_their_places_while_the_window_slides(panel: ArithmeticPanel) -> None:
    """The products of a window may be much smaller than those of its neighbour."""
    found = activations()
    found["conv1"][:3, :3] /= 1000
    panel.set_observation(observation(found))
    widths = set()
    for column in range(6):
        panel.set_value("conv2", (0, column, 1))
        widths.add(rows_of(panel).widths(text_style_of(view_of(panel))))
    assert len(widths) == 1


def test_few_channels_are_added_one_by_one(panel: ArithmeticPanel, written: list[tuple[str, bool]]) -> None:
    panel.set_value("conv2", (2, 3, 1))
    sums = panel.numbers()["sums"]
    order = np.argsort(-np.abs(sums), kind="stable")
    for first in (0, 1):
        written.clear()
        painted(panel)
        start = next(at for at, (text, _) in enumerate(written) if text.startswith(f"{order[0]}: "))
        *parts, (equals, _), (total, _) = written[start : start + 13]
        assert [text.split(": ")[0] for text, _ in parts[::2]] == [str(channel) for channel in order]
        assert [number_in(text) for text, _ in parts[::2]] == pytest.approx(sums[order].tolist(), abs=0.01)
        marked = [at for at, (_, is_strong) in enumerate(parts[::2]) if is_strong]
        assert marked == list(range(first, first + len(marked))), "those of the shown rows"
        assert 0 < len(marked) < 6
        assert [text for text, _ in parts[1::2]] == ["+"] * 5
        assert equals == "="
        assert number_in(total) == pytest.approx(float(sums.sum()), abs=0.01)
        scroll_down(panel)


def test_inputs_of_a_dense_unit_lead_to_their_source(panel: ArithmeticPanel) -> None:
    panel.set_value("logits", (2,))
    found = {target.location(0, 0) for target in targets_of(panel) if target.rows == 1}
    numbers = panel.numbers()
    largest = int(np.abs(numbers["inputs"] * numbers["weights"]).argmax())
    assert ("frame", tuple(int(i) for i in np.unravel_index(largest, (5, 5, 8)))) in found


# --- pixels ---


def test_padding_is_hatched(panel: ArithmeticPanel) -> None:
    panel.set_value("conv1", (0, 0, 0))
    image = painted(panel)
    patch = next(t for t in targets_of(panel) if (t.rows, t.columns) == (3, 3) and t.location(1, 1))
    top = view_of(panel).geometry().top()
    cell_width, cell_height = patch.area.width() / 3, patch.area.height() / 3

    def colours(row: int, column: int) -> set[int]:
        left, upper = patch.area.left() + column * cell_width, patch.area.top() + row * cell_height + top
        return {
            QColor(image.pixel(int(left + x), int(upper + y))).rgb()
            for x in range(3, int(cell_width) - 3)
            for y in range(3, 8)
        }

    window = panel.palette().window().color().rgb()
    assert patch.location(0, 0) is None
    assert "padding" in patch.text(0, 0)
    assert window in colours(0, 0)
    assert window not in colours(1, 1)


# --- navigation ---


def test_click_on_a_patch_leads_to_the_value_of_the_previous_layer(
    qtbot: QtBot, panel: ArithmeticPanel
) -> None:
    panel.set_value("conv2", (2, 3, 1))
    strongest = rows_of(panel).order[0]
    patch = next(t for t in targets_of(panel) if (t.rows, t.columns) == (3, 3) and t.location(0, 0))
    corner = patch.area.topLeft() + QPointF(patch.area.width() * 5 / 6, patch.area.height() / 2)
    location, text = view_of(panel).target_at(corner)
    assert location == ("conv1", (3, 5, strongest))
    assert f"row 3, column 5 · channel {strongest}" in text
    with qtbot.waitSignal(panel.value_chosen) as chosen:
        QTest.mouseClick(view_of(panel), Qt.MouseButton.LeftButton, pos=corner.toPoint())
    assert chosen.args == ["conv1", (3, 5, strongest)]
    assert panel.location() == ("conv1", (3, 5, strongest))


def test_related_cells_are_highlighted(panel: ArithmeticPanel) -> None:
    panel.set_value("conv2", (2, 3, 1))
    patch = next(t for t in targets_of(panel) if (t.rows, t.columns) == (3, 3) and t.location(0, 0))
    before = painted(panel)
    QTest.mouseMove(view_of(panel), patch.area.center().toPoint())
    marked = painted(panel)
    changed = [x for x in range(before.width()) if _column(before, x) != _column(marked, x)]
    left, width = patch.area.left(), patch.area.width()
    assert any(left < x < left + width for x in changed)
    assert any(x > left + width for x in changed)


def test_large_font_scales_the_diagram_and_its_targets(panel: ArithmeticPanel) -> None:
    panel.resize(1260, 560)
    panel.set_value("conv2", (2, 3, 1))
    view = view_of(panel)
    font = view.font()
    font.setPointSizeF(2.5 * font.pointSizeF())
    view.setFont(font)
    before = view.grab().toImage()
    points = [QPoint(x, y) for x in range(0, view.width(), 5) for y in range(0, view.height(), 5)]
    cells = {point: view.target_at(QPointF(point))[0] for point in points}
    corner = min(
        (p for p, cell in cells.items() if cell and cell[0] == "conv1"), key=lambda p: (p.x(), p.y())
    )
    QTest.mouseMove(view, corner)
    assert corner.x() > view.width() / 10
    around = corner.x() - 40, corner.y() - 40, 80, 80
    assert view.grab().toImage().copy(*around) != before.copy(*around)


def _column(image: QImage, x: int) -> list[int]:
    return [image.pixel(x, y) for y in range(image.height())]


def test_keys_step_along_the_map(panel: ArithmeticPanel) -> None:
    visited: list[tuple[str, Position]] = []
    panel.value_chosen.connect(lambda layer, position: visited.append((layer, position)))
    panel.set_value("conv2", (0, 5, 1))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        QTest.keyClick(view_of(panel), key)
    positions = [position for _, position in visited]
    assert positions == [(1, 5, 1), (1, 4, 1), (1, 3, 1), (1, 4, 1)]
    QTest.keyClick(view_of(panel), Qt.Key.Key_Backspace)
    layer, (row, column, _) = visited[-1]
    assert (layer, row, column) == ("conv1", 2, 5)


def test_steps_end_with_the_map(panel: ArithmeticPanel) -> None:
    controls = controls_of(panel)
    panel.set_value("conv2", (0, 0, 1))
    assert not child(controls, IconButton, "Previous value").isEnabled()
    child(controls, IconButton, "Next value").click()
    assert panel.location() == ("conv2", (0, 1, 1))
    panel.set_value("conv2", (5, 5, 1))
    assert not child(controls, IconButton, "Next value").isEnabled()
    panel.set_value("input", (5, 5, 0))
    assert not child(controls, IconButton, "Previous layer").isEnabled()


def test_sliding_stops_at_the_end_of_the_map(qtbot: QtBot, panel: ArithmeticPanel) -> None:
    visited: list[Position] = []
    panel.value_chosen.connect(lambda _, position: visited.append(position))
    # The window passes the chosen value back to the panel.
    panel.value_chosen.connect(panel.set_value)
    child(panel, QSlider, "Speed").setValue(30)
    panel.set_value("pool", (2, 0, 3))
    child(panel, IconButton, "Slide").click()
    assert panel.is_sliding
    qtbot.waitUntil(lambda: not panel.is_sliding)
    assert visited == [(2, 1, 3), (2, 2, 3)]
    assert not child(panel, IconButton, "Slide").isChecked()


def test_sliding_stops_when_hidden_or_another_value_is_chosen(panel: ArithmeticPanel) -> None:
    panel.set_value("conv1", (0, 0, 0))
    QTest.keyClick(view_of(panel), Qt.Key.Key_Space)
    assert slides(panel)
    QTest.keyClick(view_of(panel), Qt.Key.Key_Space)
    assert not slides(panel)
    for stop in (
        lambda: panel.set_active(False),
        lambda: panel.set_value("conv1", (3, 3, 0)),
        lambda: panel.set_layer("pool"),
        lambda: panel.set_network(INFO, GRAPH),
        panel.hide,
    ):
        panel.set_value("conv1", (0, 0, 0))
        panel.set_sliding(True)
        assert slides(panel)
        stop()
        assert not slides(panel)


def test_click_anywhere_stops_sliding(panel: ArithmeticPanel) -> None:
    panel.set_value("conv1", (0, 0, 0))
    painted(panel)
    panel.set_sliding(True)
    QTest.mouseClick(view_of(panel), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert not panel.is_sliding


def test_sliding_needs_a_value(panel: ArithmeticPanel) -> None:
    panel.set_sliding(True)
    assert not panel.is_sliding


# --- positions ---


def test_curve_uses_the_options_of_the_layer(panel: ArithmeticPanel) -> None:
    panel.set_value("relu", (1, 2, 0))
    derivation = diagram_of(panel).derivation
    assert isinstance(derivation, Derivation)
    curve = derivation.curve()
    assert curve is not None
    x = np.linspace(-2, 2, 9, dtype=np.float32)
    assert curve(x) == pytest.approx(np.where(x > 0, x, 0.25 * x))


def test_controls_are_disabled_without_a_value(panel: ArithmeticPanel) -> None:
    panel.set_value("", None)
    panel.set_sliding(False)
    assert not panel.grab().isNull()
    usable = [button.accessibleName() for button in panel.findChildren(IconButton) if button.isEnabled()]
    assert usable == []


@pytest.mark.parametrize("value", [3.0, -0.0002628])
def test_a_long_value_keeps_its_distance_from_its_label(qtbot: QtBot, value: float) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    image = QImage(140, 80, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    style = text_style_of(widget)
    painter = QPainter(image)
    paint_column(Surface(painter, style), Result((), value, "", None, value, ""), QRectF(image.rect()))
    painter.end()
    inked = [any(image.pixelColor(x, y).lightness() < 160 for y in range(80)) for x in range(140)]
    label = round(style.plain.width("value"))
    assert not any(inked[label + 2 : label + 7])
