"""Replacing the layout of a window without a crash of Qt."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QHoverEvent, QMouseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow

from desktop_app.app.window.view_dock import ViewDock


def end_drag(window: QMainWindow, docks: Iterable[ViewDock]) -> None:
    """End the dragging of panels and of a border, and the hovering over a border.

    Qt crashes if a layout is saved or replaced during a drag, and later if it remembers a border that the new
    layout does not have.
    """
    for dock in docks:
        dock.end_drag()
    here, left = QPointF(), Qt.MouseButton.LeftButton
    none, kind = Qt.KeyboardModifier.NoModifier, QEvent.Type.MouseButtonRelease
    release = QMouseEvent(kind, here, here, left, Qt.MouseButton.NoButton, none)
    QCoreApplication.sendEvent(window, release)
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
    is_restored = window.restoreState(layout, version)
    window_layout.setEnabled(True)
    return is_restored
