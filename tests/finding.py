"""Search for widgets by class and visible name."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

Found = TypeVar("Found", bound=QObject)


def child(parent: QObject, kind: type[Found], name: str = "") -> Found:
    """Return the only descendant of a class, optionally with a name.

    The name is the object name, accessible name, text of a button, or title of a menu.
    """
    found = [each for each in parent.findChildren(kind) if not name or name in _names(each)]
    assert len(found) == 1, f"{len(found)} objects of class {kind.__name__} {name!r}: {found}"
    return found[0]


def window_action(window: QWidget, text: str) -> QAction:
    """Return the action of the menus of a window with a text, which is written without mnemonics."""
    here = Qt.FindChildOption.FindDirectChildrenOnly
    (found,) = [a for a in window.findChildren(QAction, options=here) if a.text().replace("&", "") == text]
    return found


def _names(each: QObject) -> set[str]:
    names = {each.objectName()}
    if isinstance(each, QWidget):
        names.add(each.accessibleName())
    if isinstance(each, QAbstractButton):
        names.add(each.text())
    if isinstance(each, QMenu):
        names.add(each.title())
    return names
