"""A pen for benchmarks: real mouse events on the real canvas of the real window."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from PySide6.QtCore import QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop_app.app.window.main_window import MainWindow
from desktop_app.ink.page import Page
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.layers.panel import LayersPanel
from tests.views_of_window import view_of

Place: TypeAlias = tuple[float, float]
"""X and y on the paper, 0..1."""

PATIENCE = 10_000
"""Milliseconds after which a benchmark gives up waiting."""


Part = TypeVar("Part", bound=QObject)


def part(window: MainWindow, kind: type[Part], name: str) -> Part:
    """The part of the window with this object name.

    Raises:
        LookupError: there is none.
    """
    found = window.findChild(kind, name)
    if found is None:
        raise LookupError(f"the window has no {name}")
    return found


def choose_largest_layer(window: MainWindow) -> str:
    """Choose the layer with the largest picture, once the network is open; its name."""
    while window.network is None:
        QTest.qWait(10)
    pictures = [layer for layer in window.network.layers if len(layer.shape) == 3]
    largest = max(pictures, key=lambda layer: math.prod(layer.shape)).name
    view_of(window, LayersPanel).layer_chosen.emit(largest)
    return largest


class Pen:
    """Draws on a window's canvas through its window system events."""

    def __init__(self, window: MainWindow) -> None:
        """Draw on the canvas of a shown window."""
        canvas = part(window, QWidget, "ink_canvas")
        self._handle = window.windowHandle()
        middle = canvas.mapTo(window, canvas.rect().center())
        self._side = 0.8 * min(canvas.width(), canvas.height())
        self._left = middle.x() - self._side / 2
        self._top = middle.y() - self._side / 2

    def down(self, place: Place) -> None:
        """Put the pen down."""
        QTest.mousePress(self._handle, Qt.MouseButton.LeftButton, pos=self._at(place))

    def move(self, place: Place) -> None:
        """Move the pen."""
        QTest.mouseMove(self._handle, self._at(place))

    def up(self, place: Place) -> None:
        """Lift the pen."""
        QTest.mouseRelease(self._handle, Qt.MouseButton.LeftButton, pos=self._at(place))

    def _at(self, place: Place) -> QPoint:
        return QPoint(round(self._left + place[0] * self._side), round(self._top + place[1] * self._side))


def figure(turn: int, points: int) -> Iterator[Place]:
    """The places of one stroke, looping like a digit; every turn another loop."""
    for i in range(points):
        t = 2 * math.pi * i / points
        yield 0.5 + 0.3 * math.sin((1 + turn % 3) * t), 0.5 - 0.4 * math.cos((1 + turn % 2) * t)


class Painted:
    """Notes which page the pen has made, and when its reading has been painted."""

    def __init__(self, window: MainWindow) -> None:
        """Listen to the window and its canvas."""
        self.count = 0
        self._made: Page | None = None
        self._painted: Page | None = None
        self._when = 0.0
        self._loop = QEventLoop()
        canvas = part(window, InkCanvas, "ink_canvas")
        canvas.pen_moved.connect(self._note_made)
        canvas.page_changed.connect(self._note_made)
        window.reading_painted.connect(self._note_painted)

    def wait(self) -> float:
        """Run the event loop until the newest page's reading is painted; when that was, in seconds.

        Raises:
            RuntimeError: it never came.
        """
        impatience = QTimer(singleShot=True, interval=PATIENCE)
        impatience.timeout.connect(self._loop.quit)
        impatience.start()
        while self._painted is not self._made:
            self._loop.exec()
            if not impatience.isActive():
                raise RuntimeError("a reading was never painted")
        return self._when

    def _note_made(self, page: Page) -> None:
        self._made = page

    def _note_painted(self, page: Page) -> None:
        self.count += 1
        self._painted, self._when = page, time.perf_counter()
        self._loop.quit()
