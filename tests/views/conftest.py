from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QDeadlineTimer, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.jobs.worker import Worker
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.recognizer import Observation
from desktop_app.tasks.prepare_ink import prepare_ink_map
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.canvas.geometry import CANVAS_SIZE
from desktop_app.views.controller import Controller, OpenNetwork

Places = list[tuple[float, float]]

LABELS = tuple("0123456789")

INFO = NetworkInfo(
    name="small",
    title="Small",
    task=Task(labels=LABELS, rejects=True),
    layers=(
        LayerInfo("input", "InputLayer", (28, 28, 1)),
        LayerInfo("conv", "Conv2D", (3, 3, 4), ("input",), 40, 0, {"kernel_size": [3, 3], "strides": [9, 9]}),
        LayerInfo("relu", "ReLU", (3, 3, 4), ("conv",)),
        LayerInfo("flatten", "Flatten", (36,), ("relu",)),
        LayerInfo("logits", "Dense", (11,), ("flatten",), 407),
        LayerInfo("probabilities", "Softmax", (11,), ("logits",)),
    ),
)
"""A network that is small enough to be computed by hand."""


def _weights() -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(3)
    shapes = {
        "conv/kernel": (3, 3, 1, 4),
        "conv/bias": (4,),
        "logits/kernel": (36, 11),
        "logits/bias": (11,),
    }
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


GRAPH = Graph(INFO, _weights())

NETWORK = OpenNetwork(INFO, GRAPH, Path("nowhere"), "", ())
"""The same as the network that reads; it cannot be opened again."""


@pytest.fixture
def canvas(qtbot: QtBot) -> InkCanvas:
    """A canvas of 400 x 400 pixels: widget positions are paper positions."""
    widget = InkCanvas()
    qtbot.addWidget(widget)
    widget.resize(int(CANVAS_SIZE), int(CANVAS_SIZE))
    widget.show()
    return widget


@pytest.fixture
def draw() -> Callable[[InkCanvas, Places], None]:
    """Draws a stroke with the mouse, through positions in paper units."""

    def stroke(canvas: InkCanvas, places: Places) -> None:
        side = min(canvas.width(), canvas.height())
        left, scale = (canvas.width() - side) / 2, side / CANVAS_SIZE
        at = [QPointF(left + x * scale, y * scale).toPoint() for x, y in places]
        press(canvas, at[0])
        for point in at[1:]:
            QTest.mouseMove(canvas, point)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at[-1])

    return stroke


def workers_of(controller: Controller) -> list[Worker]:
    """What computes for a controller in other threads."""
    return controller.findChildren(Worker)


def is_idle(controller: Controller) -> bool:
    """Whether no thread works for a controller."""
    return not any(worker.is_working for worker in workers_of(controller))


def press(canvas: InkCanvas, at: QPoint) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)


def painted(canvas: InkCanvas) -> QImage:
    """Return the canvas when its page is completely painted, which may take several events."""
    patience = QDeadlineTimer(120_000)
    while not canvas.is_painted and not patience.hasExpired():
        QTest.qWait(1)
    assert canvas.is_painted
    return canvas.grab().toImage()


def reading_of(label: str, confidence: float = 0.9) -> Reading:
    """A reading that claims one label."""
    rest = (1 - confidence) / 20
    probabilities = {name: confidence if name == label else rest for name in LABELS}
    return Reading(Verdict.READ, label, (label,), probabilities, confidence, 1.25)


def observation_of(label: str) -> Observation:
    """An observation of a reading, with the activations of INFO's network for a vertical bar."""
    ink_map = np.zeros((40, 30), dtype=np.float32)
    ink_map[5:35, 10:14] = 1
    prepared = prepare_ink_map(ink_map, Task())
    assert prepared is not None
    outputs = GRAPH.forward(prepared.model_input[None])
    return Observation(reading_of(label), prepared, {name: output[0] for name, output in outputs.items()})
