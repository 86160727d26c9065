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
from desktop_app.tasks.task import Task
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.filters.panel import FiltersPanel
from desktop_app.views.sample_grid.controller import (
    SampleGridController,
    SampleGridRequest,
    compute_responses,
)
from desktop_app.views.sample_grid.open_samples import SampleRuns
from desktop_app.views.sample_grid.panel import SampleGridPanel
from desktop_app.views.sample_grid.sample_choice import SampleChoice
from desktop_app.views.shared import Shared
from desktop_app.views.view import INSIDE
from tests.finding import child
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
    """Bars at many places: 70 of them, as a data set without ink strokes."""
    images = np.zeros((70, 20, 20), dtype=np.uint8)
    for number in range(70):
        images[number, 2 : 4 + number % 14, number % 17 : number % 17 + 2] = 255
    labels = np.arange(70) % 3
    np.savez(path, x_test=images, y_test=labels)
    return path


class Bench:
    """A panel, and what works for it."""

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
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.controller.close()


# ------------------------------------------------------------------------------------ what is made


def test_a_wall_is_what_the_network_answers_to_each_sample() -> None:
    runs, network = SampleRuns(DIGITS), opened(DIGITS)
    wall = compute_responses(runs, SampleGridRequest("norm2", None, 1), never)
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", Task())
    assert wall is not None
    assert samples is not None
    assert (wall.page, wall.pages, wall.set_name) == (1, 5, "digits.npz")
    assert sorted(wall.numbers.tolist()) == list(range(64, 128))
    assert list(wall.labels) == sorted(wall.labels)
    spread = wall.values.var(axis=(0, 1, 2))
    assert [spread[channel] for channel in wall.varied] == sorted(spread, reverse=True)[:3]
    for place in range(0, 64, 13):
        number = int(wall.numbers[place])
        assert wall.labels[place] == samples.labels[number]
        model_input = samples.model_inputs(number, number + 1)
        np.testing.assert_array_equal(wall.inputs[place], model_input[0])
        expected = network.graph.forward(model_input, until="norm2")["norm2"][0]
        np.testing.assert_allclose(wall.values[place], expected, atol=2e-4)


def test_beyond_the_last_page_is_the_last_page() -> None:
    wall = compute_responses(SampleRuns(DIGITS), SampleGridRequest("logits", None, 99), never)
    assert wall is not None
    assert wall.page == 4
    assert len(wall.labels) == 280 - 4 * 64


def test_making_a_wall_can_be_stopped() -> None:
    runs = SampleRuns(DIGITS)
    assert compute_responses(runs, SampleGridRequest("conv1", None, 0), lambda: True) is None
    assert runs.samples(None, never) is not None
    assert compute_responses(runs, SampleGridRequest("conv1", None, 0), lambda: True) is None


def test_what_is_no_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        compute_responses(SampleRuns(DIGITS), SampleGridRequest("conv1", tmp_path / "gone.npz", 0), never)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dense", "colour", "size32", "unknown", "wide"])
def test_every_layer_of_every_model_has_a_wall(
    qtbot: QtBot, odd_model: Callable[[str], Path], name: str
) -> None:
    runs, network = SampleRuns(odd_model(name)), opened(odd_model(name))
    panel = SampleGridPanel()
    qtbot.addWidget(panel)
    panel.set_network(network.info, network.graph)
    for layer in network.info.layers:
        wall = compute_responses(runs, SampleGridRequest(layer.name, None, 0), never)
        assert wall is not None
        assert wall.values.shape == (64, *layer.shape)
        panel.set_responses(wall)
        assert not panel.grab().isNull()


# -------------------------------------------------------------------------------------- when


def test_the_wall_appears_when_the_panel_is_seen(qtbot: QtBot, bench: Bench) -> None:
    bench.open()
    bench.panel.set_layer("conv2")
    assert is_idle(bench.controller)
    bench.panel.set_active(True)
    qtbot.waitUntil(lambda: bench.shown("conv2"))
    assert bench.panel.numbers()["conv2"].shape == (64, 12, 12, 64)


def test_it_follows_the_layer_the_page_and_the_network(qtbot: QtBot, bench: Bench) -> None:
    bench.panel.set_active(True)
    bench.open()
    for layer in ("conv1", "conv2", "conv3", "logits"):
        bench.panel.set_layer(layer)
    qtbot.waitUntil(lambda: bench.shown("logits"))
    bench.panel.page_requested.emit(2)
    qtbot.waitUntil(lambda: bench.panel.numbers()["numbers"].min() == 128)
    before = bench.panel.numbers()["logits"]
    bench.open(models_dir() / "dense")
    assert bench.panel.numbers() == {}
    qtbot.waitUntil(lambda: bool(bench.panel.numbers()))
    assert not np.array_equal(bench.panel.numbers().get("logits", 0), before)


def test_nothing_is_made_twice_or_while_the_panel_is_hidden(qtbot: QtBot, bench: Bench) -> None:
    bench.panel.set_active(True)
    bench.open()
    qtbot.waitUntil(lambda: bench.shown("input"))
    shown = bench.panel.numbers()["input"]
    bench.panel.set_active(False)
    bench.panel.set_layer("conv1")
    bench.panel.set_layer("input")
    bench.panel.set_active(True)
    qtbot.wait(1)
    assert bench.panel.numbers()["input"] is shown


def test_other_samples_are_shown_from_their_beginning(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.panel.set_active(True)
    bench.open()
    bench.panel.page_requested.emit(3)
    qtbot.waitUntil(lambda: bench.shown("input"))
    path = some_images(tmp_path / "bars.npz")
    with qtbot.waitSignal(bench.samples.changed) as chosen:
        bench.panel.samples_chosen.emit(path)
    assert chosen.args == [path]
    assert bench.panel.numbers() == {}
    qtbot.waitUntil(lambda: bench.shown("input"))
    assert bench.panel.numbers()["numbers"].min() == 0
    assert set(bench.panel.numbers()["labels"].tolist()) == {"0", "1", "2"}
    assert "bars.npz" in child(bench.panel, SampleChoice).accessibleName()


def test_samples_that_cannot_be_read_are_told_and_others_can_be_chosen(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    bench.panel.set_active(True)
    bench.open()
    with qtbot.waitSignal(bench.controller.failed) as failed:
        bench.samples.set(tmp_path / "gone.npz")
    assert isinstance(failed.args[0], UserError)
    assert bench.panel.numbers() == {}
    bench.samples.set(None)
    qtbot.waitUntil(lambda: bench.shown("input"))


def test_closing_in_the_middle_is_fine(bench: Bench) -> None:
    bench.panel.set_active(True)
    bench.open()
    bench.controller.close()
    bench.controller.close()


def test_samples_are_remembered_and_the_same_for_all_panels(qtbot: QtBot, tmp_path: Path) -> None:
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
    assert "built in" in child(view_of(window, SampleGridPanel), SampleChoice).accessibleName()
    view_of(window, FiltersPanel).samples_chosen.emit(path)
    window.close()
    again = opened_window()
    assert "bars.npz" in child(view_of(again, SampleGridPanel), SampleChoice).accessibleName()
    assert "bars.npz" in child(view_of(again, FiltersPanel), SampleChoice).accessibleName()
    again.close()
