from __future__ import annotations

from collections.abc import Callable, Iterator
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
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights
from desktop_app.tasks import task as tasks
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.filters.controller import FiltersController
from desktop_app.views.filters.examples import ExampleTask, find_samples, kept_content, make_inputs
from desktop_app.views.filters.panel import FiltersPanel, Form
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.shared import Shared
from tests.finding import child

DENSE, DIGITS = models_dir() / "dense", models_dir() / "digits"


def opened(folder: Path) -> OpenNetwork:
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    return OpenNetwork(card.info, graph, folder, card.files[NETWORK_FILE], ())


def never() -> bool:
    return False


def nobody(_: object) -> None:
    pass


# ------------------------------------------------------------------------------ what is computed


def test_the_places_are_the_strongest_of_all_samples(tmp_path: Path) -> None:
    network, kept = opened(DIGITS), ResultCache(tmp_path)
    found = find_samples(ExampleTask(network, "samples", "relu1", None), kept, nobody, never)
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", tasks.Task())
    assert found is not None
    assert samples is not None
    assert (found.seen, found.total) == (280, 280)
    answers = network.graph.forward(samples.model_inputs(0, 280), until="relu1")["relu1"]
    for channel in range(0, 32, 5):
        best = answers[..., channel].max(axis=(1, 2))
        order = np.argsort(-best)[:9]
        np.testing.assert_allclose(found.values[channel], best[order], atol=2e-4)
        number = int(found.samples[channel, 0])
        assert abs(best[number] - best[order[0]]) < 2e-4
        assert found.labels[channel, 0] == samples.labels[number]
    # A pooled value of conv1's 5x5 kernels depends on 6x6 pixels, and on nothing else.
    assert found.patches.shape == (32, 9, 6, 6, 1)
    number, patch = int(found.samples[3, 0]), found.patches[3, 0, ..., 0]
    windows = np.lib.stride_tricks.sliding_window_view(samples.pixels[number, ..., 0], (6, 6))
    assert (windows == patch).all(axis=(2, 3)).any()


def test_patches_beyond_the_edge_are_dark(tmp_path: Path) -> None:
    network = opened(DIGITS)
    found = find_samples(ExampleTask(network, "samples", "conv3", None), ResultCache(tmp_path), nobody, never)
    assert found is not None
    box = network.graph.footprint("conv3", (0, 0, 0), "input")
    assert box is not None
    assert found.patches.shape[2:4] == (box.bottom - box.top, box.right - box.left)


def test_units_have_whole_samples(tmp_path: Path) -> None:
    found = find_samples(
        ExampleTask(opened(DENSE), "samples", "logits", None), ResultCache(tmp_path), nobody, never
    )
    assert found is not None
    assert found.patches.shape == (11, 9, 28, 28, 1)
    assert [labels[0] for labels in found.labels[:10].tolist()] == list("0123456789")


def test_what_was_found_so_far_is_told_and_kept_when_stopped(tmp_path: Path) -> None:
    task, kept = ExampleTask(opened(DENSE), "samples", "logits", None), ResultCache(tmp_path)
    told: list[TopSamples] = []
    found = find_samples(task, kept, told.append, lambda: bool(told))
    assert found is not None
    assert told[0].seen == found.seen == 40
    again = kept_content(task, kept, never)
    assert isinstance(again, TopSamples)
    assert again.seen == 40
    np.testing.assert_array_equal(again.patches, found.patches)
    assert find_samples(task, kept, nobody, lambda: True) is None


def test_inputs_go_on_where_they_were_stopped(tmp_path: Path) -> None:
    task, kept = ExampleTask(opened(DENSE), "inputs", "logits", None), ResultCache(tmp_path)
    told: list[MaximizingInputs] = []
    some = make_inputs(task, None, kept, told.append, lambda: len(told) > 0)
    assert 0 < some.done.sum() < 11
    assert [int(each.done.sum()) for each in told] == list(range(1, len(told) + 1))
    again = kept_content(task, kept, never)
    assert isinstance(again, MaximizingInputs)
    np.testing.assert_array_equal(again.pictures, some.pictures)
    whole = make_inputs(task, again, kept, nobody, never)
    assert whole.done.all()
    np.testing.assert_array_equal(whole.pictures[some.done], some.pictures[some.done])
    graph = task.network.graph
    inputs = whole.pictures.astype(np.float32) / np.float32(255)
    answers = graph.forward(inputs, until="logits")["logits"].diagonal()
    np.testing.assert_allclose(answers, whole.values, rtol=0.05, atol=0.1)
    # Each excites its own unit more than nearly all samples do.
    samples = open_sample_set(resources_dir() / "samples" / "digits.npz", tasks.Task())
    assert samples is not None
    usual = graph.forward(samples.model_inputs(0, 280), until="logits")["logits"]
    assert (answers > np.quantile(usual, 0.9, axis=0)).all()


def test_what_is_kept_belongs_to_one_network_layer_and_set(tmp_path: Path) -> None:
    dense, digits, kept = opened(DENSE), opened(DIGITS), ResultCache(tmp_path)
    find_samples(ExampleTask(dense, "samples", "logits", None), kept, nobody, never)
    assert kept_content(ExampleTask(dense, "samples", "logits", None), kept, never) is not None
    assert kept_content(ExampleTask(dense, "samples", "probabilities", None), kept, never) is None
    assert kept_content(ExampleTask(dense, "inputs", "logits", None), kept, never) is None
    assert kept_content(ExampleTask(digits, "samples", "logits", None), kept, never) is None
    other = resources_dir() / "samples"
    assert kept_content(ExampleTask(dense, "samples", "logits", other), kept, never) is None
    assert kept_content(ExampleTask(dense, "samples", "logits", None), kept, lambda: True) is None


@pytest.mark.slow
def test_layers_of_unknown_kind_have_samples_but_no_inputs(
    odd_model: Callable[[str], Path], tmp_path: Path
) -> None:
    network, kept = opened(odd_model("unknown")), ResultCache(tmp_path)
    with pytest.raises(UnknownArithmetic):
        make_inputs(ExampleTask(network, "inputs", "conv2", None), None, kept, nobody, never)
    found = find_samples(ExampleTask(network, "samples", "conv2", None), kept, nobody, never)
    assert found is not None
    # What a value depends on is not known either: the whole sample is shown.
    assert found.patches.shape[2:4] == (28, 28)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["residual", "colour", "depthwise"])
def test_every_layer_of_other_models_has_samples(
    odd_model: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    network = opened(odd_model(name))
    for layer in network.info.layers:
        task = ExampleTask(network, "samples", layer.name, None)
        if task.can_be_computed:
            found = find_samples(task, ResultCache(tmp_path), nobody, never)
            assert found is not None
            assert (found.samples >= 0).all()


# ---------------------------------------------------------------------------------------- when


class Bench:
    """A panel, and what works for it."""

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

    def choose(self, form: Form) -> None:
        box = next(
            b for b in self.panel.findChildren(QComboBox) if b.accessibleName() == "Form of the filters"
        )
        box.setCurrentIndex(box.findData(form))

    @property
    def button(self) -> QPushButton:
        button = self.panel.findChild(QPushButton)
        assert button is not None
        return button

    @property
    def bar(self) -> QProgressBar:
        bar = self.panel.findChild(QProgressBar)
        assert bar is not None
        return bar

    @property
    def hint(self) -> str:
        subject = self.panel.exported_widget()
        assert isinstance(subject, TileGrid)
        return subject.hint

    def has(self, name: str) -> bool:
        return name in self.panel.numbers()


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    made.panel.set_active(True)
    made.open()
    yield made
    made.controller.close()


def test_nothing_is_computed_before_it_is_asked_for(qtbot: QtBot, bench: Bench) -> None:
    for form in (Form.INPUTS, Form.SAMPLES):
        bench.choose(form)
        assert bench.button.text() == "Compute"
        assert "press Compute" in bench.hint
    qtbot.wait(1)
    assert not child(bench.controller, LongJob).is_running
    assert bench.panel.numbers() == {}


def test_samples_are_found_on_request_and_are_there_at_once_the_next_time(qtbot: QtBot, bench: Bench) -> None:
    bench.choose(Form.SAMPLES)
    bench.button.click()
    assert bench.button.text() == "Stop"
    qtbot.waitUntil(lambda: not child(bench.controller, LongJob).is_running)
    numbers = dict(bench.panel.numbers())
    assert numbers["seen"].tolist() == [280, 280]
    assert not bench.button.isVisible()
    assert list(inspection_dir().rglob("*.npz"))
    bench.controller.close()
    bench.panel.set_examples(None)
    bench.controller = bench.made()
    bench.open()
    qtbot.waitUntil(lambda: bench.has("patches"))
    np.testing.assert_array_equal(bench.panel.numbers()["patches"], numbers["patches"])
    assert not child(bench.controller, LongJob).is_running


def test_inputs_appear_as_they_are_made_and_a_stop_keeps_them(qtbot: QtBot, bench: Bench) -> None:
    bench.choose(Form.INPUTS)
    bench.button.click()
    qtbot.waitUntil(lambda: bench.has("done"))
    assert bench.panel.numbers()["done"].any()
    bench.button.click()
    qtbot.waitUntil(lambda: not child(bench.controller, LongJob).is_running)
    done = int(bench.panel.numbers()["done"].sum())
    if done < 11:
        assert bench.button.text() == "Go on"
        bench.button.click()
        qtbot.waitUntil(lambda: not child(bench.controller, LongJob).is_running)
    assert bench.panel.numbers()["done"].all()


def test_a_job_goes_on_while_one_looks_elsewhere(qtbot: QtBot, bench: Bench) -> None:
    bench.choose(Form.SAMPLES)
    bench.button.click()
    bench.panel.set_layer("probabilities")
    assert bench.bar.text().startswith("logits: ")
    bench.choose(Form.WEIGHTS)
    bench.panel.set_active(False)
    qtbot.waitUntil(lambda: not child(bench.controller, LongJob).is_running)
    assert not bench.bar.isVisible()
    bench.panel.set_layer("logits")
    bench.choose(Form.SAMPLES)
    bench.panel.set_active(True)
    assert bench.panel.numbers()["seen"].tolist() == [280, 280]


def test_another_network_voids_everything(qtbot: QtBot, bench: Bench) -> None:
    bench.choose(Form.SAMPLES)
    bench.button.click()
    bench.open(DIGITS)
    assert not child(bench.controller, LongJob).is_running
    assert bench.panel.numbers() == {}
    assert bench.button.text() == "Compute"


def test_layers_that_pass_on_have_nothing_to_excite(bench: Bench) -> None:
    bench.choose(Form.INPUTS)
    bench.panel.set_layer("flatten")
    assert "nothing that could be excited" in bench.hint
    assert not bench.button.isVisible()


def test_other_samples_are_other_content(qtbot: QtBot, bench: Bench) -> None:
    bench.choose(Form.SAMPLES)
    bench.button.click()
    qtbot.waitUntil(lambda: not child(bench.controller, LongJob).is_running)
    with qtbot.waitSignal(bench.samples.changed) as chosen:
        bench.panel.samples_chosen.emit(resources_dir() / "samples")
    assert chosen.args == [resources_dir() / "samples"]
    assert bench.panel.numbers() == {}
    assert bench.button.text() == "Compute"
    bench.samples.set(None)
    assert bench.has("patches")


def test_samples_that_cannot_be_read_are_told(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    bench.choose(Form.SAMPLES)
    with qtbot.waitSignal(bench.controller.failed):
        bench.samples.set(tmp_path / "gone.npz")
    assert "choose others" in bench.hint
    with qtbot.waitSignal(bench.controller.failed):
        bench.button.click()
    assert bench.button.text() == "Compute"


def test_closing_stops_a_job_at_once_and_keeps_what_it_has(qtbot: QtBot, bench: Bench) -> None:
    bench.open(DIGITS, "conv1")
    bench.choose(Form.INPUTS)
    bench.button.click()
    qtbot.waitUntil(lambda: bench.has("done"))
    bench.controller.close()
    network = opened(DIGITS)
    kept = kept_content(ExampleTask(network, "inputs", "conv1", None), ResultCache(inspection_dir()), never)
    assert isinstance(kept, MaximizingInputs)
    assert kept.done.any()
