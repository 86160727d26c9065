"""Replacing the layout of a window without a crash of Qt."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar


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
    rows = rows_of_tabs(window)
    is_restored = window.restoreState(layout, version)
    window_layout.setEnabled(True)
    if is_restored:
        # The layout has rows of tabs of its own. Qt deletes the others later, still shows them to a mouse
        # that is faster, and crashes if that moves one of their tabs.
        for row in rows:
            row.setMovable(False)
    return is_restored


def rows_of_tabs(window: QMainWindow) -> list[QTabBar]:
    """Return the tab bars of panels, also those that Qt will delete."""
    return window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
