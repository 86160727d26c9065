"""The Tab key in a real window: it reaches all visible controls in the order of the layout, no hidden one."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.start import SAMPLE, build_window
from desktop_app.app.views import VIEWS
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.view_host import ViewHost
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from desktop_app.views.view import INSIDE, READ, TRAIN

KEY = Qt.Key
MOST_STOPS = 300


def open_window(qtbot: QtBot, workspace: str, *, with_data: bool) -> MainWindow:
    window = build_window(Settings(workspace=workspace))
    qtbot.addWidget(window)
    window.resize(1366, 900)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.network is not None)
    if with_data:
        with qtbot.waitSignal(window.reading_painted):
            window.context.file_requested.emit(resources_dir() / SAMPLE)
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    return window


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def stops(window: MainWindow, key: KEY) -> list[QWidget]:
    """Press Tab or Backtab until the canvas has the focus again; return all widgets on the way."""
    passed: list[QWidget] = [window.canvas]
    for _ in range(MOST_STOPS):
        QTest.keyClick(focused(), key)
        if window.canvas.hasFocus():
            return passed
        if focused() is passed[-1]:
            # The example of the tutorial has several stops.
            continue
        assert focused() not in passed, f"{focused()} {focused().accessibleName()!r} is reached twice"
        passed.append(focused())
    raise AssertionError("the canvas is not reached again")


def host_of(widget: QWidget) -> ViewHost | None:
    parent: QWidget | None = widget
    while parent is not None and not isinstance(parent, ViewHost):
        parent = parent.parentWidget()
    return parent


def reachable(window: MainWindow) -> set[QWidget]:
    """Return the visible widgets that take the focus with Tab."""
    return {
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and widget.isEnabled()
        and widget.window() is window
        and widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        and widget.focusProxy() is None
        and ((host := host_of(widget)) is None or host.is_active)
    }


def is_active(window: MainWindow, name: str) -> bool:
    return any(host.view.name == name and host.is_active for host in window.hosts)


def described(widgets: set[QWidget]) -> list[str]:
    return sorted(f"{type(each).__name__} {each.objectName()} {each.accessibleName()}" for each in widgets)


@pytest.mark.parametrize("with_data", [False, True])
@pytest.mark.parametrize("workspace", [READ, INSIDE, TRAIN])
def test_tab_reaches_every_visible_control_and_no_hidden_one(
    qtbot: QtBot, workspace: str, with_data: bool
) -> None:
    window = open_window(qtbot, workspace, with_data=with_data)
    for view in VIEWS:
        if workspace not in view.positions:
            continue
        window.workspaces.show_view(view.name)
        qtbot.waitUntil(partial(is_active, window, view.name))
        window.canvas.setFocus()
        forwards = stops(window, KEY.Key_Tab)
        assert described(reachable(window) - set(forwards)) == [], view.name
        assert described(set(forwards) - reachable(window)) == [], view.name
        assert forwards[1:] == stops(window, KEY.Key_Backtab)[:0:-1], view.name


def test_tab_goes_through_the_parts_of_the_window_from_top_to_bottom(qtbot: QtBot) -> None:
    window = open_window(qtbot, INSIDE, with_data=True)
    tops: dict[QWidget, int] = {}
    for widget in stops(window, KEY.Key_Tab):
        if (host := host_of(widget)) is not None:
            tops.setdefault(host, host.mapTo(window, host.rect().topLeft()).y())
    assert len(tops) > 2
    assert list(tops.values()) == sorted(tops.values())


def test_keys_do_not_change_a_view_behind_another_one(qtbot: QtBot) -> None:
    window = open_window(qtbot, INSIDE, with_data=True)
    window.workspaces.show_view("filters")
    qtbot.waitUntil(partial(is_active, window, "filters"))
    box = next(box for box in window.findChildren(QComboBox, "filters_form") if box.isVisible())
    box.setFocus()
    before = box.currentIndex()
    window.workspaces.show_view("maps")
    qtbot.waitUntil(partial(is_active, window, "maps"))
    assert not box.hasFocus()
    QTest.keyClick(focused(), KEY.Key_Down)
    assert box.currentIndex() == before
