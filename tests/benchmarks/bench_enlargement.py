"""Latency from a pen movement to the painted enlargement with its quality.

Uses real mouse events on the canvas, in the workspace Read with the model for super-resolution; a movement
every 8 ms, or as soon as the previous one is painted. QT_QPA_PLATFORM chooses the platform (default:
offscreen).
"""

from __future__ import annotations

import os
import time

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.views.enlargement.wipe_view import WipeView
from tests.benchmarks.pen import TIMEOUT, Pen, figure, part
from tests.benchmarks.report import Figure, options, report

MODEL = "super-resolution"
PEN_INTERVAL = 8
"""Milliseconds between pen movements."""
POINTS = 40


class PaintMonitor(QObject):
    """Waits until a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        """Monitor a widget."""
        super().__init__(widget)
        self._loop = QEventLoop()
        self._is_painted = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Record paint events without consuming them."""
        if event.type() == QEvent.Type.Paint:
            self._is_painted = True
            self._loop.quit()
        return False

    def forget(self) -> None:
        """Forget earlier paint events."""
        self._is_painted = False

    def wait(self) -> None:
        """Run the event loop until the widget has been painted since forget().

        Raises:
            RuntimeError: it was not painted in time.
        """
        timeout = QTimer(singleShot=True, interval=TIMEOUT)
        timeout.timeout.connect(self._loop.quit)
        timeout.start()
        while not self._is_painted:
            self._loop.exec()
            if not timeout.isActive():
                raise RuntimeError("an enlargement was not painted in time")


def measure(window: MainWindow, strokes: int) -> list[float]:
    """Return seconds from each pen movement to its painted enlargement."""
    pen, monitor = Pen(window), PaintMonitor(part(window, WipeView, "wipe"))
    waits = []
    for turn in range(strokes):
        points = list(figure(turn, POINTS))
        pen.down(points[0])
        QTest.qWait(100)
        for point in points[1:]:
            monitor.forget()
            started = time.perf_counter()
            pen.move(point)
            monitor.wait()
            waits.append(time.perf_counter() - started)
            QTest.qWait(max(0, round(PEN_INTERVAL - 1000 * waits[-1])))
        pen.up(points[-1])
        QTest.qWait(100)
    return waits


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=25)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    window = build_window(Settings(model=MODEL))
    window.show()
    while window.network is None or window.network.name != MODEL:
        QTest.qWait(10)
    QTest.qWait(300)
    measure(window, 2)
    waits = 1000 * np.array(measure(window, chosen.rounds))
    window.close()
    figures = [
        Figure("pen movement to painted enlargement, p50", float(np.percentile(waits, 50)), "ms", 16.7),
        Figure("pen movement to painted enlargement, p95", float(np.percentile(waits, 95)), "ms", 33.3),
    ]
    report(f"Enlargement, {len(waits)} movements, {application.platformName()}", figures, chosen.json)


if __name__ == "__main__":
    main()
