"""Keys in text and number fields: which edit the text, and which are commands of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QMainWindow, QWidget

from desktop_app.views.parts.history_keys import is_redo

_COMMANDS = frozenset({QKeySequence("Ctrl+E")})
"""Commands of the window that fields take on some desktops, where Ctrl+E is the end of a line."""


class FieldKeys(QObject):
    """Event filter of the field with the focus, before the shortcuts of the window.

    The usual keys of editing apply to the text, also those that fields do not claim: Ctrl+Backspace deletes a
    word and does not clear the canvas. All other keys with Ctrl are commands of the window.
    """

    def __init__(self, window: QMainWindow) -> None:
        """Follow the focus in a window."""
        super().__init__(window)
        self._window = window
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None and now.window() is self._window and _is_field(now):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer whether the field takes a key, for which Qt asks before it looks for a shortcut."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.matches(QKeySequence.StandardKey.DeleteStartOfWord) or is_redo(event):
            event.accept()
            return True
        if QKeySequence(event.keyCombination()) in _COMMANDS:
            event.ignore()
            return True
        return False


def _is_field(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit | QAbstractSpinBox) or (
        isinstance(widget, QComboBox) and widget.isEditable()
    )
