"""Reading in the window, with a real network and mouse events."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window, page_reading
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core import paths
from desktop_app.core.settings import Settings
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.strokes import Ink
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.reader import ReadRequest, reader_of
from desktop_app.views.view import BATCH, INSIDE, READ
from tests.app.drawing import DIGITS, draw, line, text_of, wait_for_reading
from tests.finding import child
from tests.views_of_window import view_of


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawn_digit_is_read(qtbot: QtBot, window: MainWindow, digit: str) -> None:
    draw(window, DIGITS[digit])
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == digit
    assert text_of(window, "verdict_label").endswith(" %")
    bars = child(window, ProbabilityBars, "probabilities")
    assert bars.values()[digit] > 0.5


def test_a_dash_is_not_a_character(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, [line((80, 205), (320, 195))])
    wait_for_reading(qtbot, window)
    assert text_of(window, "verdict_label") == "Not a digit"
    assert text_of(window, "reading_label") == ""


def test_no_view_makes_a_small_window_larger(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(860, 560)
    for workspace in (INSIDE, BATCH, READ, INSIDE, READ):
        with qtbot.waitSignal(window.workspaces.views_changed):
            window.workspaces.choose(workspace)
        assert (window.width(), window.height()) == (860, 560), workspace
        for host in window.hosts:
            if workspace in host.view.positions:
                window.workspaces.show_view(host.view.name)
                qtbot.waitUntil(partial(getattr, host, "is_active"))
                assert (window.width(), window.height()) == (860, 560), host.view.title


def test_it_is_read_while_it_is_drawn(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    with qtbot.waitSignal(window.reading_painted):
        QTest.mouseMove(canvas, canvas.rect().center() * 1.2)
    maps = child(window, FeatureMapView, "feature_maps")
    first = maps.activation()
    assert first is not None
    with qtbot.waitSignal(window.reading_painted):
        QTest.mouseMove(canvas, canvas.rect().center() + QPoint(90, -40))
    second = maps.activation()
    assert second is not None
    assert first.shape == second.shape
    assert (first != second).any()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())


def test_a_cleared_canvas_has_no_answer(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, DIGITS["3"])
    wait_for_reading(qtbot, window)
    window.canvas.clear()
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == ""
    assert text_of(window, "verdict_label") == "No ink"
    window.canvas.undo()
    wait_for_reading(qtbot, window)
    assert text_of(window, "reading_label") == "3"


def test_a_late_answer_to_a_cleared_drawing_is_dropped(qtbot: QtBot, window: MainWindow) -> None:
    painted_pages: list[object] = []
    window.reading_painted.connect(painted_pages.append)
    draw(window, DIGITS["3"])
    window.canvas.clear()
    qtbot.waitUntil(lambda: bool(painted_pages))
    assert painted_pages == [Ink()]


def test_an_answer_that_comes_after_the_drawing_was_cleared_is_not_shown(
    qtbot: QtBot, another_window: Callable[..., MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    may_answer = threading.Semaphore(0)

    def held(model: str) -> Open:
        def open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
            about, read = reader_of(model)(should_stop)

            def answer(request: ReadRequest) -> Any:
                begun.append(request.page)
                assert may_answer.acquire(timeout=60)
                return read(request)

            return about, answer

        return open_worker

    monkeypatch.setattr(page_reading, "reader_of", held)
    window = another_window(Settings())
    drawing = Ink.from_points([[[100, 100], [200, 300]]])
    window.canvas.set_page(drawing)
    qtbot.waitUntil(lambda: begun == [drawing])
    window.canvas.clear()
    may_answer.release()
    qtbot.waitUntil(lambda: begun == [drawing, Ink()])
    # By now the first answer is on its way to this thread, and the second one is held.
    QCoreApplication.sendPostedEvents()
    assert window.observation is None
    may_answer.release()
    qtbot.waitUntil(lambda: window.observation is not None)
    assert text_of(window, "verdict_label") == "No ink"


def test_every_layer_of_the_network_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    draw(window, DIGITS["8"])
    wait_for_reading(qtbot, window)
    maps = child(window, FeatureMapView, "feature_maps")
    info = open_recognizer(find_model("digits")).info
    assert len(info.layers) > 20
    for layer in info.layers:
        view_of(window, LayersPanel).layer_chosen.emit(layer.name)
        activation = maps.activation()
        assert activation is not None
        assert activation.shape == layer.shape
        assert not maps.grab().isNull()


def test_the_default_model_reads_instead_of_a_missing_one(open_window: Callable[..., MainWindow]) -> None:
    window = open_window(Settings(model="gone"))
    assert window.network is not None
    assert window.network.name == "digits"
    sentence = "The model “gone” cannot be opened; the program reads with “digits” instead."
    assert window.messages.text() == sentence
    details = window.findChildren(QLabel, "message_details")
    assert any("no model called gone" in label.text() for label in details)


def test_a_missing_model_is_reported(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path)
    window = build_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.messages.shown):
        window.show()
    assert window.messages.text().endswith(".")
    sentence = window.messages.text()
    draw(window, DIGITS["1"])
    assert not window.canvas.is_empty
    assert text_of(window, "reading_label") == ""
    assert window.messages.text() == sentence
