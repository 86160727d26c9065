"""Dragging of panels, tabs and borders of a window, one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QHoverEvent, QMouseEvent
from PySide6.QtWidgets import QMainWindow

from desktop_app.app.window.safe_layout import rows_of_tabs
from desktop_app.app.window.view_dock import ViewDock


class Drags(QObject):
    """Ends a drag whose release was lost before another one begins, and any drag on demand.

    Qt keeps one earlier layout for all drags. With two, the panel that is dragged is twice in the layout, and
    Qt crashes when that is replaced.
    """

    def __init__(self, window: QMainWindow, docks: Sequence[ViewDock]) -> None:
        """Watch the docks of a window, and its borders."""
        super().__init__(window)
        self._window, self._docks = window, docks
        for dock in docks:
            dock.pressed.connect(self._end_others)
        window.installEventFilter(self)

    def end(self) -> None:
        """End the dragging of panels, of tabs and of a border, and the hovering over a border.

        Qt crashes if a layout is saved or replaced during a drag, and later if it remembers a border that the
        new layout does not have, or a pressed tab of a row that has none any more.
        """
        for dock in self._docks:
            dock.end_drag()
        self._end_in_window()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """End drags before a border is pressed."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self.end()
        return super().eventFilter(watched, event)

    def _end_others(self, pressed: ViewDock) -> None:
        """End all drags but that of a dock."""
        for dock in self._docks:
            if dock is not pressed:
                dock.end_drag()
        self._end_in_window()

    def _end_in_window(self) -> None:
        here, left = QPointF(-1, -1), Qt.MouseButton.LeftButton
        none, kind = Qt.KeyboardModifier.NoModifier, QEvent.Type.MouseButtonRelease
        release = QMouseEvent(kind, here, here, left, Qt.MouseButton.NoButton, none)
        for pressed in (self._window, *rows_of_tabs(self._window)):
            QCoreApplication.sendEvent(pressed, release)
        leave = QHoverEvent(QEvent.Type.HoverLeave, here, here, here)
        QCoreApplication.sendEvent(self._window, leave)
