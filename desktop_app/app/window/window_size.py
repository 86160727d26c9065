"""The size of the window on its screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import QWidget


def apply_default_size(window: QWidget) -> None:
    """Take three quarters of the screen, between 1024 × 700 and 1600 × 1100 pixels."""
    screen = window.screen().availableSize()
    width = min(max(screen.width() * 3 // 4, 1024), 1600, screen.width())
    height = min(max(screen.height() * 3 // 4, 700), 1100, screen.height())
    window.resize(width, height)


class FrameRoom(QObject):
    """Makes a window smaller once if it fits on the screen without its frame only, and moves it there.

    The size of the frame is known after the window manager has placed the window in it.
    """

    def __init__(self, window: QWidget) -> None:
        """Watch a window."""
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make room when the frame has moved the window."""
        if event.type() == QEvent.Type.Move and self._window.isVisible():
            self._make_room()
        return False

    def _make_room(self) -> None:
        window = self._window
        screen, frame = window.screen().availableGeometry(), window.frameGeometry()
        if frame.size() == window.size():
            return
        window.removeEventFilter(self)
        if window.isMaximized() or window.isFullScreen():
            return
        excess = (frame.size() - screen.size()).boundedTo(frame.size() - window.size())
        excess = excess.expandedTo(QSize(0, 0))
        if excess == QSize(0, 0):
            return
        window.resize(window.size() - excess)
        left = min(frame.left(), screen.right() + 1 - frame.width() + excess.width())
        top = min(frame.top(), screen.bottom() + 1 - frame.height() + excess.height())
        window.move(max(left, screen.left()), max(top, screen.top()))
