"""Latency of the workspace Inside while a pen moves at 125 Hz.

Uses the real window and model, with the layer row, the feature maps of the largest layer, and the arithmetic
view or other panels. The pen does not wait for readings; late ones are skipped. QT_QPA_PLATFORM chooses the
platform (default: offscreen).
"""

from __future__ import annotations

import os
import time
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.app import build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.settings import Settings
from desktop_app.ink.normalize import normalize
from desktop_app.ink.rasterize import rasterize
from desktop_app.ink.strokes import Ink
from desktop_app.inspection.attribution import occlusion
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.views.arithmetic.panel import ArithmeticPanel
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.layers.panel import LayersPanel
from desktop_app.views.view import INSIDE
from tests.benchmarks.pen import Pen, choose_largest_layer, figure, part
from tests.benchmarks.report import Figure, options, report
from tests.views_of_window import view_of

PEN_INTERVAL = 8
"""Milliseconds between pen movements."""
POINTS = 60


class PaintMonitor(QObject):
    """Records when a widget or one of its children was last painted."""

    def __init__(self, widget: QWidget) -> None:
        """Monitor a widget and its current children."""
        super().__init__(widget)
        self.when = 0.0
        self.count = 0
        for child in (widget, *widget.findChildren(QWidget)):
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Record paint events without consuming them."""
        if event.type() == QEvent.Type.Paint:
            self.when = time.perf_counter()
            self.count += 1
        return False


class Latencies(QObject):
    """Records the time from each pen movement to its painted reading."""

    def __init__(self, window: MainWindow) -> None:
        """Connect to a window and its canvas."""
        super().__init__(window)
        self._times: dict[int, float] = {}
        self._pages: list[object] = []
        self.seconds: list[float] = []
        self.newest_is_painted = True
        window.canvas.pen_moved.connect(self._record_page)
        window.canvas.page_changed.connect(self._record_page)
        window.reading_painted.connect(self._record_painted)

    def _record_page(self, page: object) -> None:
        self._pages.append(page)
        self._times[id(page)] = time.perf_counter()
        self.newest_is_painted = False

    def _record_painted(self, page: object) -> None:
        self.seconds.append(time.perf_counter() - self._times[id(page)])
        self.newest_is_painted = page is self._pages[-1]


def wait(milliseconds: float) -> None:
    """Run the event loop for some milliseconds."""
    loop = QEventLoop()
    timer = QTimer(singleShot=True, interval=round(milliseconds), timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start()
    loop.exec()


def wait_until(done: object) -> float:
    """Run the event loop until done() returns True; return the time in seconds.

    Raises:
        RuntimeError: this took longer than 10 seconds.
    """
    assert callable(done)
    started = time.perf_counter()
    while not done():
        if time.perf_counter() - started > 10:
            raise RuntimeError("timeout")
        wait(1)
    return time.perf_counter() - started


def open_window(panel: str) -> MainWindow:
    """Return a window in the workspace Inside with the largest layer selected and a panel shown."""
    window = build_window(Settings(workspace=INSIDE))
    window.resize(1600, 1000)
    window.show()
    window.workspaces.show_view(panel)
    choose_largest_layer(window)
    wait(300)
    return window


def draw(pen: Pen, strokes: int) -> None:
    """Draw strokes at 125 Hz without waiting for readings, each on an empty canvas."""
    for turn in range(strokes):
        pen.clear()
        points = list(figure(turn, POINTS))
        pen.down(points[0])
        due = time.perf_counter()
        for point in points[1:]:
            due += PEN_INTERVAL / 1000
            wait(max(0.0, 1000 * (due - time.perf_counter())))
            pen.move(point)
        pen.up(points[-1])


def measure_drawing(window: MainWindow, strokes: int) -> list[Figure]:
    """Measure latencies while the pen moves and after it stops, and the updates of the layer row."""
    pen, latencies = Pen(window), Latencies(window)
    row = PaintMonitor(view_of(window, LayersPanel))
    draw(pen, 3)
    wait_until(lambda: latencies.newest_is_painted)
    latencies.seconds.clear()
    row.count = 0
    started = time.perf_counter()
    draw(pen, strokes)
    seconds = time.perf_counter() - started
    backlog = wait_until(lambda: latencies.newest_is_painted)
    stopped = time.perf_counter()
    wait(200)
    waits = 1000 * np.array(latencies.seconds)
    return [
        Figure("pen movement to everything painted, p50", float(np.percentile(waits, 50)), "ms", 16.7),
        Figure("pen movement to everything painted, p95", float(np.percentile(waits, 95)), "ms", 16.7),
        Figure("pen movement to everything painted, p99", float(np.percentile(waits, 99)), "ms", 33.3),
        Figure("last movement to painted", 1000 * backlog, "ms", 33.3),
        Figure("painted to last update of the layer row", 1000 * (row.when - stopped), "ms", 66.7),
        Figure("time between updates of the layer row", 1000 * seconds / max(row.count, 1), "ms", 66.7),
    ]


def measure_click(window: MainWindow, rounds: int) -> list[float]:
    """Return milliseconds from a click on a value of a feature map to its painted arithmetic."""
    maps = part(window, FeatureMapView, "feature_maps")
    monitor = PaintMonitor(view_of(window, ArithmeticPanel))
    waits = []
    points = [QPoint(x, y) for x in range(5, maps.width(), 17) for y in range(5, maps.height(), 13)]
    values = [point for point in points if maps.position_at(QPointF(point)) is not None]
    for point in values[:: max(1, len(values) // rounds)]:
        before = monitor.count
        started = time.perf_counter()
        QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=point)
        wait_until(lambda before=before: monitor.count > before)
        wait(60)
        waits.append(1000 * (monitor.when - started))
    return waits


def measure_occlusion(window: MainWindow, rounds: int) -> list[float]:
    """Return milliseconds to compute an occlusion map, for several drawings."""
    assert window.network is not None
    folder = find_model(window.network.name)
    card = read_card(folder)
    network = Network(card, read_network(folder, card))
    weighting = np.zeros(len(card.labels) + 1, dtype=np.float32)
    weighting[:2] = 1, -1
    waits = []
    for turn in range(rounds + 1):
        points = 400 * np.array(list(figure(turn, POINTS)))
        normalized = normalize(rasterize(Ink.from_points([points])), 28, 1)
        assert normalized is not None
        started = time.perf_counter()
        occlusion(network.predict, normalized.model_input, weighting)
        waits.append(1000 * (time.perf_counter() - started))
    return waits[1:]


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=20)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    figures = []
    for panel in ("why", "replay", "wall", "compare"):
        window = open_window(panel)
        percentiles = measure_drawing(window, max(chosen.rounds // 3, 1))[1:3]
        figures += [replace(one, name=f"{one.name}, with {panel}") for one in percentiles]
        window.close()
    window = open_window("arithmetic")
    figures += measure_drawing(window, chosen.rounds)
    clicks = measure_click(window, chosen.rounds)
    figures.append(Figure("click on a value to its arithmetic, maximum", max(clicks), "ms", 50.0))
    occlusion_times = measure_occlusion(window, chosen.rounds)
    figures.append(Figure("occlusion of one drawing, median", float(np.median(occlusion_times)), "ms", 100.0))
    figures.append(Figure("occlusion of one drawing, maximum", max(occlusion_times), "ms", 100.0))
    window.close()
    report(f"Inside, with the arithmetic of a value, {application.platformName()}", figures, chosen.json)


if __name__ == "__main__":
    main()
