"""Replacing the layout of a window without a crash of Qt."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QHoverEvent, QMouseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

from desktop_app.app.window.view_dock import ViewDock


def end_drag(window: QMainWindow, docks: Iterable[ViewDock]) -> None:
    """End the dragging of panels, of tabs and of a border, and the hovering over a border.

    Qt crashes if a layout is saved or replaced during a drag, and later if it remembers a border that the new
    layout does not have, or a pressed tab of a row that has none any more.
    """
    for dock in docks:
        dock.end_drag()
    here, left = QPointF(-1, -1), Qt.MouseButton.LeftButton
    none, kind = Qt.KeyboardModifier.NoModifier, QEvent.Type.MouseButtonRelease
    release = QMouseEvent(kind, here, here, left, Qt.MouseButton.NoButton, none)
    for pressed in (window, *_rows_of_tabs(window)):
        QCoreApplication.sendEvent(pressed, release)
    leave = QHoverEvent(QEvent.Type.HoverLeave, here, here, here)
    QCoreApplication.sendEvent(window, leave)


def forget_first_layout(window: QMainWindow) -> None:
    """Make Qt forget the layout that was restored before a maximized window was shown.

    It keeps a copy until 150 ms after the last change of the window's size and lays out the window with
    it at each change, which takes moved panels back to where they were. If the layout is replaced meanwhile,
    the copy names panels' items that are deleted, and Qt crashes. It also crashes if the copy replaces the
    layout while that is being applied, as after a drag, when the buttons of a panel appear. The public call
    that discards the copy places a panel as a tab; here a new panel behind one that has no place, so that
    nothing else happens.
    """
    panel = QDockWidget()
    window.tabifyDockWidget(panel, panel)
    panel.setParent(None)


def restore_layout(window: QMainWindow, layout: QByteArray, version: int) -> bool:
    """Restore a layout that `QMainWindow.saveState` returned; return whether it is valid."""
    forget_first_layout(window)
    # Each panel that is shown would lay out the window, whose layout is not complete yet: Qt crashes.
    window_layout = window.layout()
    assert window_layout is not None, "every main window has a layout"
    window_layout.setEnabled(False)
    rows = _rows_of_tabs(window)
    is_restored = window.restoreState(layout, version)
    window_layout.setEnabled(True)
    if is_restored:
        # The layout has rows of tabs of its own. Qt deletes the others later, still shows them to a mouse
        # that is faster, and crashes if that moves one of their tabs.
        for row in rows:
            row.setMovable(False)
    return is_restored


def _rows_of_tabs(window: QMainWindow) -> list[QTabBar]:
    return window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
