"""The answer in the window: its bars open the evidence for it."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.view import READ
from desktop_app.views.why.panel import WhyPanel
from tests.finding import child


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    widget = build_window(Settings())
    qtbot.addWidget(widget)
    widget.show()
    with qtbot.waitSignal(widget.reading_painted):
        widget.file_chosen.emit(resources_dir() / "samples" / "seven.inkml")
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
