"""The window with the model for super-resolution: digits are enlarged while they are drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.views.enlargement.panel import EnlargementPanel
from tests.finding import child
from tests.views_of_window import view_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window: Callable[..., MainWindow]) -> MainWindow:
    return open_window(Settings(model="super-resolution"))


def at(window: MainWindow, x: float, y: float) -> QPoint:
    canvas = window.canvas
    return QPoint(round(x * canvas.width()), round(y * canvas.height()))


def test_a_digit_is_enlarged_while_it_is_drawn(qtbot: QtBot, window: MainWindow) -> None:
    assert window.network is not None
    panel, canvas = view_of(window, EnlargementPanel), window.canvas
    QTest.mousePress(canvas, LEFT, pos=at(window, 0.35, 0.25))
    QTest.mouseMove(canvas, at(window, 0.5, 0.25))
    QTest.mouseMove(canvas, at(window, 0.65, 0.25))
    qtbot.waitUntil(lambda: bool(panel.numbers()))
    bar = panel.numbers()["original"]
    QTest.mouseMove(canvas, at(window, 0.55, 0.5))
    QTest.mouseMove(canvas, at(window, 0.45, 0.8))
    qtbot.waitUntil(lambda: bool((panel.numbers()["original"] != bar).any()))
    QTest.mouseRelease(canvas, LEFT, pos=at(window, 0.45, 0.8))
    numbers = panel.numbers()
    assert numbers["model"].shape == numbers["original"].shape == window.network.task.output_shape
    gain = float(child(panel, QLabel, "gain").text().removesuffix(" dB"))
    assert gain > 10
    canvas.clear()
    qtbot.waitUntil(lambda: panel.numbers() == {})
