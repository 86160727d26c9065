from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import UserError
from desktop_app.core.paths import models_dir, resources_dir
from desktop_app.data.sample_set import open_sample_set
from desktop_app.networks.card import NETWORK_FILE
from desktop_app.networks.graph import Graph
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.filters.panel import FiltersPanel
from desktop_app.views.sample_grid.controller import (
    SampleGridController,
    SampleGridRequest,
    compute_responses,
)
from desktop_app.views.sample_grid.open_samples import SampleRunner
from desktop_app.views.sample_grid.panel import SampleGridPanel
from desktop_app.views.sample_grid.sample_choice import SampleChoice
from desktop_app.views.shared import Shared
from desktop_app.views.view import INSIDE
from tests.finding import child
from tests.learned_threes import layer_of_threes
from tests.views.conftest import is_idle
from tests.views_of_window import view_of

DIGITS = models_dir() / "digits"


def opened(folder: Path) -> OpenNetwork:
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    return OpenNetwork(card.info, graph, folder, card.files[NETWORK_FILE], ())


def never() -> bool:
    return False


def some_images(path: Path) -> Path:
    """Save 70 images of bars at different positions as a data set."""
    images = np.zeros((70, 20, 20), dtype=np.uint8)
    for number in range(70):
        images[number, 2 : 4 + number % 14, number % 17 : number % 17 + 2] = 255
    labels = np.arange(70) % 3
    np.savez(path, x_test=images, y_test=labels)
    return path


class Setup:
    """A panel with its controller."""

    def __init__(self, qtbot: QtBot) -> None:
        self.panel = SampleGridPanel()
        self.samples: Shared[Path | None] = Shared(None)
        qtbot.addWidget(self.panel)
        self.panel.resize(640, 400)
        self.panel.show()
        self.controller = SampleGridController(self.panel, self.samples)

    def open(self, folder: Path = DIGITS) -> None:
        network = opened(folder)
        self.panel.set_network(network.info, network.graph)
        self.controller.set_network(network)

    def shown(self, name: str) -> bool:
        return name in self.panel.numbers()


@pytest.fixture
def setup(qtbot: QtBot) -> Iterator[Setup]:
    made = Setup(qtbot)
    yield made
    made.controller.close()


# --- responses ---


def test_responses_are_activations_of_each_sample() -> None:
    runner, network = SampleRunner(DIGITS), opened(DIGITS)
    responses = compute_responses(runner, SampleGridRequest("norm2", None, 1), never)
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", network.info.task)
    assert responses is not None
    assert samples is not None
    assert (responses.page, responses.pages, responses.set_name) == (1, 5, "digits.npz")
    assert sorted(responses.numbers.tolist()) == list(range(64, 128))
    assert list(responses.labels) == sorted(responses.labels)
    spread = responses.values.var(axis=(0, 1, 2))
    assert [spread[channel] for channel in responses.most_variable] == sorted(spread, reverse=True)[:3]
    for row in range(0, 64, 13):
        number = int(responses.numbers[row])
        assert responses.labels[row] == samples.labels[number]
        model_input = samples.model_inputs(number, number + 1)
        np.testing.assert_array_equal(responses.inputs[row], model_input[0])
        expected = network.graph.forward(model_input, until="norm2")["norm2"][0]
        np.testing.assert_allclose(responses.values[row], expected, atol=2e-4)


def test_responses_are_those_of_the_layer_that_was_learned() -> None:
    runner = SampleRunner(DIGITS, layer_of_threes())
    responses = compute_responses(runner, SampleGridRequest(runner.info.output, None, 0), never)
    assert responses is not None
    assert set(responses.values.argmax(axis=1)) == {3}


def test_page_beyond_the_end_is_the_last_page() -> None:
    responses = compute_responses(SampleRunner(DIGITS), SampleGridRequest("logits", None, 99), never)
    assert responses is not None
    assert responses.page == 4
    assert len(responses.labels) == 280 - 4 * 64


def test_computation_can_be_stopped() -> None:
    runner = SampleRunner(DIGITS)
    assert compute_responses(runner, SampleGridRequest("conv1", None, 0), lambda: True) is None
    assert runner.samples(None, never) is not None
    assert compute_responses(runner, SampleGridRequest("conv1", None, 0), lambda: True) is None


def test_unreadable_samples_raise_a_user_error(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        compute_responses(SampleRunner(DIGITS), SampleGridRequest("conv1", tmp_path / "gone.npz", 0), never)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dense", "colour", "size32", "unknown", "wide"])
def test_every_layer_of_every_model_has_responses(
    qtbot: QtBot, odd_model: Callable[[str], Path], name: str
) -> None:
    runner, network = SampleRunner(odd_model(name)), opened(odd_model(name))
    panel = SampleGridPanel()
    qtbot.addWidget(panel)
    panel.set_network(network.info, network.graph)
    for layer in network.info.layers:
        responses = compute_responses(runner, SampleGridRequest(layer.name, None, 0), never)
        assert responses is not None
        assert responses.values.shape == (64, *layer.shape)
        panel.set_responses(responses)
        assert not panel.grab().isNull()


# --- requests ---


def test_grid_is_filled_when_the_panel_becomes_visible(qtbot: QtBot, setup: Setup) -> None:
    setup.open()
    setup.panel.set_layer("conv2")
    assert is_idle(setup.controller)
    setup.panel.set_active(True)
    qtbot.waitUntil(lambda: setup.shown("conv2"))
    assert setup.panel.numbers()["conv2"].shape == (64, 12, 12, 64)


def test_grid_follows_layer_page_and_network(qtbot: QtBot, setup: Setup) -> None:
    setup.panel.set_active(True)
    setup.open()
    for layer in ("conv1", "conv2", "conv3", "logits"):
        setup.panel.set_layer(layer)
    qtbot.waitUntil(lambda: setup.shown("logits"))
    setup.panel.page_requested.emit(2)
    qtbot.waitUntil(lambda: setup.panel.numbers()["numbers"].min() == 128)
    before = setup.panel.numbers()["logits"]
    setup.open(models_dir() / "dense")
    assert setup.panel.numbers() == {}
    qtbot.waitUntil(lambda: bool(setup.panel.numbers()))
    assert not np.array_equal(setup.panel.numbers().get("logits", 0), before)


def test_nothing_is_computed_twice_or_while_hidden(qtbot: QtBot, setup: Setup) -> None:
    setup.panel.set_active(True)
    setup.open()
    qtbot.waitUntil(lambda: setup.shown("input"))
    shown = setup.panel.numbers()["input"]
    setup.panel.set_active(False)
    setup.panel.set_layer("conv1")
    setup.panel.set_layer("input")
    setup.panel.set_active(True)
    qtbot.wait(1)
    assert setup.panel.numbers()["input"] is shown


def test_other_samples_start_at_the_first_page(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.panel.set_active(True)
    setup.open()
    setup.panel.page_requested.emit(3)
    qtbot.waitUntil(lambda: setup.shown("input"))
    path = some_images(tmp_path / "bars.npz")
    with qtbot.waitSignal(setup.samples.changed) as chosen:
        setup.panel.samples_chosen.emit(path)
    assert chosen.args == [path]
    assert setup.panel.numbers() == {}
    qtbot.waitUntil(lambda: setup.shown("input"))
    assert setup.panel.numbers()["numbers"].min() == 0
    assert set(setup.panel.numbers()["labels"].tolist()) == {"0", "1", "2"}
    assert "bars.npz" in child(setup.panel, SampleChoice).accessibleName()


def test_unreadable_samples_are_reported_and_can_be_replaced(
    qtbot: QtBot, setup: Setup, tmp_path: Path
) -> None:
    setup.panel.set_active(True)
    setup.open()
    with qtbot.waitSignal(setup.controller.failed) as failed:
        setup.samples.set(tmp_path / "gone.npz")
    assert isinstance(failed.args[0], UserError)
    assert setup.panel.numbers() == {}
    setup.samples.set(None)
    qtbot.waitUntil(lambda: setup.shown("input"))


def test_close_while_computing(setup: Setup) -> None:
    setup.panel.set_active(True)
    setup.open()
    setup.controller.close()
    setup.controller.close()


def test_samples_are_saved_and_shared_by_all_panels(qtbot: QtBot, tmp_path: Path) -> None:
    def opened_window() -> MainWindow:
        window = build_window(None)
        qtbot.addWidget(window)
        with qtbot.waitSignal(window.shown):
            window.show()
        window.workspaces.choose(INSIDE)
        for name in ("wall", "filters"):
            window.workspaces.show_view(name)
        return window

    path = some_images(tmp_path / "bars.npz")
    window = opened_window()
    view_of(window, SampleGridPanel).samples_chosen.emit(path)
    assert "bars.npz" in child(view_of(window, FiltersPanel), SampleChoice).accessibleName()
    view_of(window, FiltersPanel).samples_chosen.emit(None)
    assert "built-in" in child(view_of(window, SampleGridPanel), SampleChoice).accessibleName()
    view_of(window, FiltersPanel).samples_chosen.emit(path)
    window.close()
    again = opened_window()
    assert "bars.npz" in child(view_of(again, SampleGridPanel), SampleChoice).accessibleName()
    assert "bars.npz" in child(view_of(again, FiltersPanel), SampleChoice).accessibleName()
    again.close()
