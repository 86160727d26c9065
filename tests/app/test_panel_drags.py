"""Dragging and dropping of panels and borders, and changes of the layout meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.views.view import INSIDE, READ
from tests.app.panels import FIRST_SEEN, active, dock, press_border, shown


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    return shown(qtbot, READ, {})


def test_a_floating_panel_stays_on_the_screen(qtbot: QtBot, window: MainWindow) -> None:
    panel = dock(window, "maps")
    panel.setFloating(True)
    qtbot.waitUntil(panel.isVisible)
    screen = window.screen().availableGeometry()
    title = panel.titleBarWidget()
    start = QPoint(20, title.height() // 2)
    for target in (screen.bottomRight() + QPoint(300, 300), screen.topLeft() - QPoint(300, 300)):
        QTest.mousePress(title, Qt.MouseButton.LeftButton, pos=start)
        drag_over(window, panel, window.mapFromGlobal(panel.pos() + QPoint(60, 60)))
        drag_over(window, panel, window.mapFromGlobal(target))
        QTest.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=start)
        qtbot.waitUntil(lambda: screen.contains(panel.geometry()))
    panel.close()
    panel.setGeometry(QRect(screen.right() + 50, 20, 10 * screen.width(), 300))
    panel.show()
    qtbot.waitUntil(lambda: screen.contains(panel.geometry()))


@pytest.mark.parametrize("change", ["layouts", "reset_layout"])
def test_layouts_are_saved_and_replaced_after_the_end_of_a_drag(
    qtbot: QtBot, window: MainWindow, change: str
) -> None:
    layers = dock(window, "layers")
    layers.setFloating(True)
    qtbot.waitUntil(layers.isVisible)
    start = QPoint(20, layers.titleBarWidget().height() // 2)
    QTest.mousePress(layers.titleBarWidget(), Qt.MouseButton.LeftButton, pos=start)
    for distance in range(0, 300, 20):
        drag_over(window, layers, QPoint(100 + distance, window.height() - 100))
    assert QWidget.mouseGrabber() is layers
    getattr(window.workspaces, change)()
    assert QWidget.mouseGrabber() is None
    place = layers.geometry()
    drag_over(window, layers, QPoint(50, 50))
    assert layers.geometry() == place
    QTest.mouseRelease(layers.titleBarWidget(), Qt.MouseButton.LeftButton, pos=start)


def test_a_click_with_the_right_button_does_not_end_a_drag(qtbot: QtBot, window: MainWindow) -> None:
    layers = dock(window, "layers")
    layers.setFloating(True)
    qtbot.waitUntil(layers.isVisible)
    left = Qt.MouseButton.LeftButton
    drag_to_reading(window, layers)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        at, button = QPointF(20, 5), Qt.MouseButton.RightButton
        QApplication.sendEvent(
            layers, QMouseEvent(kind, at, at, button, left, Qt.KeyboardModifier.NoModifier)
        )
    assert QWidget.mouseGrabber() is layers
    for name in (INSIDE, READ) * 3:
        window.workspaces.choose(name)
    assert QWidget.mouseGrabber() is None
    QTest.mouseRelease(layers.titleBarWidget(), left, pos=QPoint(20, 5))


def test_a_drag_whose_release_is_lost_ends_with_the_next_press(qtbot: QtBot, window: MainWindow) -> None:
    layers, maps = dock(window, "layers"), dock(window, "maps")
    for panel in (layers, maps):
        panel.setFloating(True)
        qtbot.waitUntil(panel.isVisible)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(layers.titleBarWidget(), left, pos=QPoint(20, 5))
    for distance in range(0, 300, 20):
        drag_over(window, layers, QPoint(100 + distance, window.height() - 100))
    QTest.mouseClick(maps.titleBarWidget(), left, pos=QPoint(20, 5))
    place = layers.geometry()
    drag_over(window, layers, QPoint(50, 50))
    assert layers.geometry() == place
    for name in (INSIDE, READ) * 3:
        window.workspaces.choose(name)


def move_border(qtbot: QtBot, window: MainWindow) -> None:
    """Move the mouse over the window; Qt moves a pressed border a little later."""
    at, none, left = QPointF(500, 400), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    move = QMouseEvent(QEvent.Type.MouseMove, at, at, none, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, move)
    timer = QTimer(singleShot=True, interval=0)
    with qtbot.waitSignal(timer.timeout):
        timer.start()


def drag_to_reading(window: MainWindow, panel: QDockWidget) -> None:
    """Press the title of a panel and drag it onto the panel beside the canvas, without a release."""
    QTest.mousePress(panel.titleBarWidget(), Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    reading = dock(window, "reading")
    place = reading.mapTo(window, reading.rect().center())
    for distance in range(100, 0, -10):
        drag_over(window, panel, place + QPoint(distance, 0))


@pytest.mark.parametrize("is_border_first", [True, False])
def test_a_panel_and_a_border_are_not_dragged_at_once(
    qtbot: QtBot, window: MainWindow, is_border_first: bool
) -> None:
    """The release of the first drag is lost; Qt would have the panel twice, and crash."""
    layers = dock(window, "layers")
    layers.setFloating(True)
    qtbot.waitUntil(layers.isVisible)
    if is_border_first:
        press_border(window)
        drag_to_reading(window, layers)
    else:
        drag_to_reading(window, layers)
        layers.releaseMouse()
        press_border(window)
    QTest.mouseRelease(window.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(500, 400))
    qtbot.waitUntil(lambda: QWidget.mouseGrabber() is None)
    width = window.canvas.width()
    move_border(qtbot, window)
    assert window.canvas.width() == width
    window.workspaces.layouts()
    name = "layers_dock".encode("utf-16-be")
    assert bytes(window.saveState().data()).count(name) == 1
    for name_of_workspace in (INSIDE, READ) * 2:
        window.workspaces.choose(name_of_workspace)


def drop_beside_canvas(qtbot: QtBot, window: MainWindow, *, is_floating: bool) -> QDockWidget:
    """Drop the layers, which float or not, on the panel beside the canvas, and return without events."""
    layers = dock(window, "layers")
    layers.setFloating(is_floating)
    qtbot.waitUntil(layers.isVisible)
    drag_to_reading(window, layers)
    QTest.mouseRelease(layers.titleBarWidget(), Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    return layers


def is_beside_canvas(window: MainWindow, name: str) -> bool:
    panel = dock(window, name)
    is_right = window.dockWidgetArea(panel) is Qt.DockWidgetArea.RightDockWidgetArea
    return is_right and not panel.isFloating()


@pytest.mark.parametrize("is_floating", [False, True])
def test_a_panel_dropped_just_before_the_workspace_changes_stays_docked(
    qtbot: QtBot, window: MainWindow, is_floating: bool
) -> None:
    drop_beside_canvas(qtbot, window, is_floating=is_floating)
    for name in (INSIDE, READ):
        with qtbot.waitSignal(window.workspaces.changed):
            window.workspaces.choose(name)
    assert is_beside_canvas(window, "layers")


@pytest.mark.parametrize("is_floating", [False, True])
def test_a_panel_dropped_just_before_the_window_closes_is_docked_in_the_next_one(
    qtbot: QtBot, window: MainWindow, is_floating: bool
) -> None:
    layouts: list[dict[str, str]] = []
    window.closed.connect(lambda: layouts.append(window.workspaces.layouts()))
    drop_beside_canvas(qtbot, window, is_floating=is_floating)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert is_beside_canvas(shown(qtbot, READ, layouts[0]), "layers")


def test_the_layout_is_reset_just_after_a_panel_was_dropped(qtbot: QtBot, window: MainWindow) -> None:
    before = places(window)
    drop_beside_canvas(qtbot, window, is_floating=False)
    window.workspaces.reset_layout()
    qtbot.waitUntil(lambda: places(window) == before)


def test_changes_just_after_a_panel_was_dropped_are_made_in_their_order(
    qtbot: QtBot, window: MainWindow
) -> None:
    drop_beside_canvas(qtbot, window, is_floating=False)
    window.workspaces.choose(INSIDE)
    window.workspaces.reset_layout()
    window.workspaces.show_view("filters")
    window.workspaces.choose(READ)
    with qtbot.waitSignals([window.workspaces.layout_reset, window.workspaces.changed]):
        window.workspaces.choose(INSIDE)
    qtbot.waitUntil(lambda: "filters" in active(window))
    window.workspaces.choose(READ)
    assert is_beside_canvas(window, "layers")


def places(window: MainWindow) -> dict[str, tuple[bool, QRect]]:
    docks = {host.view.name: dock(window, host.view.name) for host in window.hosts}
    return {name: (each.isFloating(), each.geometry()) for name, each in docks.items() if each.isVisible()}


@pytest.mark.parametrize("is_pressed", [False, True])
def test_workspace_is_changed_while_the_mouse_is_on_a_border(window: MainWindow, is_pressed: bool) -> None:
    handle, left, middle = window.windowHandle(), Qt.MouseButton.LeftButton, window.height() // 2
    for name in (INSIDE, READ) * 2:
        row = [QPoint(x, middle) for x in range(window.width())]
        column = [QPoint(window.width() - 100, y) for y in range(100, window.height())]
        for place in [each for each in (*row, *column) if window.isSeparator(each)][::6]:
            QTest.mouseMove(handle, place)
            if is_pressed:
                QTest.mousePress(handle, left, pos=place)
            window.workspaces.choose(name)
            QTest.mouseMove(handle, place + QPoint(9, 9))
            if is_pressed:
                QTest.mouseRelease(handle, left, pos=place)
        assert window.workspaces.name == name


def maximized(qtbot: QtBot, floating: str = "") -> MainWindow:
    """Return a hidden window that will be maximized, with the layouts of a large one; floating: a panel."""
    large = shown(qtbot, READ, {})
    large.resize(2600, 2000)
    if floating:
        dock(large, floating).setFloating(True)
    large.workspaces.choose(INSIDE)
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.setWindowState(Qt.WindowState.WindowMaximized)
    window.workspaces.restore(large.workspaces.layouts(), READ)
    return window


def test_a_panel_is_docked_as_soon_as_a_maximized_window_is_painted(qtbot: QtBot) -> None:
    """Qt would put it back where it was, or crash, for 150 ms."""
    window = maximized(qtbot, floating="layers")
    layers = dock(window, "layers")
    window.show()
    qtbot.waitUntil(lambda: window.width() != 1024)
    drag_to_reading(window, layers)
    QTest.mouseRelease(layers.titleBarWidget(), Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    qtbot.waitUntil(lambda: not layers.isFloating())
    window.resize(window.width() - 9, window.height())
    assert window.dockWidgetArea(layers) is Qt.DockWidgetArea.RightDockWidgetArea


@pytest.mark.parametrize("change", ["choose", "reset"])
def test_layout_of_a_maximized_window_is_replaced_as_soon_as_it_is_shown(qtbot: QtBot, change: str) -> None:
    window = maximized(qtbot)
    with qtbot.waitSignal(window.shown):
        window.show()
    for width in range(1040, 1060):
        window.resize(width, 720)
        if change == "choose":
            window.workspaces.choose(INSIDE)
            window.workspaces.choose(READ)
        else:
            window.workspaces.reset_layout()
        window.resize(width + 100, 800)
    assert active(window) == FIRST_SEEN[READ]


def drag_over(window: MainWindow, panel: QDockWidget, position: QPoint) -> None:
    """Move the mouse, which holds the title of a panel, to a position of the window."""
    title, there = panel.titleBarWidget(), window.mapToGlobal(position)
    here = QPointF(title.mapFromGlobal(there))
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    kind, modifier = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(title, QMouseEvent(kind, here, QPointF(there), none, left, modifier))
