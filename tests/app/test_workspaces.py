"""Workspaces: default and saved layouts, open, closed and inactive panels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QCursor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QMenuBar,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.panel_title import PanelTitle
from desktop_app.views.feature_maps.panel import MapsPanel
from desktop_app.views.filters.panel import FiltersPanel
from desktop_app.views.view import INSIDE, READ
from tests.app.panels import FIRST_SEEN, active, dock, shown
from tests.finding import child
from tests.views_of_window import view_of

OLD_LAYOUTS = Path(__file__).with_name("old_layouts.json")


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    return shown(qtbot, READ, {})


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


@pytest.mark.parametrize(("workspace", "name"), [(READ, "Layers"), (INSIDE, "Tutorial")])
def test_the_menu_of_a_panel_opens_with_the_right_mouse_button(
    qtbot: QtBot, workspace: str, name: str
) -> None:
    window = shown(qtbot, workspace, {})
    row = button(window, f"Export {name}").parentWidget()
    assert row is not None
    at = row.mapTo(window, QPoint(10, row.height() // 2))
    there = window.mapToGlobal(at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, row.mapFromGlobal(there), there)
    target = window.childAt(at)
    assert target is not None
    QCoreApplication.sendEvent(target, event)
    menu = QApplication.activePopupWidget()
    assert menu is button(window, f"Export {name}").menu()
    menu.close()


def test_the_menu_of_a_tab_brings_its_panel_to_the_front(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    bar = tabs_with(window, "Tutorial")
    behind = next(number for number in range(bar.count()) if number != bar.currentIndex())
    title = bar.tabText(behind)
    at = bar.tabRect(behind).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, bar.mapToGlobal(at))
    QCoreApplication.sendEvent(bar, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert next(action for action in menu.actions() if action.text() == "Copy image").isEnabled()
    assert bar.currentIndex() == behind
    export = next(each for each in window.findChildren(QToolButton) if each.menu() is menu)
    assert export.accessibleName() == f"Export {title}"
    qtbot.waitUntil(export.isVisible)
    menu.close()


def test_the_menu_key_opens_the_menu_of_the_tab_in_front(qtbot: QtBot) -> None:
    window = shown(qtbot, INSIDE, {})
    bar = tabs_with(window, "Tutorial")
    title = bar.tabText(bar.currentIndex())
    # Qt gives the event of the key the middle of the widget that has the focus.
    at = bar.tabRect(bar.count() - 1).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, bar.mapToGlobal(at))
    QCoreApplication.sendEvent(bar, event)
    menu = QApplication.activePopupWidget()
    assert menu is button(window, f"Export {title}").menu()
    menu.close()


def test_no_tab_is_moved_in_a_row_of_the_layout_before(qtbot: QtBot) -> None:
    """Qt crashes otherwise; it deletes the row later."""
    window = shown(qtbot, INSIDE, {})
    before = tabs_with(window, "Tutorial")
    assert before.isMovable()
    window.workspaces.choose(READ)
    window.workspaces.choose(INSIDE)
    now = tabs_with(window, "Tutorial")
    window.workspaces.choose(READ)
    assert now.isVisible()
    assert not now.isMovable()
    titles = [now.tabText(number) for number in range(now.count())]
    start, end = now.tabRect(len(titles) - 1).center(), now.tabRect(0).center()
    QTest.mousePress(now, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.2, 0.6, 1.0):
        QTest.mouseMove(now, start + (end - start) * share)
    QTest.mouseRelease(now, Qt.MouseButton.LeftButton, pos=end)
    assert [now.tabText(number) for number in range(now.count())] == titles
    window.workspaces.choose(INSIDE)
    qtbot.waitUntil(lambda: tabs_with(window, "Tutorial").isMovable())


def test_a_pressed_tab_is_released_before_the_layout_is_replaced(qtbot: QtBot) -> None:
    """Qt crashes otherwise: it moves the pressed tab of a row that has none."""
    window = shown(qtbot, INSIDE, {})
    tabs = tabs_with(window, "Tutorial")
    start, end = tabs.tabRect(3).center(), tabs.tabRect(0).center()
    QTest.mousePress(tabs, Qt.MouseButton.LeftButton, pos=start)
    window.workspaces.reset_layout()
    for share in (0.2, 0.6, 1.0):
        at = QPointF(start + (end - start) * share)
        left, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        there = tabs.mapToGlobal(at)
        move = QMouseEvent(QEvent.Type.MouseMove, at, there, Qt.MouseButton.NoButton, left, no_key)
        QCoreApplication.sendEvent(tabs, move)
    QTest.mouseRelease(tabs, Qt.MouseButton.LeftButton, pos=end)
    bars = window.findChildren(QTabBar)
    qtbot.waitUntil(
        lambda: "Tutorial" in [bar.tabText(0) for bar in bars if isValid(bar) and bar.isVisible()]
    )


def test_the_window_has_no_menu_of_panels_besides_view(window: MainWindow) -> None:
    assert window.createPopupMenu() is None


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
