"""Digits, drawn with the mouse on the canvas of a window."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.views.canvas.geometry import CANVAS_SIZE
from tests.finding import child

Points = list[tuple[float, float]]


def arc(x: float, y: float, radii: tuple[float, float], start: float, end: float) -> Points:
    """Points on an ellipse, angles in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 30))
    return [(x + radii[0] * float(np.cos(a)), y + radii[1] * float(np.sin(a))) for a in angles]


def line(*corners: tuple[float, float]) -> Points:
    """Points along straight lines."""
    points: Points = []
    for (x0, y0), (x1, y1) in pairwise(corners):
        points += [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in np.linspace(0, 1, 15).tolist()]
    return points


DIGITS: dict[str, list[Points]] = {
    "0": [arc(200, 200, (80, 120), -90, 270)],
    "1": [line((200, 80), (200, 320))],
    "2": [arc(200, 140, (70, 60), -160, 40) + line((250, 180), (130, 310), (285, 310))],
    "3": [arc(190, 140, (65, 60), -150, 80) + arc(190, 265, (75, 68), -80, 150)],
    "7": [line((120, 95), (280, 95), (180, 320))],
    "8": [arc(200, 140, (55, 55), 90, 450) + arc(200, 262, (68, 68), -90, 270)],
}


def text_of(window: MainWindow, name: str) -> str:
    label = child(window, QLabel, name)
    return label.text()


def draw(window: MainWindow, strokes: list[Points]) -> None:
    canvas = window.canvas
    side = min(canvas.width(), canvas.height())
    corner = QPointF((canvas.width() - side) / 2, 0)
    for points in strokes:
        at = [(corner + QPointF(x, y) * (side / CANVAS_SIZE)).toPoint() for x, y in points]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at[0])
        for point in at[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at[-1])


def wait_for_reading(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the current page is read."""
    qtbot.waitUntil(lambda: window.last_reading is not None and window.last_reading[0] == window.canvas.page)
