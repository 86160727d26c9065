"""A pen for benchmarks that sends mouse events to the canvas of the window."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from desktop_app.app.window.main_window import MainWindow
from desktop_app.ink.page import Page
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.layers.panel import LayersPanel
from tests.views_of_window import view_of

Point: TypeAlias = tuple[float, float]
"""X and y on the canvas, 0..1."""

TIMEOUT = 10_000
"""Milliseconds that a benchmark waits for a reading."""


Part = TypeVar("Part", bound=QObject)


def part(window: MainWindow, kind: type[Part], name: str) -> Part:
    """Return the object of the window with an object name.

    Raises:
        LookupError: there is none.
    """
    found = window.findChild(kind, name)
    if found is None:
        raise LookupError(f"the window has no {name}")
    return found


def choose_largest_layer(window: MainWindow) -> str:
    """Wait for the network and select the layer with the largest maps; return its name."""
    while window.network is None:
        QTest.qWait(10)
    layers = [layer for layer in window.network.layers if len(layer.shape) == 3]
    largest = max(layers, key=lambda layer: math.prod(layer.shape)).name
    view_of(window, LayersPanel).layer_chosen.emit(largest)
    return largest


class Pen:
    """Draws on the canvas of a window with window system events."""

    def __init__(self, window: MainWindow) -> None:
        """Create a pen for a shown window."""
        canvas = self._canvas = part(window, InkCanvas, "ink_canvas")
        self._handle = window.windowHandle()
        middle = canvas.mapTo(window, canvas.rect().center())
        self._side = 0.8 * min(canvas.width(), canvas.height())
        self._left = middle.x() - self._side / 2
        self._top = middle.y() - self._side / 2

    def clear(self) -> None:
        """Clear the canvas."""
        self._canvas.clear()

    def down(self, point: Point) -> None:
        """Put the pen down."""
        QTest.mousePress(self._handle, Qt.MouseButton.LeftButton, pos=self._position(point))

    def move(self, point: Point) -> None:
        """Move the pen."""
        QTest.mouseMove(self._handle, self._position(point))

    def up(self, point: Point) -> None:
        """Lift the pen."""
        QTest.mouseRelease(self._handle, Qt.MouseButton.LeftButton, pos=self._position(point))

    def _position(self, point: Point) -> QPoint:
        return QPoint(round(self._left + point[0] * self._side), round(self._top + point[1] * self._side))


def figure(turn: int, points: int) -> Iterator[Point]:
    """Yield the points of a stroke with loops, different for each turn."""
    for i in range(points):
        t = 2 * math.pi * i / points
        yield 0.5 + 0.3 * math.sin((1 + turn % 3) * t), 0.5 - 0.4 * math.cos((1 + turn % 2) * t)


class Painted:
    """Records the newest page and when its reading was painted."""

    def __init__(self, window: MainWindow) -> None:
        """Connect to the window and its canvas."""
        self.count = 0
        self._newest: Page | None = None
        self._painted: Page | None = None
        self._when = 0.0
        self._loop = QEventLoop()
        canvas = part(window, InkCanvas, "ink_canvas")
        canvas.pen_moved.connect(self._record_page)
        canvas.page_changed.connect(self._record_page)
        window.reading_painted.connect(self._record_painted)

    def wait(self) -> float:
        """Run the event loop until the reading of the newest page is painted; return that time in seconds.

        Raises:
            RuntimeError: it was not painted in time.
        """
        timeout = QTimer(singleShot=True, interval=TIMEOUT)
        timeout.timeout.connect(self._loop.quit)
        timeout.start()
        while self._painted is not self._newest:
            self._loop.exec()
            if not timeout.isActive():
                raise RuntimeError("a reading was not painted in time")
        return self._when

    def _record_page(self, page: Page) -> None:
        self._newest = page

    def _record_painted(self, page: Page) -> None:
        self.count += 1
        self._painted, self._when = page, time.perf_counter()
        self._loop.quit()
