"""Curves of a run in a view, and events on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from desktop_app.tasks.metric import ACCURACY, LOSS
from desktop_app.views.curves.curve import LEARNING_RATE, Curve, Kind, PlotData, Span
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.curves.plot import CurvePlot, PlotState, load
from desktop_app.views.curves.plot_style import PlotStyle
from desktop_app.views.curves.zoom import PlotArea

PATIENCE = 60_000


def load_fonts() -> None:
    """Load matplotlib's fonts before the tests: the first time takes longer than a test may wait."""
    load()


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


def curves_view(qtbot: QtBot) -> CurvesView:
    """A view that shows a run of six epochs."""
    made = CurvesView()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show_curves(a_run())
    made.show()
    qtbot.waitUntil(lambda: len(made.surface.areas) == 3, timeout=PATIENCE)
    return made


def record_drawings(monkeypatch: pytest.MonkeyPatch) -> list[PlotState]:
    """States of all drawings from now on."""
    found: list[PlotState] = []
    draw = CurvePlot.draw

    def noted(
        plot: CurvePlot, shown: PlotState, style: PlotStyle, size: tuple[int, int], ratio: float
    ) -> QImage:
        found.append(shown)
        return draw(plot, shown, style, size, ratio)

    monkeypatch.setattr(CurvePlot, "draw", noted)
    return found


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
