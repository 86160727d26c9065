"""Drags of files over a widget, as the system sends them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

_COPY = Qt.DropAction.CopyAction
_LEFT, _NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
_AT = QPoint(50, 50)


def data_of(*paths: Path) -> QMimeData:
    """Return files to drag."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(widget: QWidget, data: QMimeData) -> bool:
    """Drag over a widget; return whether it takes the data."""
    event = QDragEnterEvent(_AT, _COPY, data, _LEFT, _NO_KEYS)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def leave(widget: QWidget) -> None:
    """Drag away from a widget."""
    QApplication.sendEvent(widget, QDragLeaveEvent())


def drop(widget: QWidget, data: QMimeData) -> None:
    """Drop on a widget that has taken the data."""
    QApplication.sendEvent(widget, QDropEvent(QPointF(_AT), _COPY, data, _LEFT, _NO_KEYS))
