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


class Setup:
    """A canvas, a panel and its controller, without the rest of the window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.canvas, self.panel = InkCanvas(), TimelinePanel()
        for widget in (self.canvas, self.panel):
            qtbot.addWidget(widget)
            widget.resize(400, 400)
            widget.show()
        self.controller = TimelineController(self.panel, self.canvas)
        self.requested: list[Any] = []
        self.controller.page_requested.connect(self.requested.append)

    @property
    def snapshot_count(self) -> int:
        return len(self.panel.numbers().get("points", ()))

    @property
    def band(self) -> ProbabilityBand:
        return cast(ProbabilityBand, self.panel.exported_widget())


@pytest.fixture
def setup(qtbot: QtBot) -> Iterator[Setup]:
    made = Setup(qtbot)
    yield made
    made.controller.close()


@pytest.fixture
def reading(qtbot: QtBot, setup: Setup) -> Setup:
    """A setup with a visible panel, a network and the complete timeline of a seven."""
    setup.panel.set_active(True)
    setup.controller.set_network(opened())
    setup.canvas.set_page(Ink.from_points([SEVEN]))
    qtbot.waitUntil(lambda: setup.snapshot_count == 90)
    return setup


def test_timeline_covers_the_ink_from_first_to_last_point(reading: Setup) -> None:
    numbers = reading.panel.numbers()
    assert numbers["points"].tolist() == list(range(1, 91))
    recognizer = open_recognizer(FOLDER)
    ink = Ink.from_points([SEVEN])
    for points in (1, 40, 90):
        expected = recognizer.observe(ink.until(points)).activations[recognizer.info.output]
        assert numbers["probabilities"][points - 1] == pytest.approx(expected, abs=1e-6)


def test_hidden_panel_computes_nothing(qtbot: QtBot, setup: Setup) -> None:
    setup.controller.set_network(opened())
    setup.canvas.set_page(Ink.from_points([SEVEN]))
    assert is_idle(setup.controller)
    setup.panel.set_active(True)
    qtbot.waitUntil(lambda: setup.snapshot_count == 90)


def test_timeline_follows_the_pen(qtbot: QtBot, reading: Setup) -> None:
    reading.canvas.clear()
    assert reading.snapshot_count == 0
    QTest.mousePress(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    for step in range(1, 12):
        QTest.mouseMove(reading.canvas, QPoint(100 + 15 * step, 100))
    qtbot.waitUntil(lambda: reading.snapshot_count == 12)
    QTest.mouseRelease(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(265, 100))


def test_undo_removes_the_timeline(qtbot: QtBot, reading: Setup) -> None:
    reading.canvas.undo()
    assert reading.panel.numbers() == {}
    reading.canvas.redo()
    qtbot.waitUntil(lambda: reading.snapshot_count == 90)


def test_image_has_no_timeline(reading: Setup) -> None:
    grey = np.zeros((8, 8), dtype=np.float32)
    reading.canvas.set_page(Picture(np.zeros((8, 8, 3), dtype=np.uint8), grey))
    assert reading.panel.numbers() == {}


def test_chosen_snapshot_is_shown_and_read(reading: Setup) -> None:
    whole = painted(reading.canvas)
    QTest.keyClick(reading.band, Qt.Key.Key_Home)
    QTest.keyClick(reading.band, Qt.Key.Key_PageDown)
    assert reading.requested[-1] == Ink.from_points([SEVEN]).until(11)
    assert painted(reading.canvas) != whole
    assert reading.canvas.page == Ink.from_points([SEVEN])
    QTest.keyClick(reading.band, Qt.Key.Key_End)
    assert reading.requested[-1] is reading.canvas.page
    assert painted(reading.canvas) == whole


def test_drawing_shows_the_whole_drawing(reading: Setup) -> None:
    QTest.keyClick(reading.band, Qt.Key.Key_Home)
    count = len(reading.requested)
    QTest.mousePress(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 350))
    assert reading.panel.shown_points() is None
    assert len(reading.requested) == count, "the canvas requests the page itself"
    QTest.mouseRelease(reading.canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 350))


def test_hiding_the_panel_shows_the_whole_drawing(reading: Setup) -> None:
    QTest.keyClick(reading.band, Qt.Key.Key_Home)
    reading.panel.set_active(False)
    assert reading.requested[-1] is reading.canvas.page


def test_another_network_replaces_the_timeline(qtbot: QtBot, reading: Setup, odd_model: Any) -> None:
    network = opened(odd_model("size32"))
    reading.panel.set_network(network.info, network.graph)
    reading.controller.set_network(network)
    qtbot.waitUntil(lambda: reading.snapshot_count == 90)
    numbers = reading.panel.numbers()
    assert numbers["probabilities"].shape[1] == network.info.layers[-1].shape[0]
    assert numbers["columns"].tolist()[: len(network.info.labels)] == list(network.info.labels)


def test_unreadable_network_is_reported(qtbot: QtBot, setup: Setup, tmp_path: Path) -> None:
    network = opened()
    setup.panel.set_active(True)
    setup.canvas.set_page(Ink.from_points([SEVEN]))
    with qtbot.waitSignal(setup.controller.failed):
        setup.controller.set_network(
            OpenNetwork(network.info, network.graph, tmp_path / "none", network.sha256, ())
        )
