"""Curves of a run in a view, and events on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from desktop_app.tasks.metric import ACCURACY, LOSS
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, Kind, PlotData, Span
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.curves.zoom import PlotArea

PATIENCE = 60_000


def curve(
    name: str, y: list[float], kind: Kind = "training", *, strong: bool = True, group: int = 0
) -> Curve:
    x = np.arange(1, len(y) + 1, dtype=np.float64)
    return Curve(name, name.title(), x, np.array(y, dtype=np.float64), kind, strong, group)


def a_run(epochs: int = 6) -> list[PlotData]:
    """Return curves of a run whose validation was best after epoch 4."""
    loss = [1 / epoch for epoch in range(1, epochs + 1)]
    worse = [abs(epoch - 4) * 0.1 + 0.2 for epoch in range(1, epochs + 1)]
    x = np.linspace(0.01, epochs, 60)
    batches = Curve("batch", "By batch", x, 1.5 / x**0.3, is_strong=False)
    validation = replace(curve("validation", worse, "validation"), best=4.0)
    accuracies = [
        curve("training", [0.9 + 0.01 * epoch for epoch in range(epochs)]),
        curve("validation", [0.92 + 0.01 * epoch for epoch in range(epochs)], "validation"),
    ]
    rate = Curve("rate", "Learning rate", x, np.full(60, 1e-3), "rate")
    return [
        PlotData(LOSS, [batches, curve("training", loss), validation]),
        PlotData(ACCURACY, accuracies),
        PlotData(LEARNING_RATE, [rate]),
    ]


def picture(view: CurvesView) -> QImage:
    return view.surface.grab().toImage()


def at(area: PlotArea, across: float, up: float) -> QPoint:
    """Return a point on a plot by fractions of its width and height."""
    return QPoint(round(area.left + across * area.width), round(area.top + (1 - up) * area.height))


def shown_x(view: CurvesView) -> Span:
    return view.surface.areas[0].ranges.x


def drag(view: CurvesView, start: QPoint, end: QPoint, mouse: Qt.MouseButton, *, shift: bool = False) -> None:
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view.surface, mouse, keys, start)
    QTest.mouseMove(view.surface, end)
    QTest.mouseRelease(view.surface, mouse, keys, end)


def entry(view: CurvesView, text: str) -> QCheckBox:
    (found,) = [box for box in view.findChildren(QCheckBox) if box.text() == text]
    return found
