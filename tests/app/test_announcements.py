"""What screen readers are asked to say: new answers, messages, and the end of a run."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.start import SAMPLE
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.draft import Draft
from desktop_app.views.feature_maps.feature_map_view import FeatureMapView
from desktop_app.views.run.panel import RunPanel
from desktop_app.views.view import INSIDE, READ, TRAIN
from tests.finding import child
from tests.views.announcements import record_announcements


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return record_announcements(monkeypatch)


def text_for_screen_readers(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return interface.text(QAccessible.Text.Description)


def test_answer_is_said_once(qtbot: QtBot, said: list[str], window: MainWindow) -> None:
    with qtbot.waitSignal(window.reading_painted):
        window.context.file_requested.emit(resources_dir() / SAMPLE)
    assert said[-1] == "3"
    count = len(said)
    canvas = window.canvas
    middle = canvas.rect().center()
    with qtbot.waitSignal(window.reading_painted):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(canvas, middle + QPoint(1, 1))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(1, 1))
    assert said[count:] in ([], [said[-1]])
    assert len(set(said[count - 1 :])) == len(said[count - 1 :])
    label = child(window, QLabel, "verdict_label")
    assert text_for_screen_readers(label) == label.text()


def test_feature_maps_are_described_by_their_layer(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("maps")
    qtbot.waitUntil(partial(is_active, window, "maps"))
    window.show_layer("conv2")
    maps = child(window, FeatureMapView, "feature_maps")
    assert text_for_screen_readers(maps).startswith("conv2 · 12×12×64 · Conv2D")


def test_message_is_said(said: list[str], window: MainWindow) -> None:
    window.messages.show("7.png cannot be read.")
    assert said[-1] == "7.png cannot be read."


def test_end_of_a_run_is_said(qtbot: QtBot, said: list[str]) -> None:
    panel = RunPanel(Draft(zoo_entry("mlp-300-300").recipe))
    qtbot.addWidget(panel)
    panel.show()
    panel.begin(None)
    panel.end("Cancelled.")
    assert said == ["Cancelled."]


VIEWS_WITH_BOXES = {
    READ: ("maps",),
    INSIDE: ("filters", "wall", "compare", "lesson", "why"),
    TRAIN: ("data", "recipe", "runs"),
}


@pytest.mark.parametrize("workspace", VIEWS_WITH_BOXES)
def test_combo_boxes_say_their_purpose(qtbot: QtBot, window: MainWindow, workspace: str) -> None:
    """It is the description or the text of a label, since on Linux the name is the current text."""
    window.workspaces.choose(workspace)
    for view in VIEWS_WITH_BOXES[workspace]:
        window.workspaces.show_view(view)
        qtbot.waitUntil(partial(is_active, window, view))
        labelled = {label.buddy() for label in window.findChildren(QLabel)}
        for box in window.findChildren(QComboBox):
            if box.isVisible() and box not in labelled:
                assert box.accessibleName()
                assert box.accessibleName() in text_for_screen_readers(box)


def is_active(window: MainWindow, name: str) -> bool:
    return any(host.view.name == name and host.is_active for host in window.hosts)
