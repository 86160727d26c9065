"""How live the laboratory is: every layer of the network alive while a pen moves at 125 Hz.

The workspace Inside of the real window with the real network: the row of all layers, the feature
maps of the largest one, and the arithmetic of one of its values. The pen does not wait for answers:
what cannot be shown in time is overtaken. QT_QPA_PLATFORM chooses the platform; without it, offscreen.
"""

from __future__ import annotations

import math
import os
import time

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.app import build_window
from desktop_app.gui.feature_maps import FeatureMapView
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.panel import Panel
from desktop_app.gui.workspaces import INSIDE
from tests.benchmarks.pen import Pen, figure, part
from tests.benchmarks.report import Figure, options, report

PACE = 8
"""Milliseconds between movements."""
POINTS = 60


class PaintWatch(QObject):
    """Notes when a widget, or one inside it, was last painted."""

    def __init__(self, widget: QWidget) -> None:
        """Watch a widget and everything that is inside it now."""
        super().__init__(widget)
        self.when = 0.0
        self.count = 0
        for child in (widget, *widget.findChildren(QWidget)):
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paint events go on to their widget."""
        if event.type() == QEvent.Type.Paint:
            self.when = time.perf_counter()
            self.count += 1
        return False


class Answers(QObject):
    """Notes for every painted reading how long ago the pen made it, and how many were overtaken."""

    def __init__(self, window: MainWindow) -> None:
        """Listen to a window and its canvas."""
        super().__init__(window)
        self._made: dict[int, float] = {}
        self._pages: list[object] = []
        self.waits: list[float] = []
        self.newest_is_painted = True
        window.canvas.pen_moved.connect(self._note_made)
        window.canvas.page_changed.connect(self._note_made)
        window.reading_painted.connect(self._note_painted)

    def _note_made(self, page: object) -> None:
        self._pages.append(page)
        self._made[id(page)] = time.perf_counter()
        self.newest_is_painted = False

    def _note_painted(self, page: object) -> None:
        self.waits.append(time.perf_counter() - self._made[id(page)])
        self.newest_is_painted = page is self._pages[-1]


def wait(milliseconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(milliseconds), Qt.TimerType.PreciseTimer, loop, loop.quit)
    loop.exec()


def wait_until(done: object, patience: float = 10.0) -> float:
    """Run the event loop until done() holds; how long that took, in seconds.

    Raises:
        RuntimeError: it never did.
    """
    assert callable(done)
    started = time.perf_counter()
    while not done():
        if time.perf_counter() - started > patience:
            raise RuntimeError("this never came about")
        wait(1)
    return time.perf_counter() - started


def opened(panel: str) -> MainWindow:
    """The window in its workspace Inside, its network open, the largest layer and a panel in sight."""
    window = build_window()
    window.resize(1600, 1000)
    window.show()
    window.workspaces.choose(INSIDE)
    window.workspaces.show_panel(panel)
    wait_until(lambda: window.network is not None)
    assert window.network is not None
    shown = [layer for layer in window.network.layers if len(layer.shape) == 3]
    largest = max(shown, key=lambda layer: math.prod(layer.shape))
    window.layers.layer_chosen.emit(largest.name)
    wait(300)
    return window


def draw(pen: Pen, strokes: int) -> None:
    """Draw strokes at 125 Hz, whatever has been answered."""
    for turn in range(strokes):
        places = list(figure(turn, POINTS))
        pen.down(places[0])
        due = time.perf_counter()
        for place in places[1:]:
            due += PACE / 1000
            wait(max(0.0, 1000 * (due - time.perf_counter())))
            pen.move(place)
        pen.up(places[-1])


def measure_drawing(window: MainWindow, strokes: int) -> list[Figure]:
    """Waits while the pen moves, what is left over when it stops, and the row's age."""
    pen, answers = Pen(window), Answers(window)
    row = PaintWatch(window.layers)
    draw(pen, 3)
    wait_until(lambda: answers.newest_is_painted)
    answers.waits.clear()
    row.count = 0
    started = time.perf_counter()
    draw(pen, strokes)
    seconds = time.perf_counter() - started
    backlog = wait_until(lambda: answers.newest_is_painted)
    stopped = time.perf_counter()
    wait(200)
    waits = 1000 * np.array(answers.waits)
    return [
        Figure("pen movement to everything painted, p50", float(np.percentile(waits, 50)), "ms", 16.7),
        Figure("pen movement to everything painted, p95", float(np.percentile(waits, 95)), "ms", 16.7),
        Figure("pen movement to everything painted, p99", float(np.percentile(waits, 99)), "ms", 33.3),
        Figure("after the last movement, until it was painted", 1000 * backlog, "ms", 33.3),
        Figure("after that, until the row of layers stood still", 1000 * (row.when - stopped), "ms", 66.7),
        Figure("time between two pictures of the row", 1000 * seconds / max(row.count, 1), "ms", 66.7),
    ]


def measure_click(window: MainWindow, rounds: int) -> list[float]:
    """Milliseconds from a click on a value of the feature maps to its painted arithmetic."""
    maps = part(window, FeatureMapView, "feature_maps")
    watch = PaintWatch(window.arithmetic)
    waits = []
    for turn in range(rounds):
        place = maps.rect().topLeft() + maps.rect().center() * (0.2 + 0.6 * turn / rounds)
        before = watch.count
        started = time.perf_counter()
        QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=place)
        wait_until(lambda before=before: watch.count > before)
        wait(60)
        waits.append(1000 * (watch.when - started))
    return waits


def measure_occlusion(window: MainWindow, rounds: int) -> list[float]:
    """Milliseconds that the occlusion of one drawing took in the worker, as the panel says it."""
    raise NotImplementedError


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=20)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    window = opened(window_panel := "arithmetic")
    figures = measure_drawing(window, chosen.rounds)
    clicks = measure_click(window, chosen.rounds)
    figures.append(Figure("click on a value to its arithmetic, longest", max(clicks), "ms", 50.0))
    window.close()
    report(f"Inside with {window_panel}, {application.platformName()}", figures, chosen.json)


if __name__ == "__main__":
    main()
