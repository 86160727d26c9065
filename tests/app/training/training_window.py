"""What a user does in the Train workspace, and what there is to see."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir, runs_dir
from desktop_app.networks.layer_list import Layer, with_names
from desktop_app.networks.layers.options import CLASSES
from desktop_app.runs.recipe import DataPart, Fitting, Recipe, Schedule
from desktop_app.runs.run_folder import RunFolder, RunRecord
from desktop_app.runs.training_events import EpochEnded
from desktop_app.views.run.controller import RunController
from desktop_app.views.training_context import TrainingContext
from tests.views_of_window import view_of

Kind = TypeVar("Kind", bound=QWidget)
MANY = 5000
"""More epochs than any test waits for."""

TINY = Recipe(
    name="tiny",
    title="Tiny",
    data=(DataPart("mnist", validation=100, normalize=False),),
    layers=with_names(
        [
            Layer("Flatten"),
            Layer("Dense", options={"units": 12, "activation": "relu"}),
            Layer("Dense", "probabilities", options={"units": CLASSES, "activation": "softmax"}),
        ]
    ),
    fitting=Fitting(epochs=MANY, batch_size=50),
    schedule=Schedule(rate=0.003),
)


def click(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Click a button once it is visible."""
    QTest.mouseClick(control(qtbot, window, QPushButton, words), Qt.MouseButton.LeftButton)


def offers(window: MainWindow, words: str) -> bool:
    return any(each.text() == words and each.isVisible() for each in window.findChildren(QPushButton))


def choose_tab(window: MainWindow, words: str) -> None:
    """Click the tab of a panel."""
    for bar in window.findChildren(QTabBar):
        for tab in range(bar.count()):
            if bar.tabText(tab) == words and bar.isVisible() and bar.parent() is window:
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(tab).center())
                return
    raise AssertionError(f"no tab {words}")


def control(qtbot: QtBot, window: MainWindow, kind: type[Kind], words: str) -> Kind:
    """Return the visible control with a name, once there is one."""

    def found() -> list[Kind]:
        return [
            each
            for each in window.findChildren(kind)
            if each.isVisible() and words in (each.accessibleName(), getattr(each, "text", str)())
        ]

    qtbot.waitUntil(lambda: len(found()) == 1)
    return found()[0]


def enter(box: QAbstractSpinBox, text: str) -> None:
    """Replace the text of a spin box."""
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def records() -> list[RunRecord]:
    return [RunFolder(path.parent).record() for path in sorted(runs_dir().glob("[!.]*/run.json"))]


def begin(qtbot: QtBot, window: MainWindow, recipe: Recipe = TINY, epochs: int = 2) -> TrainingContext:
    """Train a recipe for a number of epochs."""
    training = window.context.training
    training.draft.set(recipe)
    learned: list[int] = []
    training.event_reported.connect(
        lambda event: learned.append(1) if isinstance(event, EpochEnded) else None
    )
    click(qtbot, window, "Train")
    qtbot.waitUntil(lambda: len(learned) >= epochs)
    return training


def over(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not view_of(window, RunController).is_running)


def use_anyway(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Read with a new model, also if it is worse than the current one."""

    def is_used() -> bool:
        return window.network is not None and window.network.name == name

    qtbot.waitUntil(lambda: is_used() or offers(window, "Use anyway"))
    if not is_used():
        click(qtbot, window, "Use anyway")
    qtbot.waitUntil(is_used)


def put_on_canvas(qtbot: QtBot, window: MainWindow) -> None:
    window.context.file_requested.emit(resources_dir() / "samples" / "three.inkml")
    qtbot.waitUntil(lambda: answer_of(window) == 3)


def probabilities(window: MainWindow) -> NDArray[np.float64]:
    """Return the last probabilities; empty without a reading."""
    reading = None if window.observation is None else window.observation.reading
    return np.array([] if reading is None else list(reading.probabilities.values()))


def answer_of(window: MainWindow) -> int:
    """Return the index of the most probable label; -1 without a reading."""
    found = probabilities(window)
    return int(found.argmax()) if found.size else -1
