"""A window without a network, and its panels."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.views.view import INSIDE, READ

FIRST_SEEN = {
    READ: {"reading", "layers", "maps"},
    INSIDE: {"layers", "maps", "lesson"},
}


def shown(qtbot: QtBot, workspace: str, layouts: dict[str, str]) -> MainWindow:
    widget = MainWindow()
    qtbot.addWidget(widget)
    widget.workspaces.restore(layouts, workspace)
    widget.resize(1280, 880)
    with qtbot.waitSignal(widget.shown):
        widget.show()
    return widget


def active(window: MainWindow) -> set[str]:
    return {host.view.name for host in window.hosts if host.is_active}


def dock(window: MainWindow, name: str) -> QDockWidget:
    found = window.findChild(QDockWidget, f"{name}_dock")
    assert found is not None
    return found


def press_border(window: MainWindow) -> None:
    """Press the border beside the canvas and move it, without a release."""
    middle, left = window.height() // 2, Qt.MouseButton.LeftButton
    place = next(at for x in range(window.width()) if window.isSeparator(at := QPoint(x, middle)))
    QTest.mousePress(window.windowHandle(), left, pos=place)
    QTest.mouseMove(window.windowHandle(), place + QPoint(40, 0))
