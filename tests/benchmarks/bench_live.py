"""Latency from a pen movement to the painted reading and feature maps.

Uses real mouse events on the canvas, with the largest layer selected; a movement every 8 ms, or as soon as
the previous one is painted. Each stroke is drawn on an empty canvas; then strokes are drawn over each other,
which the program tries to read as several characters. QT_QPA_PLATFORM chooses the platform (default:
offscreen).
"""

from __future__ import annotations

import os
import time

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.app import build_window
from desktop_app.core.settings import Settings
from tests.benchmarks.pen import Painted, Pen, choose_largest_layer, figure
from tests.benchmarks.report import Figure, options, report

PEN_INTERVAL = 8
"""Milliseconds between pen movements."""
POINTS = 40


class TimedApplication(QApplication):
    """Application that records how long each event handler blocks the event loop."""

    def __init__(self) -> None:
        """Create the application without arguments."""
        super().__init__([])
        self.handlers: list[tuple[float, str]] = []
        self._inside = False

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        """Deliver an event and record the time of outermost deliveries."""
        if self._inside:
            return super().notify(receiver, event)
        self._inside = True
        name = f"{event.type().name} of {type(receiver).__name__} {receiver.objectName()}"
        started = time.perf_counter()
        try:
            return super().notify(receiver, event)
        finally:
            self.handlers.append((time.perf_counter() - started, name))
            self._inside = False


def measure(pen: Pen, painted: Painted, strokes: int, *, clears: bool) -> list[float]:
    """Return seconds from each pen movement to its painted reading.

    Args:
        clears: whether the canvas is cleared before each stroke.
    """
    waits = []
    for turn in range(strokes):
        if clears:
            pen.clear()
            painted.wait()
        points = list(figure(turn, POINTS))
        pen.down(points[0])
        painted.wait()
        for point in points[1:]:
            started = time.perf_counter()
            pen.move(point)
            waits.append(painted.wait() - started)
            QTest.qWait(max(0, round(PEN_INTERVAL - 1000 * waits[-1])))
        pen.up(points[-1])
        painted.wait()
    return waits


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=25)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = TimedApplication()
    window = build_window(Settings())
    painted = Painted(window)
    window.show()
    pen = Pen(window)
    layer = choose_largest_layer(window)
    measure(pen, painted, 2, clears=True)
    application.handlers.clear()
    waits = 1000 * np.array(measure(pen, painted, chosen.rounds, clears=True))
    longest, name = max(application.handlers)
    over_each_other = 1000 * np.array(measure(pen, painted, chosen.rounds, clears=False))
    window.close()
    figures = [
        Figure("pen movement to painted reading, p50", float(np.percentile(waits, 50)), "ms", 4.0),
        Figure("pen movement to painted reading, p99", float(np.percentile(waits, 99)), "ms", 16.7),
        Figure("longest event handler", 1000 * longest, "ms", 8.0),
        Figure("strokes over each other, p50", float(np.percentile(over_each_other, 50)), "ms"),
        Figure("strokes over each other, p99", float(np.percentile(over_each_other, 99)), "ms"),
    ]
    title = f"Live, {len(waits)} movements, layer {layer}, {application.platformName()}"
    report(f"{title}\n  longest: {name}", figures, chosen.json)


if __name__ == "__main__":
    main()
