from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.core.paths import models_dir
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.networks.card import NETWORK_FILE
from desktop_app.networks.graph import Graph
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.timeline.controller import TimelineController
from desktop_app.views.timeline.panel import TimelinePanel
from desktop_app.views.timeline.probability_band import ProbabilityBand
from tests.views.conftest import is_idle, painted

FOLDER = models_dir() / "digits"
SEVEN = np.concatenate([np.linspace((110, 90), (290, 90), 30), np.linspace((290, 90), (190, 330), 60)])


def opened(folder: Path = FOLDER) -> OpenNetwork:
    card = open_recognizer(folder).card
    return OpenNetwork(card.info, cast(Graph, None), folder, card.files[NETWORK_FILE], ())


class Bench:
    """A paper, a panel and what works for it, without the rest of the window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.canvas, self.panel = InkCanvas(), TimelinePanel()
        for widget in (self.canvas, self.panel):
            qtbot.addWidget(widget)
            widget.resize(400, 400)
            widget.show()
        self.controller = TimelineController(self.panel, self.canvas)
        self.wanted: list[Any] = []
        self.controller.page_wanted.connect(self.wanted.append)

    @property
    def moments(self) -> int:
        return len(self.panel.numbers().get("points", ()))

    @property
    def band(self) -> ProbabilityBand:
        return cast(ProbabilityBand, self.panel.subject())


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.controller.close()


@pytest.fixture
def reading(qtbot: QtBot, bench: Bench) -> Bench:
    """A bench whose panel can be seen, with a network and a seven that was gone through."""
    bench.panel.set_active(True)
    bench.controller.set_network(opened())
    bench.canvas.set_page(Ink.from_points([SEVEN]))
    qtbot.waitUntil(lambda: bench.moments == 90)
    return bench


def test_ink_is_gone_through_from_its_first_point_to_its_last(reading: Bench) -> None:
    numbers = reading.panel.numbers()
    assert numbers["points"].tolist() == list(range(1, 91))
    recognizer = open_recognizer(FOLDER)
    ink = Ink.from_points([SEVEN])
    for points in (1, 40, 90):
        expected = recognizer.read(ink.until(points)).activations[recognizer.info.output]
        assert numbers["probabilities"][points - 1] == pytest.approx(expected, abs=1e-6)


def test_what_nobody_sees_is_not_computed(qtbot: QtBot, bench: Bench) -> None:
    bench.controller.set_network(opened())
    bench.canvas.set_page(Ink.from_points([SEVEN]))
    assert is_idle(bench.controller)
    bench.panel.set_active(True)
    qtbot.waitUntil(lambda: bench.moments == 90)


def test_it_follows_the_pen(qtbot: QtBot, reading: Bench) -> None:
    reading.canvas.clear()
    assert reading.moments == 0
    QTest.mousePress(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    for step in range(1, 12):
        QTest.mouseMove(reading.canvas, QPoint(100 + 15 * step, 100))
    qtbot.waitUntil(lambda: reading.moments == 12)
    QTest.mouseRelease(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(265, 100))


def test_undone_ink_leaves_nothing(qtbot: QtBot, reading: Bench) -> None:
    reading.canvas.undo()
    assert reading.panel.numbers() == {}
    reading.canvas.redo()
    qtbot.waitUntil(lambda: reading.moments == 90)


def test_a_picture_is_told_from_ink(reading: Bench) -> None:
    grey = np.zeros((8, 8), dtype=np.float32)
    reading.canvas.set_page(Picture(np.zeros((8, 8, 3), dtype=np.uint8), grey))
    assert reading.panel.numbers() == {}


def test_a_chosen_moment_is_shown_and_wanted(reading: Bench) -> None:
    whole = painted(reading.canvas)
    QTest.keyClick(reading.band, Qt.Key.Key_Home)
    QTest.keyClick(reading.band, Qt.Key.Key_PageDown)
    assert reading.wanted[-1] == Ink.from_points([SEVEN]).until(11)
    assert painted(reading.canvas) != whole
    assert reading.canvas.page == Ink.from_points([SEVEN])
    QTest.keyClick(reading.band, Qt.Key.Key_End)
    assert reading.wanted[-1] is reading.canvas.page
    assert painted(reading.canvas) == whole


def test_drawing_returns_to_now(reading: Bench) -> None:
    QTest.keyClick(reading.band, Qt.Key.Key_Home)
    asked = len(reading.wanted)
    QTest.mousePress(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 350))
    assert reading.panel.moment() is None
    assert len(reading.wanted) == asked, "the pen asks for itself"
    QTest.mouseRelease(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 350))


def test_hiding_the_panel_returns_to_now(reading: Bench) -> None:
    QTest.keyClick(reading.band, Qt.Key.Key_Home)
    reading.panel.set_active(False)
    assert reading.wanted[-1] is reading.canvas.page


def test_another_network_answers_anew(qtbot: QtBot, reading: Bench, odd_model: Any) -> None:
    network = opened(odd_model("size32"))
    reading.panel.set_network(network.info, network.graph)
    reading.controller.set_network(network)
    qtbot.waitUntil(lambda: reading.moments == 90)
    numbers = reading.panel.numbers()
    assert numbers["probabilities"].shape[1] == network.info.layers[-1].shape[0]
    assert numbers["columns"].tolist()[: len(network.info.labels)] == list(network.info.labels)


def test_a_network_that_cannot_be_opened_is_told(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    network = opened()
    bench.panel.set_active(True)
    bench.canvas.set_page(Ink.from_points([SEVEN]))
    with qtbot.waitSignal(bench.controller.failed):
        bench.controller.set_network(
            OpenNetwork(network.info, network.graph, tmp_path / "none", network.sha256, ())
        )
