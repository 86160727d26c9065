"""Comparison of two models on the same ink."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from desktop_app.networks.network_info import LayerInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.compare.mirrored_bars import MirroredBars
from desktop_app.views.compare.panel import ComparePanel
from tests.finding import child
from tests.views.conftest import GRAPH, INFO, observation_of

OTHER = dataclasses.replace(
    INFO,
    name="other",
    title="Other",
    task=dataclasses.replace(INFO.task, rejects=False),
    layers=(
        LayerInfo("input", "InputLayer", (28, 28, 1)),
        LayerInfo("first", "Dense", (10,), ("input",)),
        LayerInfo("second", "Dense", (10,), ("first",)),
    ),
)


@pytest.fixture
def panel(qtbot: QtBot) -> ComparePanel:
    widget = ComparePanel()
    qtbot.addWidget(widget)
    widget.resize(900, 350)
    widget.show()
    widget.set_models((("small", "Small"), ("other", "Other")), "other")
    widget.set_network(INFO, GRAPH)
    widget.set_layer("conv")
    return widget


def choice(panel: ComparePanel, name: str) -> QComboBox:
    return child(panel, QComboBox, name)


def test_an_empty_panel_shows_a_hint(panel: ComparePanel) -> None:
    assert panel.verdict() == "Choose a second model to compare."
    panel.set_second(OTHER)
    assert panel.verdict() == "The answers of both models appear here."
    assert panel.numbers() == {}


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (observation_of("4").reading, "Both models answer 4."),
        (observation_of("9").reading, "The models disagree: 4 or 9."),
        (
            Reading(Verdict.NOT_A_CHARACTER, probabilities={"4": 0.1}),
            "The models disagree: 4 or not a digit.",
        ),
    ],
)
def test_readings_are_compared_in_a_sentence(panel: ComparePanel, second: Reading, words: str) -> None:
    panel.set_second(OTHER)
    panel.show_readings(observation_of("4"), dataclasses.replace(observation_of("4"), reading=second))
    assert panel.verdict() == words


def test_each_model_has_its_own_name_of_none_of_its_labels(panel: ComparePanel) -> None:
    letters = dataclasses.replace(INFO, task=dataclasses.replace(INFO.task, labels=(*INFO.labels, "A")))
    rejected = dataclasses.replace(
        observation_of("4"), reading=Reading(Verdict.NOT_A_CHARACTER, probabilities={"4": 0.1})
    )
    panel.set_second(letters)
    panel.show_readings(observation_of("4"), rejected)
    assert panel.verdict() == "The models disagree: 4 or not a character."
    panel.show_readings(rejected, rejected)
    assert panel.verdict() == "Neither model answers with a label: not a digit, not a character."
    panel.set_second(OTHER)
    panel.show_readings(rejected, rejected)
    assert panel.verdict() == "Both models answer “not a digit”."


def test_an_empty_canvas_is_not_compared(panel: ComparePanel) -> None:
    panel.set_second(OTHER)
    nothing = Observation(Reading(Verdict.NO_INK))
    panel.show_readings(nothing, nothing)
    assert "appear here" in panel.verdict()


def test_the_second_model_shows_the_layer_at_the_same_depth(panel: ComparePanel) -> None:
    panel.set_second(OTHER)
    panel.set_layer("logits")
    assert choice(panel, "second_layer").currentData() == "second"
    panel.set_second(INFO)
    assert choice(panel, "second_layer").currentData() == "logits"
    panel.set_layer("relu")
    assert choice(panel, "second_layer").currentData() == "relu"


def test_exported_numbers_contain_both_models(panel: ComparePanel) -> None:
    panel.set_second(INFO)
    first, second = observation_of("1"), observation_of("2")
    panel.show_readings(first, second)
    numbers = panel.numbers()
    assert set(numbers) == {"first/probabilities", "first/conv", "second/probabilities", "second/conv"}
    np.testing.assert_array_equal(numbers["first/conv"], first.activations["conv"])


def test_choosing_a_model_emits_its_name(qtbot: QtBot, panel: ComparePanel) -> None:
    with qtbot.waitSignal(panel.model_chosen) as chosen:
        choice(panel, "second_model").setCurrentIndex(0)
    assert chosen.args == ["small"]


def test_empty_bars_are_painted_without_readings(panel: ComparePanel) -> None:
    panel.set_second(OTHER)
    bars = child(panel, MirroredBars)
    groove = bars.palette().mid().color().rgb()

    def grooves() -> int:
        image = bars.grab().toImage()
        columns = range(image.width())
        return sum(image.pixelColor(x, image.height() // 22).rgb() == groove for x in columns)

    empty = grooves()
    assert empty > 20
    panel.show_readings(observation_of("4"), observation_of("4"))
    assert abs(grooves() - empty) < 8


def test_of_many_labels_those_that_fit_are_shown_and_the_most_probable_first_of_all(qtbot: QtBot) -> None:
    bars = MirroredBars()
    qtbot.addWidget(bars)
    bars.resize(400, 11 * 13 + 5)
    labels = tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    bars.set_labels(labels, rejects=True)
    assert bars.shown_names() == list(labels[:11])
    assert bars.minimumSizeHint().height() < bars.height()
    first = Reading(Verdict.READ, "Z", ("Z",), dict.fromkeys(labels, 0.0) | {"Z": 0.7, "2": 0.3})
    second = Reading(Verdict.READ, "K", ("K",), dict.fromkeys(labels, 0.0) | {"K": 0.9, "X": 0.1})
    bars.set_readings(first, second)
    shown = bars.shown_names()
    assert len(shown) == 11
    assert {"2", "K", "X", "Z"} < set(shown)
    assert shown == sorted(shown, key=labels.index)
    bars.resize(400, 40 * 13)
    assert bars.shown_names() == [*labels, "none"]


def test_the_labels_of_both_models_are_shown_before_improbable_ones_of_one(qtbot: QtBot) -> None:
    bars = MirroredBars()
    qtbot.addWidget(bars)
    bars.resize(400, 11 * 13 + 5)
    labels = tuple("0123456789ABCDEFG")
    bars.set_labels(labels, rejects=False)
    first = Reading(Verdict.READ, "4", ("4",), dict.fromkeys(labels[:10], 0.0) | {"4": 1.0})
    second = Reading(
        Verdict.READ, "4", ("4",), dict.fromkeys(labels, 0.0) | {"4": 0.99, "C": 0.0095, "E": 4e-4}
    )
    bars.set_readings(first, second)
    assert bars.shown_names() == [*labels[:10], "C"]
