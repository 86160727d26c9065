from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.paths import inspection_dir, models_dir, resources_dir
from desktop_app.core.result_cache import ResultCache
from desktop_app.data.sample_set import open_sample_set
from desktop_app.inspection.channel_examples import MaximizingInputs, TopSamples
from desktop_app.jobs.long_job import LongJob
from desktop_app.networks.card import NETWORK_FILE
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.networks.last_layer import last_layer
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.tasks import task as tasks
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.filters.compute_examples import (
    ExampleTask,
    cached_examples,
    compute_inputs,
    compute_top_samples,
)
from desktop_app.views.filters.controller import FiltersController
from desktop_app.views.filters.job_bar import JobBar
from desktop_app.views.filters.panel import FilterDisplay, FiltersPanel
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.shared import Shared
from tests.finding import child
from tests.learned_threes import adaptation_of_threes
from tests.numpy_threads import numpy_threads

DENSE, DIGITS = models_dir() / "dense", models_dir() / "digits"


def opened(folder: Path) -> OpenNetwork:
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    return OpenNetwork(card.info, graph, folder, card.files[NETWORK_FILE], ())


def never() -> bool:
    return False


def ignore(_: object) -> None:
    pass


# --- computation ---


def test_top_samples_are_those_of_the_layer_that_was_learned(tmp_path: Path) -> None:
    folder = DIGITS
    card = read_card(folder)
    weights = read_weights(folder, card)
    shipped = replace(opened(folder), last_layer=last_layer(card.info, weights))
    learned = shipped.adapted(adaptation_of_threes())
    assert learned.cache_key != shipped.cache_key == shipped.sha256 == learned.sha256
    layer = last_layer(card.info, weights).logits
    own, other = (
        compute_top_samples(
            ExampleTask(network, "samples", layer, None), ResultCache(tmp_path), ignore, never
        )
        for network in (shipped, learned)
    )
    assert own is not None
    assert other is not None
    np.testing.assert_allclose(other.values[3], own.values[3] + 50, atol=1e-2)
    np.testing.assert_allclose(other.values[5], own.values[5], atol=1e-2)


def test_top_samples_have_the_highest_activations(tmp_path: Path) -> None:
    network, cache = opened(DIGITS), ResultCache(tmp_path)
    found = compute_top_samples(ExampleTask(network, "samples", "relu1", None), cache, ignore, never)
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", network.info.task)
    assert found is not None
    assert samples is not None
    assert (found.seen, found.total) == (280, 280)
    activations = network.graph.forward(samples.model_inputs(0, 280), until="relu1")["relu1"]
    for channel in range(0, 32, 5):
        best = activations[..., channel].max(axis=(1, 2))
        order = np.argsort(-best)[:9]
        np.testing.assert_allclose(found.values[channel], best[order], atol=2e-4)
        number = int(found.samples[channel, 0])
        assert abs(best[number] - best[order[0]]) < 2e-4
        assert found.labels[channel, 0] == samples.labels[number]
    # The receptive field of a pooled value of 5x5 kernels has 6x6 pixels.
    assert found.patches.shape == (32, 9, 6, 6, 3)
    number, patch = int(found.samples[3, 0]), found.patches[3, 0, ..., 0]
    windows = np.lib.stride_tricks.sliding_window_view(samples.pixels[number, ..., 0], (6, 6))
    assert (windows == patch).all(axis=(2, 3)).any()


def test_patches_outside_the_sample_are_zero(tmp_path: Path) -> None:
    network = opened(DIGITS)
    found = compute_top_samples(
        ExampleTask(network, "samples", "conv3", None), ResultCache(tmp_path), ignore, never
    )
    assert found is not None
    box = network.graph.footprint("conv3", (0, 0, 0), "input")
    assert box is not None
    assert found.patches.shape[2:4] == (box.bottom - box.top, box.right - box.left)


def test_patches_of_units_are_whole_samples(tmp_path: Path) -> None:
    found = compute_top_samples(
        ExampleTask(opened(DENSE), "samples", "logits", None), ResultCache(tmp_path), ignore, never
    )
    assert found is not None
    assert found.patches.shape == (11, 9, 28, 28, 1)
    assert [labels[0] for labels in found.labels[:10].tolist()] == list("0123456789")


def test_stopped_job_caches_what_it_found(tmp_path: Path) -> None:
    task, cache = ExampleTask(opened(DENSE), "samples", "logits", None), ResultCache(tmp_path)
    emitted: list[TopSamples] = []
    found = compute_top_samples(task, cache, emitted.append, lambda: bool(emitted))
    assert found is not None
    assert emitted[0].seen == found.seen == 40
    again = cached_examples(task, cache, never)
    assert isinstance(again, TopSamples)
    assert again.seen == 40
    np.testing.assert_array_equal(again.patches, found.patches)
    assert compute_top_samples(task, cache, ignore, lambda: True) is None


def test_inputs_continue_where_they_were_stopped(tmp_path: Path) -> None:
    task, cache = ExampleTask(opened(DENSE), "inputs", "logits", None), ResultCache(tmp_path)
    emitted: list[MaximizingInputs] = []
    some = compute_inputs(task, None, cache, emitted.append, lambda: len(emitted) > 0)
    assert 0 < some.done.sum() < 11
    assert [int(each.done.sum()) for each in emitted] == list(range(1, len(emitted) + 1))
    again = cached_examples(task, cache, never)
    assert isinstance(again, MaximizingInputs)
    np.testing.assert_array_equal(again.images, some.images)
    whole = compute_inputs(task, again, cache, ignore, never)
    assert whole.done.all()
    np.testing.assert_array_equal(whole.images[some.done], some.images[some.done])
    graph = task.network.graph
    inputs = whole.images.astype(np.float32) / np.float32(255)
    activations = graph.forward(inputs, until="logits")["logits"].diagonal()
    np.testing.assert_allclose(activations, whole.values, rtol=0.05, atol=0.1)
    # Each input activates its unit more than nearly all samples do.
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", tasks.Task())
    assert samples is not None
    usual = graph.forward(samples.model_inputs(0, 280), until="logits")["logits"]
    assert (activations > np.quantile(usual, 0.9, axis=0)).all()


def test_cache_entries_belong_to_one_network_layer_and_set(tmp_path: Path) -> None:
    dense, digits, cache = opened(DENSE), opened(DIGITS), ResultCache(tmp_path)
    compute_top_samples(ExampleTask(dense, "samples", "logits", None), cache, ignore, never)
    assert cached_examples(ExampleTask(dense, "samples", "logits", None), cache, never) is not None
    assert cached_examples(ExampleTask(dense, "samples", "probabilities", None), cache, never) is None
    assert cached_examples(ExampleTask(dense, "inputs", "logits", None), cache, never) is None
    assert cached_examples(ExampleTask(digits, "samples", "logits", None), cache, never) is None
    other = resources_dir() / "samples"
    assert cached_examples(ExampleTask(dense, "samples", "logits", other), cache, never) is None
    assert cached_examples(ExampleTask(dense, "samples", "logits", None), cache, lambda: True) is None


def test_inputs_are_computed_in_one_thread_and_one_large_input_at_a_time(tmp_path: Path) -> None:
    """With two threads the work took twice as long while another program ran."""
    pools, threads = pytest.importorskip("threadpoolctl"), set[int]()

    def count_threads(made: object) -> None:
        threads.update(numpy_threads())

    task = ExampleTask(opened(models_dir() / "pictures"), "inputs", "stem", None)
    with pools.threadpool_limits(limits=2, user_api="blas"):
        found = compute_inputs(task, None, ResultCache(tmp_path), count_threads, lambda: bool(threads))
    assert threads == {1}
    assert found.done.sum() == 1


@pytest.mark.slow
def test_unknown_layers_have_top_samples_but_no_inputs(
    odd_model: Callable[[str], Path], tmp_path: Path
) -> None:
    network, cache = opened(odd_model("unknown")), ResultCache(tmp_path)
    with pytest.raises(UnknownArithmetic):
        compute_inputs(ExampleTask(network, "inputs", "conv2", None), None, cache, ignore, never)
    found = compute_top_samples(ExampleTask(network, "samples", "conv2", None), cache, ignore, never)
    assert found is not None
    # The receptive field is unknown, so patches are whole samples.
    assert found.patches.shape[2:4] == (28, 28)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["residual", "colour", "depthwise"])
def test_every_layer_of_other_models_has_top_samples(
    odd_model: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    network = opened(odd_model(name))
    for layer in network.info.layers:
        task = ExampleTask(network, "samples", layer.name, None)
        if task.can_be_computed:
            found = compute_top_samples(task, ResultCache(tmp_path), ignore, never)
            assert found is not None
            assert (found.samples >= 0).all()


# --- requests ---


class Setup:
    """A panel with its controller."""

    def __init__(self, qtbot: QtBot) -> None:
        self.panel = FiltersPanel()
        self.samples: Shared[Path | None] = Shared(None)
        qtbot.addWidget(self.panel)
        self.panel.resize(880, 380)
        self.panel.show()
        self.controller = self.made()

    def made(self) -> FiltersController:
        return FiltersController(self.panel, self.samples)

    def open(self, folder: Path = DENSE, layer: str = "logits") -> None:
        network = opened(folder)
        self.panel.set_network(network.info, network.graph)
        self.panel.set_layer(layer)
        self.controller.set_network(network)

    def choose(self, display: FilterDisplay) -> None:
        box = next(
            b for b in self.panel.findChildren(QComboBox) if b.accessibleName() == "Content of the view"
        )
        box.setCurrentIndex(box.findData(display))

    @property
    def button(self) -> QPushButton:
        return child(child(self.panel, JobBar), QPushButton)

    @property
    def bar(self) -> QProgressBar:
        return child(self.panel, QProgressBar)

    @property
    def hint(self) -> str:
        widget = self.panel.exported_widget()
        assert isinstance(widget, TileGrid)
        return widget.hint

    def has(self, name: str) -> bool:
        return name in self.panel.numbers()


@pytest.fixture
def setup(qtbot: QtBot) -> Iterator[Setup]:
    made = Setup(qtbot)
    made.panel.set_active(True)
    made.open()
    yield made
    made.controller.close()


def test_nothing_is_computed_without_request(qtbot: QtBot, setup: Setup) -> None:
    for display in (FilterDisplay.INPUTS, FilterDisplay.SAMPLES):
        setup.choose(display)
        assert setup.button.text() == "Compute"
        assert "Press Compute" in setup.hint
    qtbot.wait(1)
    assert not child(setup.controller, LongJob).is_running
    assert setup.panel.numbers() == {}


def test_top_samples_are_computed_once_and_cached(qtbot: QtBot, setup: Setup) -> None:
    setup.choose(FilterDisplay.SAMPLES)
    setup.button.click()
    assert setup.button.text() == "Stop"
    qtbot.waitUntil(lambda: not child(setup.controller, LongJob).is_running)
    numbers = dict(setup.panel.numbers())
    assert numbers["seen"].tolist() == [280, 280]
    assert not setup.button.isVisible()
    assert list(inspection_dir().rglob("*.npz"))
    setup.controller.close()
    setup.panel.set_examples(None)
    setup.controller = setup.made()
    setup.open()
    qtbot.waitUntil(lambda: setup.has("patches"))
    np.testing.assert_array_equal(setup.panel.numbers()["patches"], numbers["patches"])
    assert not child(setup.controller, LongJob).is_running


def test_inputs_appear_while_computed_and_survive_a_stop(qtbot: QtBot, setup: Setup) -> None:
    setup.choose(FilterDisplay.INPUTS)
    setup.button.click()
    qtbot.waitUntil(lambda: setup.has("done"))
    assert setup.panel.numbers()["done"].any()
    setup.button.click()
    qtbot.waitUntil(lambda: not child(setup.controller, LongJob).is_running)
    done = int(setup.panel.numbers()["done"].sum())
    if done < 11:
        assert setup.button.text() == "Continue"
        setup.button.click()
        qtbot.waitUntil(lambda: not child(setup.controller, LongJob).is_running)
    assert setup.panel.numbers()["done"].all()


def test_job_continues_while_another_layer_is_shown(qtbot: QtBot, setup: Setup) -> None:
    setup.choose(FilterDisplay.SAMPLES)
    setup.button.click()
    setup.panel.set_layer("probabilities")
    assert setup.bar.text().startswith("logits: ")
    setup.choose(FilterDisplay.WEIGHTS)
    setup.panel.set_active(False)
    qtbot.waitUntil(lambda: not child(setup.controller, LongJob).is_running)
    assert not setup.bar.isVisible()
    setup.panel.set_layer("logits")
    setup.choose(FilterDisplay.SAMPLES)
    setup.panel.set_active(True)
    assert setup.panel.numbers()["seen"].tolist() == [280, 280]


def test_another_network_discards_examples(qtbot: QtBot, setup: Setup) -> None:
    setup.choose(FilterDisplay.SAMPLES)
    setup.button.click()
    setup.open(DIGITS)
    assert not child(setup.controller, LongJob).is_running
    assert setup.panel.numbers() == {}
    assert setup.button.text() == "Compute"


def test_layers_that_pass_values_on_have_no_examples(setup: Setup) -> None:
    setup.choose(FilterDisplay.INPUTS)
    setup.panel.set_layer("flatten")
    assert "computes nothing" in setup.hint
    assert not setup.button.isVisible()


def test_other_samples_have_other_examples(qtbot: QtBot, setup: Setup) -> None:
    setup.choose(FilterDisplay.SAMPLES)
    setup.button.click()
    qtbot.waitUntil(lambda: not child(setup.controller, LongJob).is_running)
    with qtbot.waitSignal(setup.samples.changed) as chosen:
        setup.panel.samples_chosen.emit(resources_dir() / "samples")
    assert chosen.args == [resources_dir() / "samples"]
    assert setup.panel.numbers() == {}
    assert setup.button.text() == "Compute"
    setup.samples.set(None)
    assert setup.has("patches")


def test_unreadable_samples_are_reported(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    setup.choose(FilterDisplay.SAMPLES)
    with qtbot.assertNotEmitted(setup.controller.failed):
        setup.samples.set(tmp_path / "gone.npz")
        qtbot.waitUntil(lambda: "gone.npz" in setup.hint)
        setup.button.click()
        assert setup.hint == "Computing…"
        qtbot.waitUntil(lambda: "gone.npz" in setup.hint)
    assert setup.button.text() == "Compute"


def test_close_stops_the_job_and_caches_its_result(qtbot: QtBot, setup: Setup) -> None:
    setup.open(DIGITS, "conv1")
    setup.choose(FilterDisplay.INPUTS)
    setup.button.click()
    qtbot.waitUntil(lambda: setup.has("done"))
    setup.controller.close()
    network = opened(DIGITS)
    cache = cached_examples(
        ExampleTask(network, "inputs", "conv1", None), ResultCache(inspection_dir()), never
    )
    assert isinstance(cache, MaximizingInputs)
    assert cache.done.any()
