from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.inspection.colour import value_range
from desktop_app.inspection.sample_responses import SampleResponses
from desktop_app.inspection.tiles import image_tiles, value_tiles
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.matrix_view import MatrixView
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.sample_grid.panel import SampleGridPanel
from desktop_app.views.sample_grid.sample_choice import SampleChoice
from tests.finding import child

INFO = NetworkInfo(
    "some",
    "Some",
    Task(labels=("3", "7")),
    (
        LayerInfo("input", "InputLayer", (6, 6, 1)),
        LayerInfo("conv", "Conv2D", (4, 4, 5), ("input",)),
        LayerInfo("units", "Dense", (7,), ("conv",)),
    ),
)
GRAPH = Graph(INFO, {})


def responses(layer: str, page: int = 0, shape: tuple[int, ...] = (4, 4, 5)) -> SampleResponses:
    """Return random responses to twelve samples, half of them label 3."""
    random = np.random.default_rng(2)
    values = random.normal(size=(12, *shape)).astype(np.float32)
    if len(shape) == 3:
        values *= np.array([2, 0.1, 4, 0.5, 3], dtype=np.float32)[: shape[2]]
    inputs = random.random((12, 6, 6, 1)).astype(np.float32)
    numbers = np.arange(12)[::-1] + 64 * page
    labels = ("3",) * 6 + ("7",) * 6
    most_variable = (2, 4, 0) if shape[-1] == 5 else (0,)
    return SampleResponses(layer, "digits.npz", page, 3, numbers, labels, inputs, values, most_variable)


@pytest.fixture
def panel(qtbot: QtBot) -> SampleGridPanel:
    widget = SampleGridPanel()
    qtbot.addWidget(widget)
    widget.set_network(INFO, GRAPH)
    widget.set_layer("conv")
    widget.resize(880, 380)
    widget.set_active(True)
    widget.show()
    return widget


def grid_of(panel: SampleGridPanel) -> TileGrid:
    widget = panel.exported_widget()
    assert isinstance(widget, TileGrid)
    return widget


def choose_content(panel: SampleGridPanel, text: str) -> None:
    box = child(panel, QComboBox)
    box.setCurrentIndex(box.findText(text))


def channels_of(panel: SampleGridPanel) -> list[int]:
    return [spin.value() for spin in panel.findChildren(QSpinBox) if spin.isVisible()]


def point_at(panel: SampleGridPanel, tile: int, row: int, column: int, side: int) -> str:
    area = grid_of(panel).area_of(tile)
    x = area.left() + (column + 0.5) * area.width() / side
    y = area.top() + (row + 0.5) * area.height() / side
    # Move from elsewhere, or there is no movement.
    QTest.mouseMove(grid_of(panel), QPoint(0, 0))
    QTest.mouseMove(grid_of(panel), QPoint(int(x), int(y)))
    return child(panel, Caption, "grid_caption").text()


def button_named(panel: QWidget, text: str) -> QToolButton:
    return next(button for button in panel.findChildren(QToolButton) if button.accessibleName() == text)


def test_three_channels_with_the_largest_variance_are_shown_first(panel: SampleGridPanel) -> None:
    panel.set_responses(responses("conv"))
    assert channels_of(panel) == [2, 4, 0]
    tiles = grid_of(panel).tiles
    assert tiles is not None
    values = responses("conv").values
    for channel, shift in ((2, 16), (4, 8), (0, 0)):
        low, high = value_range(values[..., channel])
        expected = np.rint((values[..., channel] - low) / (high - low) * 255)
        assert abs((tiles.pixels >> shift & 255).astype(int) - expected).max() <= 1
    assert tiles.captions == ("3",) * 6 + ("7",) * 6
    assert child(panel, Caption, "grid_caption").text() == "conv · samples 1 to 12 of digits.npz"
    assert not child(panel, Legend).isVisible()


def test_one_channel_has_a_common_scale(panel: SampleGridPanel) -> None:
    panel.set_responses(responses("conv"))
    choose_content(panel, "One channel")
    (spin,) = (spin for spin in panel.findChildren(QSpinBox) if spin.isVisible())
    spin.setValue(3)
    values = responses("conv").values[..., 3]
    tiles = grid_of(panel).tiles
    assert tiles is not None
    np.testing.assert_array_equal(tiles.pixels, value_tiles(values, *value_range(values)))
    assert child(panel, Legend).isVisible()
    high = f"{value_range(values)[1]:.3g}"
    assert child(panel, Legend).text() == f"\N{MINUS SIGN}{high} to {high}"


def test_samples_alone_can_be_shown(panel: SampleGridPanel) -> None:
    panel.set_responses(responses("conv"))
    choose_content(panel, "Samples")
    tiles = grid_of(panel).tiles
    assert tiles is not None
    np.testing.assert_array_equal(tiles.pixels, value_tiles(responses("conv").inputs[..., 0], 0, 1))
    assert channels_of(panel) == []
    value = responses("conv").inputs[1, 2, 3, 0]
    assert point_at(panel, 1, 2, 3, 6) == f"sample 11 · label 3 · row 2, column 3 · {value:.4g}"


def test_colour_samples_are_shown_in_colour(panel: SampleGridPanel) -> None:
    colours = np.random.default_rng(3).integers(0, 256, (12, 6, 6, 3)).astype(np.uint8)
    panel.set_responses(replace(responses("conv"), inputs=(colours / 255).astype(np.float32)))
    choose_content(panel, "Samples")
    tiles = grid_of(panel).tiles
    assert tiles is not None
    np.testing.assert_array_equal(tiles.pixels, image_tiles(colours))


def test_caption_describes_the_value_under_the_mouse(panel: SampleGridPanel) -> None:
    panel.set_responses(responses("conv"))
    values = responses("conv").values[7, 1, 2]
    values_text = " · ".join(f"channel {c}: {values[c]:.4g}" for c in (2, 4, 0)).replace(
        "-", "\N{MINUS SIGN}"
    )
    assert point_at(panel, 7, 1, 2, 4) == f"sample 5 · label 7 · row 1, column 2 · {values_text}"
    choose_content(panel, "One channel")
    values_text = f"channel 2: {values[2]:.4g}".replace("-", "\N{MINUS SIGN}")
    assert point_at(panel, 7, 1, 2, 4).endswith(values_text)
    QTest.mouseMove(grid_of(panel), QPoint(0, 0))
    assert child(panel, Caption, "grid_caption").text() == "conv · samples 1 to 12 of digits.npz"


def test_units_are_shown_as_a_matrix(panel: SampleGridPanel) -> None:
    panel.set_responses(responses("units", shape=(7,)))
    matrix = panel.exported_widget()
    assert isinstance(matrix, MatrixView)
    assert matrix.content is not None
    np.testing.assert_array_equal(matrix.content.values, responses("units", shape=(7,)).values)
    assert matrix.content.row_labels == ("3",) * 6 + ("7",) * 6
    QTest.mouseMove(matrix, QPoint(matrix.width() - 20, 2))
    value = f"{matrix.content.values[0, 6]:.4g}".replace("-", "\N{MINUS SIGN}")
    assert child(panel, Caption, "grid_caption").text() == f"sample 12 · label 3 · unit 6 · {value}"


def test_content_that_a_layer_lacks_returns_with_the_next_layer(panel: SampleGridPanel) -> None:
    panel.set_responses(responses("conv"))
    panel.set_responses(responses("input", shape=(4, 4, 1)))
    assert channels_of(panel) == []
    panel.set_responses(responses("conv"))
    assert channels_of(panel) == [2, 4, 0]
    choose_content(panel, "One channel")
    panel.set_responses(responses("units", shape=(7,)))
    panel.set_responses(responses("conv"))
    assert channels_of(panel) == [2]


def test_channels_are_kept_when_the_page_changes(qtbot: QtBot, panel: SampleGridPanel) -> None:
    previous, following = button_named(panel, "Previous samples"), button_named(panel, "Next samples")
    assert not previous.isEnabled()
    assert not following.isEnabled()
    panel.set_responses(responses("conv"))
    next(spin for spin in panel.findChildren(QSpinBox)).setValue(1)
    assert not previous.isEnabled()
    with qtbot.waitSignal(panel.page_requested) as requested:
        following.click()
    assert requested.args == [1]
    panel.set_responses(responses("conv", page=1))
    assert channels_of(panel) == [1, 4, 0]
    assert child(panel, Caption, "grid_caption").text() == "conv · samples 65 to 76 of digits.npz"
    with qtbot.waitSignal(panel.page_requested) as requested:
        previous.click()
    assert requested.args == [0]
    panel.set_responses(responses("conv", page=2))
    assert not following.isEnabled()


def test_numbers_can_be_exported(panel: SampleGridPanel) -> None:
    assert panel.numbers() == {}
    panel.set_responses(responses("conv"))
    numbers = panel.numbers()
    np.testing.assert_array_equal(numbers["conv"], responses("conv").values)
    np.testing.assert_array_equal(numbers["samples"], responses("conv").inputs)
    assert numbers["labels"].tolist() == ["3"] * 6 + ["7"] * 6
    assert numbers["numbers"].tolist() == list(range(11, -1, -1))


def test_layer_changed_is_emitted_for_another_layer_only(qtbot: QtBot, panel: SampleGridPanel) -> None:
    changes: list[str] = []
    panel.layer_changed.connect(lambda: changes.append(panel.layer))
    for layer in ("conv", "units", "nowhere", "units"):
        panel.set_layer(layer)
    assert changes == ["units"]
    panel.set_responses(responses("units", shape=(7,)))
    panel.set_network(INFO, GRAPH)
    assert panel.numbers() == {}
    assert panel.layer == "units"


def test_samples_without_labels_have_no_captions(panel: SampleGridPanel) -> None:
    made = responses("conv")
    panel.set_responses(
        SampleResponses("conv", "folder", 0, 1, made.numbers, ("",) * 12, made.inputs, made.values)
    )
    tiles = grid_of(panel).tiles
    assert tiles is not None
    assert tiles.captions == ()
    assert "label" not in point_at(panel, 0, 0, 0, 4)


@pytest.mark.parametrize(("width", "height"), [(320, 200), (640, 400)])
def test_controls_wrap_in_narrow_panels(panel: SampleGridPanel, width: int, height: int) -> None:
    panel.set_responses(responses("conv"))
    panel.resize(width, height)
    panel.grab()
    for control in (
        *panel.findChildren(QSpinBox),
        *panel.findChildren(QAbstractButton),
        *panel.findChildren(QComboBox),
    ):
        if control.isVisible() and control.parent() is panel:
            assert panel.rect().contains(control.geometry()), control.accessibleName()
    assert grid_of(panel).visibleRegion().boundingRect().height() > 40


# --- choosing samples ---


@pytest.fixture
def choice(qtbot: QtBot) -> SampleChoice:
    widget = SampleChoice()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def action_of(choice: SampleChoice, text: str) -> None:
    menu = choice.menu()
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def test_built_in_samples_can_be_chosen(qtbot: QtBot, choice: SampleChoice) -> None:
    assert choice.accessibleName() == "Samples: built-in"
    with qtbot.waitSignal(choice.chosen) as chosen:
        action_of(choice, "Built-in")
    assert chosen.args == [None]


@pytest.mark.parametrize("text", ["Open data set", "Open folder"])
def test_files_and_folders_can_be_chosen(
    qtbot: QtBot, choice: SampleChoice, tmp_path: Path, text: str
) -> None:
    requested = tmp_path / "samples.npz"
    requested.mkdir() if text == "Open folder" else requested.write_bytes(b"some")
    choice.set_path(requested)
    assert choice.accessibleName() == "Samples: samples.npz"
    action_of(choice, text)
    dialog = child(choice, QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    with qtbot.waitSignal(choice.chosen) as chosen:
        dialog.fileSelected.emit(str(requested))
    assert chosen.args == [requested]
    dialog.reject()


def test_an_ampersand_and_a_line_break_are_shown(choice: SampleChoice) -> None:
    choice.set_path(Path("/somewhere/R&D\n1"))
    assert choice.text() == "Samples: R&&D\N{REPLACEMENT CHARACTER}1"
    assert choice.shortcut().isEmpty()


def test_built_in_samples_are_only_offered_to_tasks_that_have_some(choice: SampleChoice) -> None:
    (built_in, *_) = [action for action in choice.menu().actions() if action.text() == "Built-in samples"]
    choice.set_task(Task("picture", 32, 32, 3, "fit", ("a", "b")))
    assert not built_in.isEnabled()
    assert choice.accessibleName() == "Samples: none"
    choice.set_task(Task())
    assert built_in.isEnabled()
    assert choice.accessibleName() == "Samples: built-in"


def test_long_names_are_shortened(choice: SampleChoice) -> None:
    choice.set_path(Path("/somewhere/a name that is long and long and long.npz"))
    assert choice.accessibleName() == "Samples: a name that is long and…"


def test_menu_is_reached_with_the_keyboard(choice: SampleChoice) -> None:
    assert choice.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert next(action.text() for action in choice.menu().actions()) == "Built-in samples"


def test_a_clicked_sample_is_put_on_the_canvas(panel: SampleGridPanel) -> None:
    chosen: list[np.ndarray] = []
    panel.sample_chosen.connect(chosen.append)
    panel.set_responses(responses("conv"))
    grid = grid_of(panel)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.area_of(3).center().toPoint())
    assert chosen[0].dtype == np.uint8
    np.testing.assert_array_equal(chosen[0], np.rint(responses("conv").inputs[3] * 255))
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert child(panel, Caption, "grid_caption").text() == "sample 8 · label 3"
    QTest.keyClick(grid, Qt.Key.Key_Return)
    np.testing.assert_array_equal(chosen[1], np.rint(responses("conv").inputs[4] * 255))
    assert len(chosen) == 2
