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
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from desktop_app.core.paths import models_dir
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.inspection.attribution import grad_cam, integrated_gradients, last_picture_layer, occlusion
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
from desktop_app.views.why.panel import WhyPanel
from tests.finding import child
from tests.views.conftest import is_idle, workers_of

FOLDER = models_dir() / "digits"
SEVEN = np.concatenate([np.linspace((110, 90), (290, 90), 30), np.linspace((290, 90), (190, 330), 60)])
INK = Ink.from_points([SEVEN])


class Bench:
    """A paper, a panel and what works for it; readings come when a test asks for them."""

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
        observation = self.recognizer.read(page)
        self.controller.set_observation(page, observation)
        return observation

    def choose(self, method: Method) -> None:
        box = self.panel.findChild(QComboBox, "why_method")
        assert box is not None
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
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.controller.close()


@pytest.fixture
def seen(bench: Bench) -> Bench:
    """A bench whose panel can be seen, with a network and a seven on the paper."""
    bench.panel.set_active(True)
    bench.open()
    bench.canvas.set_page(INK)
    return bench


def explained(qtbot: QtBot, bench: Bench) -> Evidence:
    """Wait for evidence about the page that was read last."""
    qtbot.waitUntil(lambda: bench.evidence is not None)
    assert bench.evidence is not None
    return bench.evidence


# --- what is found ---


def expected(bench: Bench, method: Method, observation: Observation, pair: tuple[int, int]) -> np.ndarray:
    """What decided between two answers, asked of the methods themselves."""
    graph, normalized = bench.graph, observation.prepared
    assert graph is not None
    assert normalized is not None
    weighting = np.zeros(graph.info.layers[-1].shape, dtype=np.float32)
    weighting[list(pair)] = 1, -1
    if method is Method.GRADIENTS:
        return integrated_gradients(graph, normalized.model_input, weighting)
    if method is Method.GRAD_CAM:
        layer = last_picture_layer(graph.info)
        assert layer is not None
        return grad_cam(graph, observation.activations, layer, weighting)
    network = Network(bench.recognizer.card, read_network(FOLDER, bench.recognizer.card))
    return occlusion(network.probabilities, normalized.model_input, weighting)


@pytest.mark.parametrize("method", Method)
def test_the_answer_is_compared_with_the_runner_up(qtbot: QtBot, seen: Bench, method: Method) -> None:
    seen.choose(method)
    rival = seen.panel.findChildren(QComboBox)[2]
    observation = seen.read()
    second = int(np.argsort(-observation.activations[seen.recognizer.info.output])[1])
    rival.setCurrentIndex(rival.findData(second))
    evidence = explained(qtbot, seen)
    order = np.argsort(-observation.activations[seen.recognizer.info.output])
    names = [*seen.recognizer.info.labels, None]
    assert (evidence.answer, evidence.rival) == ("7", names[order[1]])
    decided = expected(seen, method, observation, (int(order[0]), int(order[1])))
    assert evidence.difference == pytest.approx(decided, abs=1e-4 * float(np.abs(decided).max()) + 1e-5)
    assert observation.prepared is not None
    assert (evidence.model_input == observation.prepared.model_input[..., 0]).all()
    assert evidence.placement == observation.placement
    assert evidence.milliseconds > 0


def test_any_two_labels_can_be_compared(qtbot: QtBot, seen: Bench) -> None:
    answer, rival = seen.panel.findChildren(QComboBox)[1:]
    answer.setCurrentIndex(answer.findText("2"))
    rival.setCurrentIndex(rival.findText("not a character"))
    seen.read()
    evidence = explained(qtbot, seen)
    assert (evidence.answer, evidence.rival) == ("2", None)


def test_the_runner_up_is_never_the_answer_itself(qtbot: QtBot, seen: Bench) -> None:
    rival = seen.panel.findChildren(QComboBox)[2]
    rival.setCurrentIndex(rival.findText("7"))
    seen.read()
    evidence = explained(qtbot, seen)
    assert evidence.rival == "7"
    assert evidence.answer not in ("7", None)


def test_a_label_is_not_compared_with_itself(qtbot: QtBot, seen: Bench) -> None:
    seen.read()
    explained(qtbot, seen)
    for choice in seen.panel.findChildren(QComboBox)[1:]:
        choice.setCurrentIndex(choice.findText("3"))
    assert seen.evidence is None
    assert seen.canvas.evidence is None
    assert "two different labels" in seen.hint


def test_evidence_that_comes_after_the_ink_was_cleared_is_not_shown(
    qtbot: QtBot, seen: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen.read()
    explained(qtbot, seen)
    begun, may_answer = threading.Event(), threading.Event()

    def held(*given: Any) -> Evidence:
        begun.set()
        assert may_answer.wait(60)
        # Fast enough to follow the pen, however busy the machine is.
        return replace(evidence_for(*given), milliseconds=1.0)

    may_answer.set()
    monkeypatch.setattr(controller, "evidence_for", held)
    (worker,) = workers_of(seen.controller)
    with qtbot.waitSignal(worker.answered):
        seen.choose(Method.GRAD_CAM)
    begun.clear()
    may_answer.clear()
    seen.read()
    assert begun.wait(60)
    seen.canvas.clear()
    with qtbot.waitSignal(worker.answered):
        may_answer.set()
    assert seen.evidence is None
    assert seen.canvas.evidence is None


# --- only while somebody looks ---


def test_what_nobody_sees_is_not_computed(qtbot: QtBot, bench: Bench) -> None:
    bench.open()
    bench.canvas.set_page(INK)
    bench.read()
    assert is_idle(bench.controller)
    assert not child(bench.controller, QTimer, "rest").isActive()
    bench.panel.set_active(True)
    explained(qtbot, bench)


def test_colours_leave_the_paper_with_the_panel(qtbot: QtBot, seen: Bench) -> None:
    seen.read()
    explained(qtbot, seen)
    assert seen.canvas.evidence is not None
    seen.panel.set_active(False)
    assert seen.canvas.evidence is None


# --- evidence belongs to its ink ---


@pytest.mark.parametrize("change", [InkCanvas.undo, InkCanvas.clear])
def test_evidence_goes_with_its_ink(qtbot: QtBot, seen: Bench, change: Callable[[InkCanvas], None]) -> None:
    seen.read()
    explained(qtbot, seen)
    change(seen.canvas)
    assert seen.canvas.evidence is None
    assert seen.evidence is None


def test_evidence_that_takes_time_goes_with_the_first_movement(qtbot: QtBot, seen: Bench) -> None:
    seen.read()
    explained(qtbot, seen)
    seen.controller.pace[Method.OCCLUSION] = 1000.0
    QTest.mousePress(seen.canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 300))
    assert seen.canvas.evidence is None
    QTest.mouseRelease(seen.canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 300))
    seen.read()
    explained(qtbot, seen)


def test_lifting_the_pen_changes_no_ink(qtbot: QtBot, seen: Bench) -> None:
    canvas = seen.canvas
    canvas.clear()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 100))
    QTest.mouseMove(canvas, QPoint(320, 200))
    seen.read(canvas.page)
    explained(qtbot, seen)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(320, 200))
    assert canvas.evidence is not None


def test_fast_evidence_follows_the_pen(qtbot: QtBot, seen: Bench) -> None:
    seen.choose(Method.GRAD_CAM)
    seen.controller.pace[Method.GRAD_CAM] = 0.0
    seen.read()
    first = explained(qtbot, seen)
    seen.controller.pace[Method.GRAD_CAM] = 0.0
    QTest.mousePress(seen.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))
    assert seen.canvas.evidence is not None, "the next is near"
    seen.read()
    qtbot.waitUntil(lambda: seen.evidence not in (None, first))
    QTest.mouseRelease(seen.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))


def test_evidence_that_is_not_followed_up_goes_soon(qtbot: QtBot, seen: Bench) -> None:
    seen.choose(Method.GRAD_CAM)
    seen.read()
    explained(qtbot, seen)
    seen.controller.pace[Method.GRAD_CAM] = 0.0
    QTest.mousePress(seen.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))
    assert seen.canvas.evidence is not None
    qtbot.waitUntil(lambda: seen.canvas.evidence is None)
    QTest.mouseRelease(seen.canvas, Qt.MouseButton.LeftButton, pos=QPoint(220, 300))


def test_an_earlier_moment_has_evidence_of_its_own(qtbot: QtBot, seen: Bench) -> None:
    seen.read()
    whole = explained(qtbot, seen)
    seen.controller.pace[Method.OCCLUSION] = 1000.0
    seen.canvas.show_until(40)
    seen.read(INK.until(40))
    assert seen.canvas.evidence is None
    early = explained(qtbot, seen)
    assert early.placement != whole.placement


def test_no_ink_has_no_evidence(qtbot: QtBot, seen: Bench) -> None:
    seen.read()
    explained(qtbot, seen)
    seen.canvas.clear()
    seen.read()
    assert seen.evidence is None
    assert not child(seen.controller, QTimer, "rest").isActive()


def test_pictures_have_evidence_too(qtbot: QtBot, seen: Bench) -> None:
    ink_map = np.zeros((60, 40), dtype=np.float32)
    ink_map[10:50, 18:22] = 1
    rgb = np.repeat((255 * (1 - ink_map)).astype(np.uint8)[..., None], 3, axis=2)
    seen.canvas.set_page(Picture(rgb, ink_map))
    observation = seen.read()
    evidence = explained(qtbot, seen)
    assert evidence.placement == observation.placement
    assert seen.canvas.evidence is not None


# --- networks of every kind ---


@pytest.mark.parametrize(
    "name", ["dense", "pooled", "normalized", "depthwise", "residual", "wide", "size32", "colour"]
)
def test_every_network_has_an_answer_or_a_reason(
    qtbot: QtBot, seen: Bench, odd_model: Callable[[str], Path], name: str
) -> None:
    seen.open(odd_model(name))
    height, width, _ = seen.recognizer.info.input_shape
    for method in Method:
        seen.choose(method)
        seen.read()
        qtbot.waitUntil(lambda: seen.evidence is not None or "choose another" in seen.hint)
        if seen.evidence is None:
            assert method is Method.GRAD_CAM
            assert name == "dense"
            continue
        assert seen.evidence.method is method
        assert seen.evidence.difference.shape == seen.evidence.model_input.shape == (height, width)
        assert np.isfinite(seen.evidence.difference).all()


def test_unknown_layers_leave_occlusion(qtbot: QtBot, seen: Bench, odd_model: Callable[[str], Path]) -> None:
    seen.open(odd_model("unknown"))
    seen.choose(Method.GRADIENTS)
    seen.read()
    qtbot.waitUntil(lambda: "Occlusion works" in seen.hint)
    assert seen.evidence is None
    assert seen.canvas.evidence is None
    seen.choose(Method.OCCLUSION)
    assert explained(qtbot, seen).method is Method.OCCLUSION


def test_evidence_of_one_network_is_none_of_another(
    qtbot: QtBot, seen: Bench, odd_model: Callable[[str], Path]
) -> None:
    seen.read()
    explained(qtbot, seen)
    seen.open(odd_model("size32"))
    assert seen.evidence is None
    assert seen.canvas.evidence is None
    seen.read()
    assert explained(qtbot, seen).model_input.shape == (32, 32)


def test_a_network_that_cannot_be_opened_is_told(qtbot: QtBot, seen: Bench, tmp_path: Path) -> None:
    card = seen.recognizer.card
    assert seen.graph is not None
    network = OpenNetwork(card.info, seen.graph, FOLDER, card.files[NETWORK_FILE], ())
    seen.controller.set_network(replace(network, folder=tmp_path / "none"))
    with qtbot.waitSignal(seen.controller.failed):
        seen.read()
