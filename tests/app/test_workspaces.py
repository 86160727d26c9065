"""Workspaces: default and saved layouts, open, closed and inactive panels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAction, QCursor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLabel,
    QMenu,
    QMenuBar,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.panel_title import PanelTitle
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.filters.panel import FiltersPanel
from desktop_app.views.view import INSIDE, READ
from tests.finding import child
from tests.views_of_window import view_of

OLD_LAYOUTS = Path(__file__).with_name("old_layouts.json")

FIRST_SEEN = {
    READ: {"reading", "layers", "maps"},
    INSIDE: {"layers", "maps", "lesson"},
}


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    return shown(qtbot, READ, {})


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


@pytest.mark.parametrize("workspace", FIRST_SEEN)
def test_only_visible_panels_are_active(qtbot: QtBot, workspace: str) -> None:
    window = shown(qtbot, workspace, {})
    qtbot.waitUntil(lambda: active(window) == FIRST_SEEN[workspace])


def test_the_drawing_is_kept_in_another_workspace(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.canvas
    with qtbot.waitSignal(window.workspaces.changed) as changed:
        window.workspaces.choose(INSIDE)
    assert changed.args == [INSIDE]
    qtbot.waitUntil(lambda: active(window) == FIRST_SEEN[INSIDE])
    assert window.canvas is canvas
    assert canvas.isVisible()
    qtbot.waitUntil(lambda: abs(canvas.width() - canvas.height()) <= 8)


def test_tabs_choose_the_workspace(qtbot: QtBot, window: MainWindow) -> None:
    bar = child(window, QTabBar, "workspace_bar")
    bar.setCurrentIndex(1)
    assert window.workspaces.name == INSIDE
    window.workspaces.choose(READ)
    assert bar.currentIndex() == 0


def test_a_closed_panel_is_inactive(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: view_of(window, MapsPanel).is_active)
    dock(window, "maps").close()
    qtbot.waitUntil(lambda: not view_of(window, MapsPanel).is_active)
    window.workspaces.show_view("maps")
    qtbot.waitUntil(lambda: view_of(window, MapsPanel).is_active)


def test_a_panel_behind_another_is_inactive(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    window.workspaces.show_view("filters")
    qtbot.waitUntil(
        lambda: view_of(window, FiltersPanel).is_active and not view_of(window, MapsPanel).is_active
    )


def menu_action(window: MainWindow, text: str) -> QAction:
    """Return the action of a panel in the View menu."""
    groups = window.workspaces.panel_actions()
    return next(action for _, actions in groups for action in actions if action.text() == text)


def test_view_menu_brings_a_panel_to_the_front_and_closes_the_front_one(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    qtbot.waitUntil(lambda: active(window) == FIRST_SEEN[INSIDE])
    why = menu_action(window, "Why this answer?")
    assert why.isChecked()
    why.trigger()
    qtbot.waitUntil(lambda: active(window) == {"layers", "maps", "why"})
    assert why.isChecked()
    why.trigger()
    qtbot.waitUntil(lambda: "why" not in active(window))
    assert dock(window, "why").isHidden()
    assert not why.isChecked()
    why.trigger()
    qtbot.waitUntil(lambda: active(window) == {"layers", "maps", "why"})
    assert why.isChecked()


def test_view_menu_shows_which_panels_are_open(qtbot: QtBot, window: MainWindow) -> None:
    assert not menu_action(window, "Filters").isChecked()
    window.workspaces.choose(INSIDE)
    filters = menu_action(window, "Filters")
    assert filters.isChecked()
    dock(window, "filters").close()
    assert not filters.isChecked()


def test_each_workspace_restores_its_layout(qtbot: QtBot, window: MainWindow) -> None:
    dock(window, "layers").close()
    window.workspaces.choose(INSIDE)
    window.workspaces.show_view("filters")
    dock(window, "lesson").close()
    qtbot.waitUntil(lambda: "lesson" not in active(window) and "filters" in active(window))

    later = shown(qtbot, INSIDE, window.workspaces.layouts())
    qtbot.waitUntil(lambda: {"filters", "layers"} <= active(later))
    assert dock(later, "lesson").isHidden()
    later.workspaces.choose(READ)
    qtbot.waitUntil(lambda: active(later) == {"reading", "maps"})


def test_a_view_for_the_task_replaces_another_one(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: active(window) == FIRST_SEEN[READ])
    window.workspaces.set_task("restoration")
    qtbot.waitUntil(lambda: active(window) == {"enlargement", "layers", "maps"})
    assert dock(window, "reading").isHidden()
    window.workspaces.reset_layout()
    qtbot.waitUntil(lambda: active(window) == {"enlargement", "layers", "maps"})
    window.workspaces.set_task("picture")
    qtbot.waitUntil(lambda: active(window) == FIRST_SEEN[READ])
    assert dock(window, "enlargement").isHidden()


def test_a_closed_view_is_not_replaced(qtbot: QtBot, window: MainWindow) -> None:
    dock(window, "reading").close()
    window.workspaces.set_task("restoration")
    qtbot.waitUntil(lambda: active(window) == {"layers", "maps"})
    assert dock(window, "enlargement").isHidden()


def test_a_view_behind_another_one_is_replaced_there(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    window.workspaces.show_view("reading")
    window.workspaces.show_view("filters")
    qtbot.waitUntil(lambda: "filters" in active(window))
    window.workspaces.set_task("restoration")
    assert dock(window, "reading").isHidden()
    assert not dock(window, "enlargement").isHidden()
    assert dock(window, "enlargement") in window.tabifiedDockWidgets(dock(window, "filters"))
    qtbot.waitUntil(lambda: "filters" in active(window) and "enlargement" not in active(window))


def test_another_workspace_shows_the_views_for_the_task(qtbot: QtBot) -> None:
    earlier = shown(qtbot, READ, {})
    later = shown(qtbot, INSIDE, earlier.workspaces.layouts())
    later.workspaces.set_task("restoration")
    later.workspaces.choose(READ)
    qtbot.waitUntil(lambda: active(later) == {"enlargement", "layers", "maps"})


def test_layouts_of_earlier_versions_are_restored(qtbot: QtBot) -> None:
    """Read without layers, with why in front; Inside without the tutorial, with filters in front."""
    window = shown(qtbot, INSIDE, json.loads(OLD_LAYOUTS.read_text("utf-8")))
    qtbot.waitUntil(lambda: active(window) == {"layers", "filters", "arithmetic"})
    assert dock(window, "lesson").isHidden()
    window.workspaces.choose(READ)
    qtbot.waitUntil(lambda: active(window) == {"why", "maps"})
    assert dock(window, "layers").isHidden()
    assert dock(window, "enlargement").isHidden()


def test_resetting_the_layout_restores_the_default_panels(qtbot: QtBot, window: MainWindow) -> None:
    for name in ("reading", "layers", "maps"):
        dock(window, name).close()
    dock(window, "why").setFloating(True)
    dock(window, "why").show()
    window.workspaces.reset_layout()
    qtbot.waitUntil(lambda: active(window) == FIRST_SEEN[READ])
    assert not dock(window, "why").isFloating()


def name_in_title(window: MainWindow, panel: str) -> QLabel:
    title = dock(window, panel).titleBarWidget()
    assert isinstance(title, PanelTitle)
    return child(title, QLabel)


def button(window: MainWindow, name: str) -> QToolButton:
    """Return the visible button of a panel with an accessible name."""
    buttons = window.findChildren(QToolButton)
    return next(each for each in buttons if each.accessibleName() == name and each.isVisible())


def tabs_with(window: MainWindow, title: str) -> QTabBar:
    """Return the row of tabs with the tab of a panel."""
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
    return next(bar for bar in bars if title in [bar.tabText(i) for i in range(bar.count())])


def area_in(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_a_panel_is_named_once(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: name_in_title(window, "maps").isVisible())
    window.workspaces.choose(INSIDE)
    qtbot.waitUntil(lambda: not name_in_title(window, "maps").isVisible())
    assert name_in_title(window, "layers").isVisible()


def test_buttons_of_a_panel_with_a_tab_are_beside_the_tabs(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    tabs = tabs_with(window, "Feature maps")
    last = tabs.count() - 1
    for name in ("Export Feature maps", "Close Feature maps"):
        area = area_in(window, button(window, name))
        row = area_in(window, tabs)
        assert row.top() <= area.center().y() <= row.bottom()
        assert area.left() > tabs.mapTo(window, tabs.tabRect(last).topRight()).x()
        assert area.right() <= area_in(window, dock(window, "maps")).right()
    assert dock(window, "maps").titleBarWidget().height() <= 1
    QTest.mouseClick(button(window, "Close Feature maps"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dock(window, "maps").isHidden() and "filters" in active(window))
    qtbot.waitUntil(lambda: button(window, "Close Filters").isVisible())


def test_buttons_stay_beside_the_tabs_in_a_narrow_window(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    for width in (1400, 800, 1000):
        window.resize(width, 700)
        qtbot.waitUntil(
            lambda: (
                area_in(window, button(window, "Close Feature maps")).right()
                > area_in(window, dock(window, "maps")).right() - 16
            )
        )
        row = area_in(window, tabs_with(window, "Feature maps"))
        assert not row.intersects(area_in(window, button(window, "Export Feature maps")))


def test_a_panel_with_a_tab_is_dragged_by_the_row_of_tabs(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    row = button(window, "Close Tutorial").parentWidget()
    assert row is not None
    start = QPoint(10, row.height() // 2)
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=start)
    for distance in range(0, 200, 20):
        QTest.mouseMove(row, start - QPoint(0, distance))
    panel = dock(window, "lesson")
    qtbot.waitUntil(panel.isFloating)
    QTest.mouseRelease(panel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QWidget.mouseGrabber() is None)
    window.workspaces.reset_layout()


def test_a_panel_is_detached_and_docked_again_by_its_menu(qtbot: QtBot, window: MainWindow) -> None:
    panel = dock(window, "layers")
    menu = button(window, "Export Layers").menu()
    detach = menu.actions()[-1]
    assert detach.text() == "Detach panel"
    detach.trigger()
    qtbot.waitUntil(lambda: panel.isFloating() and panel.isVisible())
    assert name_in_title(window, "layers").isVisible()
    assert detach.text() == "Dock panel"
    detach.trigger()
    qtbot.waitUntil(lambda: not panel.isFloating())


def test_a_floating_panel_has_a_frame_and_a_title(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    panel = dock(window, "filters")
    panel.setFloating(True)
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: name_in_title(window, "filters").isVisible())
    image = panel.grab().toImage()
    outline, right, bottom = panel.palette().dark().color().rgb(), image.width() - 1, image.height() - 1
    edges = [(0, bottom // 2), (right, bottom // 2), (right // 2, 0), (right // 2, bottom)]
    assert [image.pixelColor(x, y).rgb() for x, y in edges] == [outline] * 4
    assert image.pixelColor(right // 2, 6) != panel.palette().window().color()


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


def test_panels_are_in_submenus_of_the_view_menu(window: MainWindow) -> None:
    groups = {
        title: [each.text() for each in actions] for title, actions in window.workspaces.panel_actions()
    }
    assert groups["Read"] == ["Reading", "Enlargement", "Layers", "Feature maps", "My samples"]
    assert "Timeline" in groups["Inside"]
    assert "Evaluation" in groups["Train"]
    assert groups["Batch"] == ["Batch"]
    assert sum(map(len, groups.values())) == len(window.hosts)
    menu = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&View")
    texts = [action.text() for action in menu.actions()]
    assert {"Panels of Read", "Panels of Inside", "Panels of Train", "Panels of Batch"} <= set(texts)
    assert "Timeline" not in texts


def menus_in(bar: QMenuBar | QMenu) -> list[QMenu]:
    """Return the menus of a menu bar or menu, with those in them."""
    inside = [menu for action in bar.actions() if isinstance(menu := action.menu(), QMenu)]
    return [*inside, *(menu for each in inside for menu in menus_in(each))]


def test_every_menu_has_entries_and_a_key_of_its_own(window: MainWindow) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    keys = [title[title.index("&") + 1].lower() for title in titles]
    assert len(set(keys)) == len(keys) > 4
    menus = menus_in(window.menuBar())
    assert len(menus) > len(titles)
    for menu in menus:
        entries = [action for action in menu.actions() if not action.isSeparator() and action.isVisible()]
        assert entries or not menu.isEnabled(), menu.title()
        texts = [action.text() for action in entries]
        assert len(set(texts)) == len(texts), menu.title()


def test_panels_keep_the_size_set_by_the_user(qtbot: QtBot, window: MainWindow) -> None:
    canvas = window.canvas
    qtbot.waitUntil(lambda: abs(canvas.width() - canvas.height()) <= 8)
    beside = dock(window, "reading")
    edge = QPoint(beside.geometry().left() - 3, beside.geometry().center().y())
    assert window.isSeparator(edge)
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(window, edge + QPoint(60, 0))
    qtbot.waitUntil(lambda: canvas.width() > canvas.height() + 40)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=edge + QPoint(60, 0))
    window.resize(1300, 880)
    qtbot.waitUntil(lambda: window.width() == 1300)
    assert canvas.width() > canvas.height() + 40


def test_workspace_tabs_are_in_the_window_with_a_native_menu_bar(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMenuBar, "isNativeMenuBar", lambda _: True)
    window = shown(qtbot, READ, {})
    bar = child(window, QTabBar, "workspace_bar")
    assert bar.isVisible()
    assert window.rect().contains(bar.mapTo(window, bar.rect().center()))
    bar.setCurrentIndex(1)
    assert window.workspaces.name == INSIDE
    window.workspaces.choose(READ)
    assert bar.isVisible()


def test_the_export_button_is_lowered_when_its_menu_closes(qtbot: QtBot, window: MainWindow) -> None:
    export = button(window, "Export Reading")
    export.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    export.menu().popup(QPoint())
    export.menu().close()
    assert export.underMouse() == export.rect().contains(export.mapFromGlobal(QCursor.pos()))


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


def drop_beside_canvas(qtbot: QtBot, window: MainWindow, *, is_floating: bool) -> QDockWidget:
    """Drop the layers, which float or not, on the panel beside the canvas, and return without events."""
    layers, reading = dock(window, "layers"), dock(window, "reading")
    layers.setFloating(is_floating)
    qtbot.waitUntil(layers.isVisible)
    place = reading.mapTo(window, reading.rect().center())
    QTest.mousePress(layers.titleBarWidget(), Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
    for distance in range(100, 0, -10):
        drag_over(window, layers, place + QPoint(distance, 0))
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
    layers, reading = dock(window, "layers"), dock(window, "reading")
    window.show()
    qtbot.waitUntil(lambda: window.width() != 1024)
    left, title = Qt.MouseButton.LeftButton, layers.titleBarWidget()
    QTest.mousePress(title, left, pos=QPoint(20, 5))
    place = reading.mapTo(window, reading.rect().center())
    for distance in range(100, 0, -10):
        drag_over(window, layers, place + QPoint(distance, 0))
    QTest.mouseRelease(title, left, pos=QPoint(20, 5))
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
