"""Menus and dialogs of models in a window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.app.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def chosen(qtbot: QtBot, window: MainWindow, *words: str) -> None:
    """Click through the menus, from the bar to the action, until the action is triggered."""
    qtbot.waitUntil(lambda: clicked_through(window, words))


def clicked_through(window: MainWindow, words: tuple[str, ...]) -> bool:
    """Return whether the action ran: a window that becomes active closes its menus."""
    *way, last = words
    menu = opened_menu(window, way)
    if menu is None:
        return False
    action = entry(menu, last)
    triggered = QSignalSpy(action.triggered)
    click_in(menu, action)
    return triggered.count() == 1


def opened_menu(window: MainWindow, path: list[str]) -> QMenu | None:
    """Return the last menu of a path from Model; None if a click had to open it first."""
    bar, menu = window.menuBar(), models(window)
    if not menu.isVisible():
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(menu.menuAction()).center())
    for word in path:
        action = entry(menu, word)
        inside = action.menu()
        assert isinstance(inside, QMenu)
        if menu.isVisible() and not inside.isVisible():
            click_in(menu, action)
        menu = inside
    return menu if menu.isVisible() else None


def click_in(menu: QMenu, action: QAction) -> None:
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def named(menu: QMenu, words: str) -> bool:
    return menu.title().replace("&", "") == words


def entry(menu: QMenu, words: str) -> QAction:
    return next(a for a in menu.actions() if a.text().split("\t")[0].replace("&", "") == words)


def models(window: MainWindow) -> QMenu:
    return next(m for m in window.findChildren(QMenu) if named(m, "Model"))


def checked(window: MainWindow) -> list[str]:
    """Return the checked titles of models."""
    return [a.text().split("\t")[0] for a in models(window).actions() if a.isChecked()]


def take_file(qtbot: QtBot, window: MainWindow, path: Path, kind: str = "") -> None:
    """Choose a file in the file dialog."""
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog)))
    dialog = window.findChildren(QFileDialog)[-1]
    if kind:
        dialog.selectNameFilter(next(name for name in dialog.nameFilters() if kind in name))
        dialog.filterSelected.emit(dialog.selectedNameFilter())
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


def said(qtbot: QtBot, window: MainWindow, words: str) -> None:
    qtbot.waitUntil(lambda: words in window.messages.text())
    sentence = window.messages.text()
    assert sentence.endswith((".", "…"))
    assert "\n" not in sentence


def draw_a_bar(window: MainWindow) -> None:
    canvas = window.canvas
    middle, length = canvas.rect().center(), canvas.height() // 4
    QTest.mousePress(canvas, LEFT, pos=middle - QPoint(0, length))
    for part in range(-4, 5):
        QTest.mouseMove(canvas, middle + QPoint(0, part * length // 4))
    QTest.mouseRelease(canvas, LEFT, pos=middle + QPoint(0, length))
