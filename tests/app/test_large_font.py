"""The window with a large font on a small screen: no text is cut off, and the window does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import TypeAlias

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.app.start import SAMPLE, build_window
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.paths import resources_dir
from desktop_app.core.settings import Settings
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import INSIDE, READ, TRAIN

TextWidget: TypeAlias = QLabel | QAbstractButton | QAbstractSpinBox

SCREENS = (QSize(1366, 768), QSize(1024, 672))
"""The second one is the smallest supported screen without the frame of the window."""

VIEWS_OF_WORKSPACES = {
    READ: ("reading", "layers", "maps"),
    INSIDE: ("maps", "filters", "wall", "compare", "lesson", "arithmetic", "why", "replay", "line"),
    TRAIN: ("data", "network", "recipe", "runs", "evaluation", "run", "forming"),
}
"""Views that are shown by default."""


@pytest.fixture
def large_font(qapp: QApplication) -> Iterator[None]:
    usual = qapp.font()
    large = qapp.font()
    large.setPointSize(18)
    qapp.setFont(large)
    yield
    qapp.setFont(usual)


def is_active(window: MainWindow, name: str) -> bool:
    return any(host.view.name == name and host.is_active for host in window.hosts)


def is_cut_off(widget: TextWidget) -> bool:
    """Return whether a widget is smaller than its text."""
    needed = widget.sizeHint()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width())
        needed = needed if widget.text() else QSize()
    elif isinstance(widget, QAbstractSpinBox):
        # Its size hint is that of the largest value.
        needed.setWidth(widget.fontMetrics().horizontalAdvance(widget.text()) + 3 * STEP)
    elif isinstance(widget, QPushButton) and widget.icon().isNull() and widget.menu() is None:
        # The style gives a short text more room than it needs.
        text = widget.fontMetrics().horizontalAdvance(widget.text()) + 2 * STEP
        needed.setWidth(min(needed.width(), text))
    return widget.width() < needed.width() or widget.height() < needed.height()


def check_texts(window: MainWindow) -> None:
    """Raise an error if a visible text is cut off."""
    widgets: list[TextWidget] = [
        *window.findChildren(QLabel),
        *window.findChildren(QAbstractButton),
        *window.findChildren(QAbstractSpinBox),
    ]
    visible = [widget for widget in widgets if widget.isVisible()]
    assert [widget.text() or widget.accessibleName() for widget in visible if is_cut_off(widget)] == []


def check_tabs(window: MainWindow) -> None:
    """Raise an error if the name of a view is elided in its tab."""
    for bar in window.findChildren(QTabBar):
        for number in range(bar.count() if bar.isVisible() and bar.count() > 1 else 0):
            if not bar.isTabVisible(number):
                continue
            needed = bar.fontMetrics().horizontalAdvance(bar.tabText(number))
            assert bar.tabRect(number).width() >= needed, bar.tabText(number)
            assert bar.tabRect(number).right() <= bar.width(), bar.tabText(number)


def check_overlaps(window: MainWindow) -> None:
    """Raise an error if widgets in a layout overlap, or are higher than what they are in."""
    for parent in window.findChildren(QWidget):
        layout = parent.layout()
        if layout is None or not parent.isVisible():
            continue
        widgets = [item.widget() for i in range(layout.count()) if (item := layout.itemAt(i))]
        shown = [widget for widget in widgets if widget is not None and widget.isVisibleTo(parent)]
        for before, after in pairwise(shown):
            assert not before.geometry().intersects(after.geometry()), (before, after)


@pytest.mark.usefixtures("large_font")
@pytest.mark.parametrize("screen", SCREENS, ids=lambda size: f"{size.width()}x{size.height()}")
@pytest.mark.parametrize("workspace", VIEWS_OF_WORKSPACES)
def test_nothing_is_cut_off_with_a_large_font(qtbot: QtBot, workspace: str, screen: QSize) -> None:
    window = build_window(Settings())
    qtbot.addWidget(window)
    window.resize(screen)
    with qtbot.waitSignal(window.reading_painted):
        window.show()
        window.context.file_requested.emit(resources_dir() / SAMPLE)
    window.workspaces.choose(workspace)
    for name in VIEWS_OF_WORKSPACES[workspace]:
        window.workspaces.show_view(name)
        qtbot.waitUntil(partial(is_active, window, name))
        qtbot.waitUntil(partial(check_texts, window), timeout=5000)
        check_tabs(window)
        qtbot.waitUntil(partial(check_overlaps, window), timeout=5000)
        assert window.size() == screen, name
