"""The Delete key of widgets that delete something with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_KINDS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class DeleteKey(QObject):
    """Event filter that takes the Delete key before the shortcut that clears the canvas."""

    pressed = Signal()

    def __init__(self, *widgets: QWidget) -> None:
        """Take the key while the focus is in one of the widgets; the first one owns this object."""
        super().__init__(widgets[0])
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Report the key, for which Qt first asks whether it is taken."""
        if event.type() not in _KINDS or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Delete:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.pressed.emit()
        return True
