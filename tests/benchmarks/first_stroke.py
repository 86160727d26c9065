"""Open the window, draw at once, and print when it took ink and when it had painted the first reading.

Times are of the monotonic clock, which all processes of a machine share.
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
    """Draws as soon as the canvas has been painted and the event loop is free."""

    def __init__(self, window: MainWindow) -> None:
        """Watch the window's canvas."""
        super().__init__(window)
        self._window = window
        self.takes_ink = self.first_reading = 0.0
        part(window, InkCanvas, "ink_canvas").installEventFilter(self)
        window.reading_painted.connect(self._painted)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The first painting of the canvas starts the stroke, once it is over."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._draw)
        return False

    def _draw(self) -> None:
        self.takes_ink = time.monotonic()
        pen = Pen(self._window)
        first, *others = figure(0, 20)
        pen.down(first)
        for place in others:
            pen.move(place)
        pen.up(others[-1])

    def _painted(self, page: Page) -> None:
        if self.takes_ink and page:
            self.first_reading = time.monotonic()
            self._window.close()


application = QApplication([])
window = build_window()
stroke = FirstStroke(window)
window.show()
application.exec()
print(stroke.takes_ink, stroke.first_reading)
