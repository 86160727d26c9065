"""The page with keyboard shortcuts, and with what mouse and pen do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QMenuBar, QWidget

from desktop_app.app.help.html import heading, paragraph, table

_KEYS = 220
"""Width of the column of keys in pixels."""


def shortcuts_html(bar: QMenuBar, panels: Mapping[str, QWidget]) -> str:
    """Return the page, with the shortcuts of the actions that exist.

    Args:
        bar: the menu bar.
        panels: the panels that have been shown, by title.
    """
    translate = QCoreApplication.translate
    menus = [_section(menu.text(), _in_menu(menu.menu())) for menu in bar.actions()]
    views = [_section(title, _in_panel(panel)) for title, panel in panels.items()]
    return "".join(
        (
            *menus,
            heading(translate("Shortcuts", "Canvas")) + table(_canvas(), first_width=_KEYS),
            heading(translate("Shortcuts", "Feature maps")) + table(_maps(), first_width=_KEYS),
            heading(translate("Shortcuts", "Window")) + table(_window(), first_width=_KEYS),
            *views,
            paragraph(translate("Shortcuts", "Panels are listed here after they have been shown.")),
        )
    )


def _section(title: str, shortcuts: Iterable[tuple[str, str]]) -> str:
    rows = list(shortcuts)
    return heading(_plain(title)) + table(rows, first_width=_KEYS) if rows else ""


def _in_menu(menu: object) -> Iterator[tuple[str, str]]:
    """Yield keys and texts of the actions with a shortcut in a menu and its submenus."""
    if isinstance(menu, QMenu):
        for action in menu.actions():
            if action.shortcuts():
                yield _keys(action.shortcuts()), _plain(action.text())
            yield from _in_menu(action.menu())


def _in_panel(panel: QWidget) -> Iterator[tuple[str, str]]:
    """Yield keys and texts of the actions and buttons with a shortcut in a panel, not in its dialogs."""
    for widget in (panel, *panel.findChildren(QWidget)):
        if widget.window() is not panel.window():
            continue
        for action in widget.findChildren(QAction, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if action.shortcuts():
                yield _keys(action.shortcuts()), _plain(action.text())
        if isinstance(widget, QAbstractButton):
            keys = widget.shortcut()
            if not keys.isEmpty() and keys != QKeySequence.mnemonic(widget.text()):
                yield _keys([keys]), _plain(widget.text())


def _keys(shortcuts: Iterable[QKeySequence]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(native) for keys in shortcuts)


def _plain(text: str) -> str:
    """Return the text of an action without the mark of its mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _canvas() -> tuple[tuple[str, str], ...]:
    translate = QCoreApplication.translate
    return (
        (translate("Shortcuts", "Mouse, pen, finger"), translate("Shortcuts", "Draw, or erase strokes")),
        (
            translate("Shortcuts", "Right mouse button, buttons and other end of the pen"),
            translate("Shortcuts", "Erase strokes"),
        ),
        (
            translate("Shortcuts", "Click on a character of a text"),
            translate("Shortcuts", "Select it; then the arrow keys and Space select its neighbours"),
        ),
        (
            translate("Shortcuts", "A letter, digit or sign"),
            translate("Shortcuts", "Say what the selected character of a text is"),
        ),
        (
            translate("Shortcuts", "Right click on a character of a text"),
            translate("Shortcuts", "Correct, split or merge it"),
        ),
        (translate("Shortcuts", "Arrow keys"), translate("Shortcuts", "Move the keyboard pen")),
        (translate("Shortcuts", "Shift+arrow keys"), translate("Shortcuts", "Move it in small steps")),
        (
            translate("Shortcuts", "Home, End, Page Up, Page Down"),
            translate("Shortcuts", "Move it diagonally"),
        ),
        (translate("Shortcuts", "Space"), translate("Shortcuts", "Put the keyboard pen down or lift it")),
        (translate("Shortcuts", "Esc"), translate("Shortcuts", "Lift the keyboard pen")),
        (translate("Shortcuts", "Drop a file"), translate("Shortcuts", "Open the file or import the model")),
    )


def _maps() -> tuple[tuple[str, str], ...]:
    translate = QCoreApplication.translate
    return (
        (translate("Shortcuts", "Click, Enter"), translate("Shortcuts", "Show the arithmetic of a value")),
        (translate("Shortcuts", "Arrow keys"), translate("Shortcuts", "Move to the next value")),
        (translate("Shortcuts", "Mouse wheel, plus, minus"), translate("Shortcuts", "Zoom")),
        (translate("Shortcuts", "0"), translate("Shortcuts", "Fit all maps")),
        (translate("Shortcuts", "P"), translate("Shortcuts", "Pin or unpin the channel")),
        (translate("Shortcuts", "R, G, B"), translate("Shortcuts", "Show the channel as red, green or blue")),
    )


def _window() -> tuple[tuple[str, str], ...]:
    translate = QCoreApplication.translate
    return (
        (
            translate("Shortcuts", "Tab, Shift+Tab"),
            translate("Shortcuts", "Go to the next or previous control"),
        ),
        (translate("Shortcuts", "Drag a title"), translate("Shortcuts", "Move a panel or let it float")),
    )
