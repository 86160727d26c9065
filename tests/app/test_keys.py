"""Keys: none has two meanings at once, and Delete clears the canvas unless a panel deletes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDoubleSpinBox, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow
from desktop_app.data.my_samples import MySample
from desktop_app.views.network.layer_table import LayerTable
from desktop_app.views.network.panel import NetworkPanel
from desktop_app.views.parts.ask_bar import AskBar
from desktop_app.views.parts.tile_grid import TileGrid
from desktop_app.views.run.queue_list import QueueList
from desktop_app.views.runs.panel import RunsPanel
from desktop_app.views.runs.runs_table import RunsTable
from desktop_app.views.samples.panel import SampleClass, SamplesPanel
from desktop_app.views.view import TRAIN
from tests.app.drawing import DIGITS, draw
from tests.finding import child
from tests.views.runs.runs_panels import FIRST
from tests.views_of_window import view_of


@pytest.fixture
def window(qtbot: QtBot, open_window: Callable[..., MainWindow]) -> MainWindow:
    """A window with a drawing, in the workspace Train."""
    widget = open_window()
    draw(widget, DIGITS["1"])
    assert not widget.canvas.is_empty
    widget.workspaces.choose(TRAIN)
    return widget


def test_no_key_has_two_meanings(window: MainWindow) -> None:
    """Qt would carry out neither. Keys of the focused widget come first (see DeleteKey)."""
    for host in window.hosts:
        host.create_view()
    everywhere = [
        key
        for action in window.findChildren(QAction)
        if action.shortcutContext() is not Qt.ShortcutContext.WidgetShortcut
        for key in action.shortcuts()
    ]
    menus = [QKeySequence.mnemonic(action.text()) for action in window.menuBar().actions()]
    buttons = [button.shortcut() for button in window.findChildren(QAbstractButton)]
    counts = Counter(key.toString() for key in (*everywhere, *menus, *buttons) if not key.isEmpty())
    assert counts.total() > 20
    assert {key: count for key, count in counts.items() if count > 1} == {}
    # A typed character is what the selected one of a text is.
    assert [key for key in counts if len(key) == 1] == []


def press_delete(qtbot: QtBot, window: MainWindow, widget: QWidget) -> None:
    """Press the key in a widget; the drawing stays."""
    qtbot.waitUntil(widget.isVisible)
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    assert not window.canvas.is_empty


def test_the_canvas_is_cleared(window: MainWindow) -> None:
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.canvas.is_empty


@pytest.mark.parametrize("focused", [RunsTable, QPushButton])
def test_runs_are_deleted(qtbot: QtBot, window: MainWindow, focused: type[QWidget]) -> None:
    window.workspaces.show_view("runs")
    qtbot.waitUntil(lambda: window.findChild(RunsPanel) is not None)
    panel = view_of(window, RunsPanel)
    panel.set_runs((FIRST,))
    panel.select_run("first")
    press_delete(qtbot, window, child(panel, focused, "" if focused is RunsTable else "More"))
    assert "“First”" in child(panel, AskBar).question()


def test_layers_are_removed(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("network")
    qtbot.waitUntil(lambda: window.findChild(NetworkPanel) is not None)
    draft = window.context.training.draft
    table, layers = child(view_of(window, NetworkPanel), LayerTable), draft.value.layers
    table.setCurrentIndex(table.model().index(len(layers) - 1, 0))
    press_delete(qtbot, window, table)
    assert len(draft.value.layers) == len(layers) - 1


def test_recipes_are_removed_from_the_queue(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("run")
    qtbot.waitUntil(lambda: window.findChild(QueueList) is not None)
    queue = view_of(window, QueueList)
    queue.set_recipes(["Tiny"])
    with qtbot.waitSignal(queue.remove_requested):
        press_delete(qtbot, window, child(queue, QListWidget))


def test_samples_are_deleted(qtbot: QtBot, window: MainWindow) -> None:
    window.workspaces.show_view("my-samples")
    qtbot.waitUntil(lambda: window.findChild(SamplesPanel) is not None)
    panel = view_of(window, SamplesPanel)
    sample = MySample("1", Path("1.inkml"))
    panel.set_classes((SampleClass("All", (sample,)),), can_undo=False)
    panel.set_images((sample,), np.zeros((1, 28, 28), np.uint8))
    grid = child(panel, TileGrid)
    with qtbot.waitSignal(panel.delete_requested) as emitted:
        QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.area_of(0).center().toPoint())
        press_delete(qtbot, window, grid)
    assert emitted.args == [(sample,)]


class EmacsField(QLineEdit):
    """A field for which Ctrl+E is a key of editing, as Qt has it on the desktops of Linux."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


def test_keys_in_a_field_edit_its_text_or_are_commands_of_the_window(
    qtbot: QtBot, window: MainWindow
) -> None:
    field = EmacsField("two words", window)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(field, Qt.Key.Key_E, control)
    assert window.menu_actions.eraser.isChecked()
    QTest.keyClick(field, Qt.Key.Key_Z, control)
    QTest.keyClick(field, Qt.Key.Key_Z, control | shift)
    assert not window.canvas.is_empty


@pytest.mark.parametrize("kind", [QLineEdit, QDoubleSpinBox])
def test_a_word_of_a_field_is_deleted_not_the_drawing(
    qtbot: QtBot, window: MainWindow, kind: type[QLineEdit] | type[QDoubleSpinBox]
) -> None:
    field = kind(window)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    edit = field if isinstance(field, QLineEdit) else child(field, QLineEdit)
    edit.setText("7")
    edit.end(False)
    QTest.keyClick(field, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert edit.text() == ""
    assert not window.canvas.is_empty
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.is_empty
