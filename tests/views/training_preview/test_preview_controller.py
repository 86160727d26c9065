from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

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
from desktop_app.views.training_preview import controller as controller_module
from desktop_app.views.training_preview.controller import TrainingPreviewController
from desktop_app.views.training_preview.epoch_band import EpochBand
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import PreviewSnapshot, snapshot_of
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, is_idle, workers_of
from tests.views.enlargements import TASK, info_of

NO_INK = Ink()


def drawing(top: int) -> Ink:
    """Return a bar with a foot; a smaller top makes it higher."""
    return Ink.from_points([[(12, top), (12, 48)], [(12, 48), (28, 48)]])


BAR = drawing(5)


def weights_for(label: int, size: float = 30.0) -> dict[str, NDArray[np.float32]]:
    """Return weights of a network that always answers with one label."""
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
class Setup:
    panel: TrainingPreviewPanel
    controller: TrainingPreviewController
    qtbot: QtBot

    def add_epochs(self, *labels: int, first: int = 0) -> None:
        """Add epochs, each with a network that always answers with one label."""
        for epoch, label in enumerate(labels, first):
            self.controller.show_event(WeightSnapshot(epoch, weights_for(label)))

    def draw(self, page: Ink = BAR) -> None:
        self.controller.set_observation(page, Observation(Reading(Verdict.NO_INK), prepare(page, Task())))

    def answer(self) -> int | None:
        """Return the most probable column of the shown snapshot."""
        shares = self.panel.numbers().get("probabilities")
        return None if shares is None else int(shares.argmax())

    def answers(self) -> dict[int, int]:
        """Return the most probable column by epoch."""
        numbers = self.panel.numbers()
        if "epochs" not in numbers:
            return {}
        winners = numbers["probabilities_by_epoch"].argmax(axis=1)
        return dict(zip(numbers["epochs"].tolist(), winners.tolist(), strict=True))

    def wait_complete(self, *labels: int) -> None:
        """Wait until exactly these answers are shown and complete."""
        expected = dict(enumerate(labels))

        def is_complete() -> bool:
            history = self.panel.history
            return history is not None and history.is_complete and self.answers() == expected

        self.qtbot.waitUntil(is_complete)

    def answers_with(self, column: int) -> None:
        """Wait until this is the answer of the shown snapshot."""
        self.qtbot.waitUntil(lambda: self.answer() == column)

    def wait_for(self, epoch: int) -> None:
        self.qtbot.waitUntil(lambda: int(self.panel.numbers().get("epoch", -1)) == epoch)


@pytest.fixture
def setup(qtbot: QtBot) -> Iterator[Setup]:
    panel = TrainingPreviewPanel()
    qtbot.addWidget(panel)
    panel.resize(620, 330)
    controller = TrainingPreviewController(panel)
    panel.set_active(True)
    panel.show()
    yield Setup(panel, controller, qtbot)
    controller.close()


def test_drawing_is_read_with_the_weights_of_every_epoch(setup: Setup) -> None:
    setup.draw()
    setup.controller.show_event(learning())
    for epoch, label in enumerate((3, 7, 10)):
        setup.add_epochs(label, first=epoch)
        setup.wait_for(epoch)
        setup.answers_with(label)
    shown = setup.panel.numbers()["probabilities"]
    outputs = Graph(INFO, weights_for(10)).forward(setup.panel.numbers()["model_input"][None])
    np.testing.assert_allclose(shown, outputs["probabilities"][0], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(
        setup.panel.numbers()["feature_maps"], outputs["conv"][0], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_array_equal(setup.panel.numbers()["filters"], weights_for(10)["conv/kernel"])


def test_filters_are_shown_without_a_drawing(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(3)
    setup.wait_for(0)
    assert setup.panel.numbers().keys() == {"epoch", "filters"}


def test_new_drawing_is_read_with_all_epochs_when_the_pen_rests(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(1, 7, 7)
    setup.draw()
    setup.wait_complete(1, 7, 7)
    before = setup.panel.numbers()["probabilities_by_epoch"]
    setup.draw(drawing(30))
    setup.qtbot.waitUntil(lambda: setup.panel.history is not None and not setup.panel.history.is_complete)
    setup.wait_complete(1, 7, 7)
    assert not np.array_equal(setup.panel.numbers()["probabilities_by_epoch"], before)


def test_drawing_during_training_uses_the_newest_weights(setup: Setup) -> None:
    setup.controller.show_event(learning())
    for epoch in range(12):
        setup.add_epochs(epoch % 3, first=epoch)
        setup.draw(drawing(5 + epoch))
    setup.answers_with(2)
    setup.wait_complete(*(epoch % 3 for epoch in range(12)))
    expected = prepare(drawing(16), Task())
    assert expected is not None
    np.testing.assert_array_equal(setup.panel.numbers()["model_input"], expected.model_input)


def test_clearing_the_drawing_clears_the_answers(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(1, 7)
    setup.draw()
    setup.wait_complete(1, 7)
    setup.draw(NO_INK)
    setup.qtbot.waitUntil(lambda: setup.panel.numbers().keys() == {"epoch", "filters"})


def test_earlier_epoch_stays_selected_during_training(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(1, 7, 9)
    setup.draw()
    setup.wait_complete(1, 7, 9)
    child(setup.panel, EpochBand).setValue(0)
    setup.answers_with(1)
    setup.add_epochs(8, first=3)
    setup.wait_complete(1, 7, 9, 8)
    assert setup.answer() == 1
    child(setup.panel, QPushButton, "Newest epoch").click()
    setup.answers_with(8)


def test_new_run_discards_the_previous_one(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(1, 7, 9)
    setup.draw()
    setup.wait_complete(1, 7, 9)
    child(setup.panel, EpochBand).setValue(1)
    for event in (TrainingEnded("finished", 2), RunFinished("folder", stopped=False)):
        setup.controller.show_event(event)
    setup.wait_complete(1, 7, 9)
    setup.controller.show_event(learning())
    assert setup.panel.numbers() == {}
    assert setup.panel.epoch is None
    setup.add_epochs(4)
    setup.wait_complete(4)


def test_results_of_the_previous_run_are_dropped(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow(epoch: int, graph: Graph) -> PreviewSnapshot:
        begun.set()
        assert release.wait(10)
        return snapshot_of(epoch, graph)

    monkeypatch.setattr(controller_module, "snapshot_of", slow)
    setup.controller.show_event(learning())
    setup.draw()
    setup.add_epochs(1)
    setup.qtbot.waitUntil(begun.is_set)
    setup.controller.show_event(learning())
    shown: list[object] = []
    monkeypatch.setattr(
        setup.panel, "set_snapshot", lambda snapshot: shown.append(snapshot.probabilities.argmax())
    )
    release.set()
    setup.add_epochs(6)
    setup.qtbot.waitUntil(lambda: shown != [])
    assert set(shown) == {6}


def test_hidden_panel_computes_nothing(setup: Setup) -> None:
    setup.panel.set_active(False)
    setup.controller.show_event(learning())
    setup.add_epochs(1, 7)
    setup.draw()
    assert is_idle(setup.controller)
    assert not child(setup.controller, QTimer, "rest").isActive()
    setup.panel.set_active(True)
    setup.wait_complete(1, 7)


def test_known_answers_are_not_computed_again(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(1, 7)
    setup.draw()
    setup.wait_complete(1, 7)
    (worker,) = workers_of(setup.controller)
    asked: list[Any] = []
    worker.answered.connect(lambda question, _: asked.append(question))
    setup.draw()
    setup.panel.set_active(False)
    setup.panel.set_active(True)
    setup.controller.show_event(EpochEnded(1, 20, {"val_accuracy": 0.5}, 1.0))
    setup.add_epochs(3, first=2)
    setup.wait_complete(1, 7, 3)
    assert {question.snapshot.epoch for question in asked} == {2}


def test_network_with_another_input_size_reads_the_same_ink(setup: Setup) -> None:
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
    setup.controller.show_event(learning(info))
    setup.controller.show_event(WeightSnapshot(0, {"sums/kernel": kernel, "sums/bias": bias}))
    setup.draw()
    setup.wait_complete(9)
    numbers = setup.panel.numbers()
    assert numbers["model_input"].shape == (32, 32, 3)
    # Plain sums, made probabilities.
    np.testing.assert_allclose(numbers["probabilities"], np.exp(bias) / np.exp(bias).sum(), rtol=1e-5)


def test_long_runs_keep_evenly_spaced_epochs(setup: Setup) -> None:
    setup.controller.show_event(learning(epochs=200))
    setup.add_epochs(*(1 for _ in range(150)))
    setup.draw()
    setup.qtbot.waitUntil(lambda: setup.panel.history is not None and setup.panel.history.is_complete)
    epochs = setup.panel.numbers()["epochs"]
    assert len(epochs) == 60
    assert (epochs[0], epochs[-1]) == (0, 149)


def test_answers_are_kept_when_weights_are_dropped(setup: Setup) -> None:
    setup.controller.show_event(learning(epochs=200))
    setup.draw()
    labels = [epoch % 5 for epoch in range(64)]
    for epoch, label in enumerate(labels):
        setup.add_epochs(label, first=epoch)
        setup.wait_for(epoch)
    setup.wait_complete(*labels)


def test_caption_has_accuracy_of_epochs(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.add_epochs(1, 2)
    setup.controller.show_event(EpochEnded(1, 20, {"accuracy": 0.5, "val_accuracy": 0.9125}, 1.0))
    setup.qtbot.waitUntil(
        lambda: (
            child(setup.panel, Caption, "preview_of").text() == "Epoch 1 of 20 · validation accuracy 91.25 %"
        )
    )
    setup.controller.show_event(EpochEnded(1, 20, {"accuracy": 0.5}, 1.0))
    about = child(setup.panel, Caption, "preview_of")
    setup.qtbot.waitUntil(lambda: about.text() == "Epoch 1 of 20 · accuracy 50.00 %")


def test_events_without_start_are_ignored(setup: Setup) -> None:
    setup.draw()
    setup.add_epochs(1)
    setup.controller.show_event(EpochEnded(1, 20, {"accuracy": 0.5}, 1.0))
    assert setup.panel.numbers() == {}
    assert is_idle(setup.controller)


def test_error_is_reported(setup: Setup) -> None:
    odd = replace(INFO, task=replace(INFO.task, channels=3))
    setup.controller.show_event(learning(odd))
    setup.draw()
    with setup.qtbot.waitSignal(setup.controller.failed) as failed:
        setup.add_epochs(1)
    assert isinstance(failed.args[0], Exception)
    assert failed.args[1] == "The model in training could not read the drawing."


def test_close_while_reading(setup: Setup) -> None:
    setup.controller.show_event(learning())
    setup.draw()
    setup.add_epochs(1, 2, 3)
    setup.controller.close()
    setup.controller.close()


def shading(share: float) -> dict[str, NDArray[np.float32]]:
    """Return the weights of a network that enlarges and darkens."""
    return {"shade/kernel": np.full((1, 1, 1, 1), share, np.float32), "shade/bias": np.zeros(1, np.float32)}


def test_a_network_that_outputs_images_shows_those_of_every_epoch(setup: Setup) -> None:
    enlarging = info_of(TASK)
    shade = LayerInfo("shade", "Conv2D", TASK.output_shape, ("larger",), 2, 0, {"kernel_size": [1, 1]})
    setup.controller.show_event(learning(replace(enlarging, layers=(*enlarging.layers, shade))))
    for epoch, share in enumerate((0.0, 0.5, 1.0)):
        setup.controller.show_event(WeightSnapshot(epoch, shading(share)))
    setup.draw()
    setup.qtbot.waitUntil(lambda: len(setup.panel.numbers().get("images_by_epoch", ())) == 3)
    numbers = setup.panel.numbers()
    first, second, third = numbers["images_by_epoch"].astype(int)
    assert numbers["image"].shape == numbers["original"].shape == TASK.output_shape
    assert not first.any()
    assert np.abs(2 * second - third).max() <= 2
    np.testing.assert_array_equal(third, np.rint(numbers["image"] * 255))
    setup.draw(NO_INK)
    setup.qtbot.waitUntil(lambda: "images_by_epoch" not in setup.panel.numbers())
