"""The answer in the window: its bars open the evidence for it, and samples are read with a click."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from desktop_app.ink.page import Page
from desktop_app.networks.recognizer import Observation, Recognizer
from desktop_app.views.reading.panel import ReadingPanel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.sample_strip import SampleStrip
from desktop_app.views.view import READ
from desktop_app.views.why.panel import WhyPanel
from tests.finding import child
from tests.synthetic_numbers import image_of, number


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    widget = build_window(Settings())
    qtbot.addWidget(widget)
    widget.resize(1280, 860)
    widget.show()
    with qtbot.waitSignal(widget.reading_painted):
        widget.context.file_requested.emit(resources_dir() / "samples" / "seven.inkml")
    return widget


def shows_evidence(window: MainWindow) -> bool:
    return any(panel.isVisible() and panel.numbers() for panel in window.findChildren(WhyPanel))


def test_a_clicked_bar_opens_why_for_its_label(qtbot: QtBot, window: MainWindow) -> None:
    bars = child(window, ProbabilityBars, "probabilities")
    row_height = min(bars.height() / 11, 40)
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(100, round(1.5 * row_height)))
    qtbot.waitUntil(partial(shows_evidence, window))
    why = child(window, WhyPanel)
    assert (why.question().answer, why.question().rival) == (None, 1)
    assert window.canvas.evidence is not None
    assert window.canvas.evidence.legend == ("supports 7", "supports 1")
    assert window.workspaces.name == READ
    assert bars.isVisible()
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    assert why.question().rival == 2


def strip_of(qtbot: QtBot, window: MainWindow) -> SampleStrip:
    strip = child(window, SampleStrip)
    qtbot.waitUntil(lambda: strip.isVisible() and len(strip.samples) == 10)
    return strip


def test_ten_samples_are_read_with_a_click(qtbot: QtBot, window: MainWindow) -> None:
    strip = strip_of(qtbot, window)
    assert [sample.label for sample in strip.samples] == list("0123456789")
    for digit in range(10):
        with qtbot.waitSignal(window.reading_painted):
            at = strip.area_of(digit).center().toPoint()
            QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at)
        label = child(window, QLabel, "reading_label")
        qtbot.waitUntil(partial(lambda label, digit: label.text() == str(digit), label, digit))
    window.canvas.undo()
    assert window.canvas.page == strip.samples[8].ink


def test_samples_are_chosen_with_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    strip = strip_of(qtbot, window)
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(strip, Qt.Key.Key_Down)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert strip.accessibleDescription() == "Sample of 6"
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert window.canvas.page == strip.samples[6].ink


def test_there_are_no_samples_where_there_is_no_room_or_for_images(qtbot: QtBot, window: MainWindow) -> None:
    strip = strip_of(qtbot, window)
    panel = child(window, ReadingPanel)
    panel.resize(260, 400)
    assert not strip.isVisible()
    panel.resize(800, 400)
    assert strip.isVisible()
    window.context.model_requested.emit("pictures")
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_an_answer_is_removed_while_the_next_page_is_read(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    verdict, label = child(window, QLabel, "verdict_label"), child(window, QLabel, "reading_label")
    assert label.isVisible()
    may_read, observe = Event(), Recognizer.observe

    def observe_late(recognizer: Recognizer, page: Page) -> Observation:
        assert may_read.wait(60)
        return observe(recognizer, page)

    monkeypatch.setattr(Recognizer, "observe", observe_late)
    image_of(number("3")).save(tmp_path / "three.png")
    window.context.file_requested.emit(tmp_path / "three.png")
    qtbot.waitUntil(lambda: verdict.text() == "Reading…")
    assert not label.isVisible()
    assert not child(window, ReadingPanel).numbers()
    may_read.set()
    qtbot.waitUntil(lambda: label.isVisible() and label.text() == "3")
    assert verdict.text().endswith("%")


def test_an_error_ends_the_wait_for_an_answer(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    verdict, may_read = child(window, QLabel, "verdict_label"), Event()

    def fail(_recognizer: Recognizer, _page: Page) -> Observation:
        assert may_read.wait(60)
        raise RuntimeError("broken")

    monkeypatch.setattr(Recognizer, "observe", fail)
    image_of(number("3")).save(tmp_path / "three.png")
    window.context.file_requested.emit(tmp_path / "three.png")
    qtbot.waitUntil(lambda: verdict.text() == "Reading…")
    may_read.set()
    qtbot.waitUntil(lambda: verdict.text() == "No ink")
    assert window.messages.text() == "Could not read the drawing."
