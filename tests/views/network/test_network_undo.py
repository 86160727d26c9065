"""Undoing edits in the network panel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.runs.recipe import Recipe
from desktop_app.views.network.panel import NetworkPanel
from tests.views.drafts import TestDraft, draft_of
from tests.views.network.network_panels import (
    CONTROL,
    KEY,
    RESIDUAL,
    SMALL,
    add,
    choose,
    control,
    press,
    spin,
    table_of,
    type_number,
)


def test_edits_are_undone_and_redone(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    undo, redo = control(panel, "Undo edit"), control(panel, "Redo edit")
    assert not undo.isEnabled()
    choose(panel, "conv1")
    add(panel, "ReLU")
    press(panel, "Duplicate layer")
    edited = drafts[-1]
    press(panel, "Undo edit")
    press(panel, "Undo edit")
    assert drafts[-1] == SMALL
    assert not undo.isEnabled()
    press(panel, "Redo edit")
    press(panel, "Redo edit")
    assert drafts[-1] == edited
    assert not redo.isEnabled()


def test_digits_of_a_number_are_one_edit(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    type_number(panel, "Filters", "128")
    type_number(panel, "Kernel", "5")
    press(panel, "Undo edit")
    assert drafts[-1].layers[0].options == {"filters": 128, "activation": "relu"}
    press(panel, "Undo edit")
    assert drafts[-1] == SMALL


def test_undo_keeps_changes_of_other_views(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    choose(panel, "conv1")
    add(panel, "ReLU")
    longer = replace(drafts[-1], fitting=replace(drafts[-1].fitting, epochs=77))
    draft_of(panel).show(longer)
    press(panel, "Undo edit")
    assert drafts[-1] == replace(SMALL, fitting=replace(SMALL.fitting, epochs=77))


def test_new_network_has_no_edits_to_undo(panel: NetworkPanel, drafts: list[Recipe]) -> None:
    add(panel, "ReLU")
    draft_of(panel).show(RESIDUAL)
    assert not control(panel, "Undo edit").isEnabled()
    QTest.keyClick(table_of(panel), KEY.Key_Z, CONTROL)
    assert len(drafts) == 1


class Window(QMainWindow):
    """A window with its own undo action, like that of the canvas."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = 0
        action = QAction("Undo", self)
        action.setShortcut(QKeySequence.StandardKey.Undo)
        action.triggered.connect(self._count)
        self.addAction(action)
        self.panel, self.elsewhere = NetworkPanel(TestDraft(Recipe())), QToolButton()
        self.elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        middle = QWidget()
        layout = QHBoxLayout(middle)
        layout.addWidget(self.elsewhere)
        layout.addWidget(self.panel)
        self.setCentralWidget(middle)
        draft_of(self.panel).show(SMALL)
        self.panel.set_active(True)

    def _count(self) -> None:
        self.undone += 1


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    choose(window.panel, "conv1")
    add(window.panel, "ReLU")
    return window


def test_undo_keys_follow_the_focus(window: Window) -> None:
    window.elsewhere.setFocus()
    QTest.keyClick(window.elsewhere, KEY.Key_Z, CONTROL)
    assert window.undone == 1
    assert len(window.panel.draft.value.layers) == 6
    table = table_of(window.panel)
    table.setFocus()
    QTest.keyClick(table, KEY.Key_Z, CONTROL)
    assert window.undone == 1
    assert window.panel.draft.value == SMALL
    QTest.keyClick(table, KEY.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert len(window.panel.draft.value.layers) == 6


def test_undo_keys_in_a_number_undo_the_edit(window: Window) -> None:
    choose(window.panel, "conv1")
    type_number(window.panel, "Filters", "9")
    QTest.keyClick(spin(window.panel, "Filters"), KEY.Key_Z, CONTROL)
    assert window.panel.draft.value.layers[0].options["filters"] == 4
    QTest.keyClick(spin(window.panel, "Filters"), KEY.Key_Z, CONTROL)
    assert window.panel.draft.value == SMALL
    assert window.undone == 0
