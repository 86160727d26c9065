from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ink.strokes import Ink
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.runs.training_events import (
    EpochEnded,
    RunFinished,
    TrainingEnded,
    TrainingStarted,
    WeightSnapshot,
)
from desktop_app.tasks.prepare import prepare
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task
from desktop_app.views.parts.caption import Caption
from desktop_app.views.training_preview import controller as forming
from desktop_app.views.training_preview.controller import TrainingPreviewController
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import PreviewSnapshot, snapshot_of
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, is_idle, workers_of

NO_INK = Ink()


def drawing(top: int) -> Ink:
    """A bar with a foot, which is higher the smaller top is."""
    return Ink.from_points([[(12, top), (12, 48)], [(12, 48), (28, 48)]])


BAR = drawing(5)


def weights_for(label: int, size: float = 30.0) -> dict[str, NDArray[np.float32]]:
    """Of a network that answers with one label, whatever it sees."""
    weights = {
        f"{layer}/{name}": values.copy()
        for layer in ("conv", "logits")
        for name, values in GRAPH.weights(layer).items()
    }
    weights["logits/bias"][label] += size
    return weights


def learning(info: NetworkInfo = INFO, epochs: int = 20) -> TrainingStarted:
    return TrainingStarted(info, "CPU", 100, 10, 10, epochs, 5)


@dataclass
class Bench:
    panel: TrainingPreviewPanel
    controller: TrainingPreviewController
    qtbot: QtBot

    def learn(self, *labels: int, first: int = 0) -> None:
        """One epoch after another, each with a network that answers with one label."""
        for epoch, label in enumerate(labels, first):
            self.controller.show_event(WeightSnapshot(epoch, weights_for(label)))

    def draw(self, page: Ink = BAR) -> None:
        self.controller.set_observation(page, Observation(Reading(Verdict.NO_INK), prepare(page, Task())))

    def answer(self) -> int | None:
        """The most probable column at the moment that is shown."""
        shares = self.panel.numbers().get("probabilities")
        return None if shares is None else int(shares.argmax())

    def answers(self) -> dict[int, int]:
        """The most probable column by epoch."""
        numbers = self.panel.numbers()
        if "epochs" not in numbers:
            return {}
        winners = numbers["probabilities_by_epoch"].argmax(axis=1)
        return dict(zip(numbers["epochs"].tolist(), winners.tolist(), strict=True))

    def settles(self, *labels: int) -> None:
        """Wait until all of these answers, and no others, are shown as settled."""
        expected = dict(enumerate(labels))

        def settled() -> bool:
            history = self.panel.history
            return history is not None and history.is_complete and self.answers() == expected

        self.qtbot.waitUntil(settled)

    def answers_with(self, column: int) -> None:
        """Wait until this is the answer at the moment that is shown."""
        self.qtbot.waitUntil(lambda: self.answer() == column)

    def wait_for(self, epoch: int) -> None:
        self.qtbot.waitUntil(lambda: int(self.panel.numbers().get("epoch", -1)) == epoch)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    panel = TrainingPreviewPanel()
    qtbot.addWidget(panel)
    panel.resize(620, 330)
    controller = TrainingPreviewController(panel)
    panel.set_active(True)
    panel.show()
    yield Bench(panel, controller, qtbot)
    controller.close()


def test_the_drawing_is_read_anew_with_the_weights_of_every_epoch(bench: Bench) -> None:
    bench.draw()
    bench.controller.show_event(learning())
    for epoch, label in enumerate((3, 7, 10)):
        bench.learn(label, first=epoch)
        bench.wait_for(epoch)
        bench.answers_with(label)
    shown = bench.panel.numbers()["probabilities"]
    outputs = Graph(INFO, weights_for(10)).forward(bench.panel.numbers()["model_input"][None])
    np.testing.assert_allclose(shown, outputs["probabilities"][0], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(
        bench.panel.numbers()["feature_maps"], outputs["conv"][0], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_array_equal(bench.panel.numbers()["filters"], weights_for(10)["conv/kernel"])


def test_filters_can_be_watched_without_a_drawing(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(3)
    bench.wait_for(0)
    assert bench.panel.numbers().keys() == {"epoch", "filters"}


def test_a_new_drawing_is_read_by_all_epochs_once_the_pen_rests(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(1, 7, 7)
    bench.draw()
    bench.settles(1, 7, 7)
    before = bench.panel.numbers()["probabilities_by_epoch"]
    bench.draw(drawing(30))
    bench.qtbot.waitUntil(lambda: bench.panel.history is not None and not bench.panel.history.is_complete)
    bench.settles(1, 7, 7)
    assert not np.array_equal(bench.panel.numbers()["probabilities_by_epoch"], before)


def test_drawing_while_a_network_learns_is_read_by_the_newest_weights(bench: Bench) -> None:
    bench.controller.show_event(learning())
    for epoch in range(12):
        bench.learn(epoch % 3, first=epoch)
        bench.draw(drawing(5 + epoch))
    bench.answers_with(2)
    bench.settles(*(epoch % 3 for epoch in range(12)))
    expected = prepare(drawing(16), Task())
    assert expected is not None
    np.testing.assert_array_equal(bench.panel.numbers()["model_input"], expected.model_input)


def test_without_ink_no_answer_stays(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(1, 7)
    bench.draw()
    bench.settles(1, 7)
    bench.draw(NO_INK)
    bench.qtbot.waitUntil(lambda: bench.panel.numbers().keys() == {"epoch", "filters"})


def test_one_can_look_back_and_the_run_goes_on(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(1, 7, 9)
    bench.draw()
    bench.settles(1, 7, 9)
    child(bench.panel, EpochBand).setValue(0)
    bench.answers_with(1)
    bench.learn(8, first=3)
    bench.settles(1, 7, 9, 8)
    assert bench.answer() == 1
    child(bench.panel, QPushButton, "Back to the newest epoch").click()
    bench.answers_with(8)


def test_another_run_begins_with_nothing(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(1, 7, 9)
    bench.draw()
    bench.settles(1, 7, 9)
    child(bench.panel, EpochBand).setValue(1)
    for event in (TrainingEnded("finished", 2), RunFinished("folder", stopped=False)):
        bench.controller.show_event(event)
    bench.settles(1, 7, 9)
    bench.controller.show_event(learning())
    assert bench.panel.numbers() == {}
    assert bench.panel.epoch is None
    bench.learn(4)
    bench.settles(4)


def test_what_was_asked_about_the_run_before_is_not_shown(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(epoch: int, graph: Graph) -> PreviewSnapshot:
        begun.set()
        assert go_on.wait(10)
        return snapshot_of(epoch, graph)

    monkeypatch.setattr(forming, "moment_of", slow)
    bench.controller.show_event(learning())
    bench.draw()
    bench.learn(1)
    bench.qtbot.waitUntil(begun.is_set)
    bench.controller.show_event(learning())
    shown: list[object] = []
    monkeypatch.setattr(
        bench.panel, "set_snapshot", lambda moment: shown.append(moment.probabilities.argmax())
    )
    go_on.set()
    bench.learn(6)
    bench.qtbot.waitUntil(lambda: shown != [])
    assert set(shown) == {6}


def test_what_cannot_be_seen_computes_nothing(bench: Bench) -> None:
    bench.panel.set_active(False)
    bench.controller.show_event(learning())
    bench.learn(1, 7)
    bench.draw()
    assert is_idle(bench.controller)
    assert not child(bench.controller, QTimer, "rest").isActive()
    bench.panel.set_active(True)
    bench.settles(1, 7)


def test_nothing_is_computed_twice(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(1, 7)
    bench.draw()
    bench.settles(1, 7)
    (worker,) = workers_of(bench.controller)
    asked: list[object] = []
    worker.answered.connect(lambda question, _: asked.append(question))
    bench.draw()
    bench.panel.set_active(False)
    bench.panel.set_active(True)
    bench.controller.show_event(EpochEnded(1, 20, {"val_accuracy": 0.5}, 1.0))
    bench.learn(3, first=2)
    bench.settles(1, 7, 3)
    assert {question.snapshot.epoch for question in asked} == {2}  # type: ignore[attr-defined]


def test_a_network_with_another_input_reads_the_same_ink(bench: Bench) -> None:
    layers = (
        LayerInfo("input", "InputLayer", (32, 32, 3)),
        LayerInfo("flat", "Flatten", (3072,), ("input",)),
        LayerInfo("sums", "Dense", (10,), ("flat",)),
    )
    info = replace(
        INFO, task=replace(INFO.task, height=32, width=32, channels=3, rejects=False), layers=layers
    )
    kernel = np.zeros((3072, 10), dtype=np.float32)
    bias = np.arange(10, dtype=np.float32)
    bench.controller.show_event(learning(info))
    bench.controller.show_event(WeightSnapshot(0, {"sums/kernel": kernel, "sums/bias": bias}))
    bench.draw()
    bench.settles(9)
    numbers = bench.panel.numbers()
    assert numbers["model_input"].shape == (32, 32, 3)
    # Plain sums, made probabilities.
    np.testing.assert_allclose(numbers["probabilities"], np.exp(bias) / np.exp(bias).sum(), rtol=1e-5)


def test_long_runs_keep_an_even_choice_of_epochs(bench: Bench) -> None:
    bench.controller.show_event(learning(epochs=200))
    bench.learn(*(1 for _ in range(150)))
    bench.draw()
    bench.qtbot.waitUntil(lambda: bench.panel.history is not None and bench.panel.history.is_complete)
    epochs = bench.panel.numbers()["epochs"]
    assert len(epochs) == 60
    assert (epochs[0], epochs[-1]) == (0, 149)


def test_what_an_epoch_answered_is_remembered_when_its_weights_go(bench: Bench) -> None:
    bench.controller.show_event(learning(epochs=200))
    bench.draw()
    labels = [epoch % 5 for epoch in range(64)]
    for epoch, label in enumerate(labels):
        bench.learn(label, first=epoch)
        bench.wait_for(epoch)
    bench.settles(*labels)


def test_the_accuracy_of_epochs_is_told(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.learn(1, 2)
    bench.controller.show_event(EpochEnded(1, 20, {"accuracy": 0.5, "val_accuracy": 0.9125}, 1.0))
    bench.qtbot.waitUntil(
        lambda: (
            child(bench.panel, Caption, "preview_of").text() == "Epoch 1 of 20 · validation accuracy 91.25 %"
        )
    )
    bench.controller.show_event(EpochEnded(1, 20, {"accuracy": 0.5}, 1.0))
    about = child(bench.panel, Caption, "preview_of")
    bench.qtbot.waitUntil(lambda: about.text() == "Epoch 1 of 20 · accuracy 50.00 %")


def test_events_of_a_run_that_nobody_saw_begin_are_passed_over(bench: Bench) -> None:
    bench.draw()
    bench.learn(1)
    bench.controller.show_event(EpochEnded(1, 20, {"accuracy": 0.5}, 1.0))
    assert bench.panel.numbers() == {}
    assert is_idle(bench.controller)


def test_what_goes_wrong_is_told(bench: Bench) -> None:
    odd = replace(INFO, task=replace(INFO.task, channels=3))
    bench.controller.show_event(learning(odd))
    bench.draw()
    with bench.qtbot.waitSignal(bench.controller.failed) as failed:
        bench.learn(1)
    assert isinstance(failed.args[0], Exception)
    assert failed.args[1] == "The network in training could not read the drawing."


def test_matrices_are_multiplied_in_one_thread_while_a_drawing_is_read() -> None:
    pools = pytest.importorskip("threadpoolctl")

    def threads() -> set[int]:
        found = pools.threadpool_info()
        return {each["num_threads"] for each in found if each["user_api"] == "blas"}

    before = threads()
    with forming.one_thread()():
        assert threads() == {1}
    assert threads() == before


def test_closing_in_the_middle_is_fine(bench: Bench) -> None:
    bench.controller.show_event(learning())
    bench.draw()
    bench.learn(1, 2, 3)
    bench.controller.close()
    bench.controller.close()
