from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.core.network_info import LayerInfo
from desktop_app.core.reading import Reading, Verdict
from desktop_app.gui.canvas import InkCanvas
from desktop_app.gui.paper import PAPER_SIZE
from desktop_app.imaging.normalize import normalize
from desktop_app.recognition.recognizer import Observation

Places = list[tuple[float, float]]

LABELS = tuple("0123456789")

LAYERS = (
    LayerInfo("conv", "Conv2D", (3, 3, 4)),
    LayerInfo("relu", "ReLU", (3, 3, 4)),
    LayerInfo("logits", "Dense", (11,)),
)


@pytest.fixture
def canvas(qtbot: QtBot) -> InkCanvas:
    """A canvas of 400 x 400 pixels: widget positions are paper positions."""
    widget = InkCanvas()
    qtbot.addWidget(widget)
    widget.resize(int(PAPER_SIZE), int(PAPER_SIZE))
    widget.show()
    return widget


@pytest.fixture
def draw() -> Callable[[InkCanvas, Places], None]:
    """Draws a stroke with the mouse, through positions in paper units."""

    def stroke(canvas: InkCanvas, places: Places) -> None:
        side = min(canvas.width(), canvas.height())
        left, top = (canvas.width() - side) / 2, (canvas.height() - side) / 2
        at = [QPointF(left + x * side / PAPER_SIZE, top + y * side / PAPER_SIZE).toPoint() for x, y in places]
        press(canvas, at[0])
        for point in at[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at[-1])

    return stroke


def press(canvas: InkCanvas, at: QPoint) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)


def reading_of(label: str, confidence: float = 0.9) -> Reading:
    """A reading that claims one label."""
    rest = (1 - confidence) / 20
    probabilities = {name: confidence if name == label else rest for name in LABELS}
    return Reading(Verdict.READ, label, (label,), probabilities, confidence, 1.25)


def observation_of(label: str) -> Observation:
    """An observation of a reading, with small activations of LAYERS."""
    ink_map = np.zeros((40, 30), dtype=np.float32)
    ink_map[5:35, 10:14] = 1
    rng = np.random.default_rng(3)
    activations = {
        "conv": rng.normal(size=(3, 3, 4)).astype(np.float32),
        "relu": rng.random((3, 3, 4)).astype(np.float32),
        "logits": rng.normal(size=11).astype(np.float32),
    }
    return Observation(reading_of(label), normalize(ink_map), activations)
