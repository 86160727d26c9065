from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.paths import models_dir
from desktop_app.core.stopping import Stopped
from desktop_app.ink.directions import ink_of
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.inspection.attribution import (
    Predict,
    Report,
    grad_cam,
    integrated_gradients,
    last_spatial_layer,
    occlusion,
)
from desktop_app.networks.card import NETWORK_FILE
from desktop_app.networks.graph import Graph
from desktop_app.networks.model_folder import read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import Observation, Recognizer, open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.why import controller
from desktop_app.views.why.compute_evidence import evidence_for
from desktop_app.views.why.controller import WhyController
from desktop_app.views.why.evidence import Evidence, Method
from desktop_app.views.why.evidence_view import EvidenceView
from desktop_app.views.why.panel import Question, WhyPanel
from tests.finding import child
from tests.views.conftest import is_idle, workers_of

FOLDER = models_dir() / "digits"
SEVEN = np.concatenate([np.linspace((110, 90), (290, 90), 30), np.linspace((290, 90), (190, 330), 60)])
INK = Ink.from_points([SEVEN])


class Setup:
    """A canvas, a panel and its controller; observations are made when a test asks for them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.canvas, self.panel = InkCanvas(), WhyPanel()
        for widget in (self.canvas, self.panel):
            qtbot.addWidget(widget)
            widget.resize(640, 400)
            widget.show()
        self.controller = WhyController(self.panel, self.canvas)
        self.recognizer: Recognizer = open_recognizer(FOLDER)
        self.graph: Graph | None = None

    def open(self, folder: Path = FOLDER) -> None:
        self.recognizer = open_recognizer(folder)
        card = self.recognizer.card
        self.graph = Graph(card.info, read_weights(folder, card))
        self.panel.set_network(card.info, self.graph)
        self.controller.set_network(OpenNetwork(card.info, self.graph, folder, card.files[NETWORK_FILE], ()))

    def read(self, page: Page | None = None) -> Observation:
        page = self.canvas.page if page is None else page
        observation = self.recognizer.observe(page)
        self.controller.set_observation(page, observation)
        return observation

    def choose(self, method: Method) -> None:
        box = child(self.panel, QComboBox, "why_method")
        box.setCurrentIndex(box.findData(method.value))

    @property
    def evidence(self) -> Evidence | None:
        return self.view.evidence()

    @property
    def view(self) -> EvidenceView:
        return cast(EvidenceView, self.panel.exported_widget())

    @property
    def hint(self) -> str:
        return self.view.accessibleDescription()


@pytest.fixture
def setup(qtbot: QtBot) -> Iterator[Setup]:
    made = Setup(qtbot)
    yield made
    made.controller.close()


@pytest.fixture
def visible(setup: Setup) -> Setup:
    """A visible panel with a network and a seven on the canvas."""
    setup.panel.set_active(True)
    setup.open()
    setup.canvas.set_page(INK)
    return setup


def wait_for_evidence(qtbot: QtBot, setup: Setup) -> Evidence:
    """Wait for evidence for the page that was read last."""
    qtbot.waitUntil(lambda: setup.evidence is not None)
    assert setup.evidence is not None
    return setup.evidence


# --- evidence ---


def expected(setup: Setup, method: Method, observation: Observation, pair: tuple[int, int]) -> np.ndarray:
    """Return the difference between two answers as computed by the method itself."""
    graph, normalized = setup.graph, observation.prepared
    assert graph is not None
    assert normalized is not None
    weighting = np.zeros(graph.info.layers[-1].shape, dtype=np.float32)
    weighting[list(pair)] = 1, -1
    if method is Method.GRADIENTS:
        return integrated_gradients(graph, normalized.model_input, [weighting])[0]
    if method is Method.GRAD_CAM:
        layer = last_spatial_layer(graph.info)
        assert layer is not None
        return grad_cam(graph, observation.activations, layer, weighting)
    network = Network(setup.recognizer.card, read_network(FOLDER, setup.recognizer.card))
    return occlusion(network.predict, normalized.model_input, weighting)


@pytest.mark.parametrize("method", Method)
def test_answer_is_compared_with_the_runner_up(qtbot: QtBot, visible: Setup, method: Method) -> None:
    visible.choose(method)
    rival = visible.panel.findChildren(QComboBox)[2]
    observation = visible.read()
    second = int(np.argsort(-observation.activations[visible.recognizer.info.output])[1])
    rival.setCurrentIndex(rival.findData(second))
    evidence = wait_for_evidence(qtbot, visible)
    order = np.argsort(-observation.activations[visible.recognizer.info.output])
    names = [*visible.recognizer.info.labels, None]
    assert (evidence.answer, evidence.rival) == ("7", names[order[1]])
    decided = expected(visible, method, observation, (int(order[0]), int(order[1])))
    assert evidence.difference == pytest.approx(decided, abs=1e-4 * float(np.abs(decided).max()) + 1e-5)
    assert observation.prepared is not None
    np.testing.assert_array_equal(evidence.model_input, ink_of(observation.prepared.model_input))
    assert evidence.placement == observation.placement
    assert evidence.milliseconds > 0


def test_any_two_labels_can_be_compared(qtbot: QtBot, visible: Setup) -> None:
    answer, rival = visible.panel.findChildren(QComboBox)[1:]
    answer.setCurrentIndex(answer.findText("2"))
    rival.setCurrentIndex(rival.findText("not a digit"))
    visible.read()
    evidence = wait_for_evidence(qtbot, visible)
    assert (evidence.answer, evidence.rival) == ("2", None)


def test_runner_up_is_never_the_answer(qtbot: QtBot, visible: Setup) -> None:
    rival = visible.panel.findChildren(QComboBox)[2]
    rival.setCurrentIndex(rival.findText("7"))
    observation = visible.read()
    evidence = wait_for_evidence(qtbot, visible)
    assert evidence.rival == "7"
    info = visible.recognizer.info
    classes = (*info.labels, None)
    first, second = np.argsort(-observation.activations[info.output].ravel())[:2]
    assert classes[first] == "7"
    assert evidence.answer == classes[second]


def test_label_cannot_be_compared_with_itself(qtbot: QtBot, visible: Setup) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    for choice in visible.panel.findChildren(QComboBox)[1:]:
        choice.setCurrentIndex(choice.findText("3"))
    assert visible.evidence is None
    assert visible.canvas.evidence is None
    assert "two different labels" in visible.hint


def test_evidence_that_arrives_after_clearing_is_discarded(
    qtbot: QtBot, visible: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    begun, may_answer = threading.Event(), threading.Event()

    def held(*given: Any) -> Evidence:
        begun.set()
        assert may_answer.wait(60)
        # Fast enough to follow the pen, even on a busy machine.
        return replace(evidence_for(*given), milliseconds=1.0)

    may_answer.set()
    monkeypatch.setattr(controller, "evidence_for", held)
    (worker,) = workers_of(visible.controller)
    with qtbot.waitSignal(worker.answered):
        visible.choose(Method.GRAD_CAM)
    begun.clear()
    may_answer.clear()
    visible.read()
    assert begun.wait(60)
    visible.canvas.clear()
    with qtbot.waitSignal(worker.answered):
        may_answer.set()
    assert visible.evidence is None
    assert visible.canvas.evidence is None


class SlowEvidence:
    """Evidence that takes until it is stopped or may answer."""

    def __init__(self) -> None:
        self.begun, self.may_answer = threading.Event(), threading.Event()
        self.stopped: list[Method] = []

    def __call__(
        self, observation: Observation, question: Question, graph: Graph, ask: Predict, report: Report
    ) -> Evidence:
        self.begun.set()
        try:
            while not self.may_answer.wait(0.01):
                report(0.25)
        except Stopped:
            self.stopped.append(question.method)
            raise
        return evidence_for(observation, question, graph, ask, report)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowEvidence]:
    made = SlowEvidence()
    monkeypatch.setattr(controller, "evidence_for", made)
    yield made
    made.may_answer.set()


def test_long_computation_shows_progress_and_can_be_stopped(
    qtbot: QtBot, visible: Setup, slow: SlowEvidence
) -> None:
    visible.choose(Method.GRADIENTS)
    visible.read()
    qtbot.waitUntil(lambda: "25 %" in visible.hint)
    button = next(each for each in visible.panel.findChildren(QPushButton) if each.text() == "Stop")
    (worker,) = workers_of(visible.controller)
    with qtbot.waitSignal(worker.failed):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert visible.hint.startswith("Stopped")
    assert slow.stopped == [Method.GRADIENTS]


def test_new_question_stops_a_long_computation(qtbot: QtBot, visible: Setup, slow: SlowEvidence) -> None:
    visible.choose(Method.GRADIENTS)
    visible.read()
    qtbot.waitUntil(slow.begun.is_set)
    (worker,) = workers_of(visible.controller)
    with qtbot.waitSignal(worker.failed):
        visible.choose(Method.OCCLUSION)
    assert slow.stopped == [Method.GRADIENTS]
    slow.may_answer.set()
    assert wait_for_evidence(qtbot, visible).method is Method.OCCLUSION


# --- visibility ---


def test_hidden_panel_computes_nothing(qtbot: QtBot, setup: Setup) -> None:
    setup.open()
    setup.canvas.set_page(INK)
    setup.read()
    assert is_idle(setup.controller)
    assert not child(setup.controller, QTimer, "rest").isActive()
    setup.panel.set_active(True)
    wait_for_evidence(qtbot, setup)


def test_hiding_the_panel_clears_the_canvas(qtbot: QtBot, visible: Setup) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    assert visible.canvas.evidence is not None
    visible.panel.set_active(False)
    assert visible.canvas.evidence is None


# --- outdated evidence ---


@pytest.mark.parametrize("change", [InkCanvas.undo, InkCanvas.clear])
def test_changing_the_ink_clears_the_evidence(
    qtbot: QtBot, visible: Setup, change: Callable[[InkCanvas], None]
) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    change(visible.canvas)
    assert visible.canvas.evidence is None
    assert visible.evidence is None


def test_slow_evidence_is_cleared_when_the_pen_moves(qtbot: QtBot, visible: Setup) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    visible.controller.durations_ms[Method.OCCLUSION] = 1000.0
    QTest.mousePress(visible.canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 300))
    assert visible.canvas.evidence is None
    QTest.mouseRelease(visible.canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 300))
    visible.read()
    wait_for_evidence(qtbot, visible)


def test_lifting_the_pen_keeps_the_evidence(qtbot: QtBot, visible: Setup) -> None:
    canvas = visible.canvas
    canvas.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 100))
    QTest.mouseMove(canvas, QPoint(320, 200))
    visible.read(canvas.page)
    wait_for_evidence(qtbot, visible)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 200))
    assert canvas.evidence is not None


def test_fast_evidence_follows_the_pen(qtbot: QtBot, visible: Setup) -> None:
    visible.choose(Method.GRAD_CAM)
    visible.controller.durations_ms[Method.GRAD_CAM] = 0.0
    visible.read()
    first = wait_for_evidence(qtbot, visible)
    visible.controller.durations_ms[Method.GRAD_CAM] = 0.0
    QTest.mousePress(visible.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))
    assert visible.canvas.evidence is not None, "new evidence follows soon"
    visible.read()
    qtbot.waitUntil(lambda: visible.evidence not in (None, first))
    QTest.mouseRelease(visible.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))


def test_outdated_evidence_is_cleared_after_a_delay(qtbot: QtBot, visible: Setup) -> None:
    visible.choose(Method.GRAD_CAM)
    visible.read()
    wait_for_evidence(qtbot, visible)
    visible.controller.durations_ms[Method.GRAD_CAM] = 0.0
    QTest.mousePress(visible.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))
    assert visible.canvas.evidence is not None
    qtbot.waitUntil(lambda: visible.canvas.evidence is None)
    QTest.mouseRelease(visible.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))


def test_snapshot_has_its_own_evidence(qtbot: QtBot, visible: Setup) -> None:
    visible.read()
    whole = wait_for_evidence(qtbot, visible)
    visible.controller.durations_ms[Method.OCCLUSION] = 1000.0
    visible.canvas.show_until(40)
    visible.read(INK.until(40))
    assert visible.canvas.evidence is None
    early = wait_for_evidence(qtbot, visible)
    assert early.placement != whole.placement


def test_empty_canvas_has_no_evidence(qtbot: QtBot, visible: Setup) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    visible.canvas.clear()
    visible.read()
    assert visible.evidence is None
    assert not child(visible.controller, QTimer, "rest").isActive()


def test_images_have_evidence(qtbot: QtBot, visible: Setup) -> None:
    ink_map = np.zeros((60, 40), dtype=np.float32)
    ink_map[10:50, 18:22] = 1
    rgb = np.repeat((255 * (1 - ink_map)).astype(np.uint8)[..., None], 3, axis=2)
    visible.canvas.set_page(Picture(rgb, ink_map))
    observation = visible.read()
    evidence = wait_for_evidence(qtbot, visible)
    assert evidence.placement == observation.placement
    assert visible.canvas.evidence is not None


# --- kinds of networks ---


@pytest.mark.parametrize(
    "name", ["dense", "pooled", "normalized", "depthwise", "residual", "wide", "size32", "colour"]
)
def test_every_network_has_evidence_or_an_error(
    qtbot: QtBot, visible: Setup, odd_model: Callable[[str], Path], name: str
) -> None:
    visible.open(odd_model(name))
    height, width, _ = visible.recognizer.info.input_shape
    for method in Method:
        visible.choose(method)
        visible.read()
        qtbot.waitUntil(lambda: visible.evidence is not None or "another method" in visible.hint)
        if visible.evidence is None:
            assert method is Method.GRAD_CAM
            assert name == "dense"
            continue
        assert visible.evidence.method is method
        assert visible.evidence.difference.shape == visible.evidence.model_input.shape == (height, width)
        assert np.isfinite(visible.evidence.difference).all()


def test_occlusion_works_with_unknown_layers(
    qtbot: QtBot, visible: Setup, odd_model: Callable[[str], Path]
) -> None:
    visible.open(odd_model("unknown"))
    visible.choose(Method.GRADIENTS)
    visible.read()
    qtbot.waitUntil(lambda: "Occlusion works" in visible.hint)
    assert visible.evidence is None
    assert visible.canvas.evidence is None
    visible.choose(Method.OCCLUSION)
    assert wait_for_evidence(qtbot, visible).method is Method.OCCLUSION


def test_another_network_clears_the_evidence(
    qtbot: QtBot, visible: Setup, odd_model: Callable[[str], Path]
) -> None:
    visible.read()
    wait_for_evidence(qtbot, visible)
    visible.open(odd_model("size32"))
    assert visible.evidence is None
    assert visible.canvas.evidence is None
    visible.read()
    assert wait_for_evidence(qtbot, visible).model_input.shape == (32, 32)


def test_unreadable_network_is_reported(qtbot: QtBot, visible: Setup, tmp_path: Path) -> None:
    card = visible.recognizer.card
    assert visible.graph is not None
    network = OpenNetwork(card.info, visible.graph, FOLDER, card.files[NETWORK_FILE], ())
    visible.controller.set_network(replace(network, folder=tmp_path / "none"))
    with qtbot.waitSignal(visible.controller.failed):
        visible.read()
