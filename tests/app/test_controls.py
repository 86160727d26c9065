"""Every control of the window has a name for screen readers and an explanation."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app.start import SAMPLE, build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.models_dialog import ModelsDialog
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from desktop_app.views.batch.panel import BatchPanel
from desktop_app.views.parts.painted import Painted
from desktop_app.views.view import BATCH, INSIDE, READ, TRAIN

VIEWS = {
    READ: ("reading", "layers", "maps", "my-samples"),
    INSIDE: ("filters", "wall", "compare", "lesson", "arithmetic", "why", "replay", "line"),
    BATCH: ("batch", "reading", "layers"),
    TRAIN: ("data", "network", "recipe", "runs", "evaluation", "run", "forming"),
}


QT_OWN = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""Names of the parts of Qt's own widgets."""


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    opened = build_window(Settings())
    qtbot.addWidget(opened)
    opened.resize(1440, 900)
    with qtbot.waitSignal(opened.reading_painted):
        opened.show()
        opened.context.file_requested.emit(resources_dir() / SAMPLE)
    return opened


def is_active(window: MainWindow, name: str) -> bool:
    return any(host.view.name == name and host.is_active for host in window.hosts)


def is_usual_control(widget: QWidget) -> bool:
    """Return whether a widget is a button, box, slider or field; parts of other controls do not count."""
    is_part = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
    if is_part or isinstance(widget, QScrollBar) or widget.objectName().startswith(QT_OWN):
        return False
    kinds = QAbstractButton | QAbstractSlider | QAbstractSpinBox | QComboBox | QLineEdit
    return isinstance(widget, kinds)


def is_painted_control(widget: QWidget) -> bool:
    return isinstance(widget, Painted) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def said(widget: QWidget, text: QAccessible.Text) -> str:
    """Return what screen readers say."""
    # Qt returns nothing for widgets that are being deleted.
    interface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    return "" if interface is None else interface.text(text)


def with_parents(widget: QWidget) -> str:
    """Describe a widget by its name and the classes around it."""
    parents = [type(widget).__name__]
    parent = widget.parentWidget()
    while parent is not None and len(parents) < 4:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{said(widget, QAccessible.Text.Name)!r}: {' in '.join(parents)}"


def assert_controls_are_explained(window: MainWindow) -> None:
    widgets = window.findChildren(QWidget)
    controls = [widget for widget in widgets if is_usual_control(widget)]
    assert len(controls) > 10
    painted = [widget for widget in widgets if is_painted_control(widget)]
    shown = [widget for widget in controls if widget.isVisible()]
    named = [*shown, *painted]
    assert [with_parents(each) for each in named if not said(each, QAccessible.Text.Name)] == []
    # Controls that are hidden now have an explanation, too, unless their text depends on why they are shown.
    explained = [each for each in controls if each.isVisible() or said(each, QAccessible.Text.Name)]
    assert [with_parents(each) for each in explained if not each.toolTip()] == []


@pytest.mark.parametrize("workspace", VIEWS)
def test_every_control_has_a_name_and_an_explanation(
    qtbot: QtBot, window: MainWindow, workspace: str
) -> None:
    window.workspaces.choose(workspace)
    for view in VIEWS[workspace]:
        window.workspaces.show_view(view)
        qtbot.waitUntil(partial(is_active, window, view))
    assert_controls_are_explained(window)


def test_every_control_of_a_finished_batch_has_a_name_and_an_explanation(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.workspaces.choose(BATCH)
    qtbot.waitUntil(partial(is_active, window, "batch"))
    panel = window.findChildren(BatchPanel)[0]
    panel.paths_dropped.emit((resources_dir() / "samples",))
    qtbot.waitUntil(lambda: panel.rows.rowCount() > 0 and "read" in panel.status())
    assert_controls_are_explained(window)


def test_every_button_of_the_list_of_models_has_an_explanation(window: MainWindow) -> None:
    next(each for each in window.findChildren(QAction) if each.text() == "Manage models…").trigger()
    (dialog,) = window.findChildren(ModelsDialog)
    buttons = {each.text(): each.toolTip() for each in dialog.findChildren(QPushButton)}
    dialog.close()
    assert [text for text, explanation in buttons.items() if not explanation] == ["Close"]


def test_every_action_of_the_menus_has_a_text(window: MainWindow) -> None:
    actions = [each for menu in window.findChildren(QMenu) for each in menu.actions()]
    assert len(actions) > 30
    assert [each for each in actions if not each.isSeparator() and not each.text()] == []
