"""How live the laboratory is: every layer of the network alive while a pen moves at 125 Hz.

The workspace Inside of the real window with the real network: the row of all layers, the feature
maps of the largest one, and the arithmetic of one of its values or, in turn, other panels. The pen
does not wait for answers: what cannot be shown in time is overtaken. QT_QPA_PLATFORM chooses the
platform; without it, offscreen.
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
    timer = QTimer(singleShot=True, interval=round(milliseconds), timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start()
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
    window = build_window(Settings(workspace=INSIDE))
    window.resize(1600, 1000)
    window.show()
    window.workspaces.show_view(panel)
    choose_largest_layer(window)
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
    row = PaintWatch(view_of(window, LayersPanel))
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
    watch = PaintWatch(view_of(window, ArithmeticPanel))
    waits = []
    places = [QPoint(x, y) for x in range(5, maps.width(), 17) for y in range(5, maps.height(), 13)]
    values = [place for place in places if maps.position_at(QPointF(place)) is not None]
    for place in values[:: max(1, len(values) // rounds)]:
        before = watch.count
        started = time.perf_counter()
        QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=place)
        wait_until(lambda before=before: watch.count > before)
        wait(60)
        waits.append(1000 * (watch.when - started))
    return waits


def measure_occlusion(window: MainWindow, rounds: int) -> list[float]:
    """Milliseconds to find by occlusion what spoke for the answer, for one drawing after another."""
    assert window.network is not None
    folder = find_model(window.network.name)
    card = read_card(folder)
    network = Network(card, read_network(folder, card))
    weighting = np.zeros(len(card.labels) + 1, dtype=np.float32)
    weighting[:2] = 1, -1
    waits = []
    for turn in range(rounds + 1):
        places = 400 * np.array(list(figure(turn, POINTS)))
        normalized = normalize(rasterize(Ink.from_points([places])))
        assert normalized is not None
        started = time.perf_counter()
        occlusion(network.probabilities, normalized.model_input, weighting)
        waits.append(1000 * (time.perf_counter() - started))
    return waits[1:]


def main() -> None:
    """Measure and report."""
    chosen = options(__doc__, rounds=20)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    figures = []
    for panel in ("why", "replay", "wall", "compare"):
        window = opened(panel)
        percentiles = measure_drawing(window, max(chosen.rounds // 3, 1))[1:3]
        figures += [replace(one, name=f"{one.name}, with {panel}") for one in percentiles]
        window.close()
    window = opened("arithmetic")
    figures += measure_drawing(window, chosen.rounds)
    clicks = measure_click(window, chosen.rounds)
    figures.append(Figure("click on a value to its arithmetic, longest", max(clicks), "ms", 50.0))
    hidden = measure_occlusion(window, chosen.rounds)
    figures.append(Figure("occlusion of one drawing, median", float(np.median(hidden)), "ms", 100.0))
    figures.append(Figure("occlusion of one drawing, longest", max(hidden), "ms", 100.0))
    window.close()
    report(f"Inside, with the arithmetic of a value, {application.platformName()}", figures, chosen.json)


if __name__ == "__main__":
    main()
