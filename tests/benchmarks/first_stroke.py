"""Opens the window, draws at once, and prints when it accepted ink and when the first reading was painted.

Times are of the monotonic clock, which is shared by all processes of a machine.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.ink.page import Page
from desktop_app.views.canvas.canvas import InkCanvas
from tests.benchmarks.pen import Pen, figure, part


class FirstStroke(QObject):
    """Draws a stroke after the canvas is painted and the event loop is idle."""

    def __init__(self, window: MainWindow) -> None:
        """Monitor the canvas of the window."""
        super().__init__(window)
        self._window = window
        self.accepts_ink = self.first_reading = 0.0
        part(window, InkCanvas, "ink_canvas").installEventFilter(self)
        window.reading_painted.connect(self._painted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Start the stroke after the first paint event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._draw)
        return False

    def _draw(self) -> None:
        self.accepts_ink = time.monotonic()
        pen = Pen(self._window)
        first, *others = figure(0, 20)
        pen.down(first)
        for point in others:
            pen.move(point)
        pen.up(others[-1])

    def _painted(self, page: Page) -> None:
        if self.accepts_ink and page:
            self.first_reading = time.monotonic()
            self._window.close()


application = QApplication([])
window = build_window()
stroke = FirstStroke(window)
window.show()
application.exec()
print(stroke.accepts_ink, stroke.first_reading)
