"""The title of a panel: its name in small type and a way to close it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_app.gui.icons import icon
from desktop_app.gui.theme import STEP, caption_font

_ICON_SIZE = 14


class PanelTitle(QWidget):
    """Takes the place of a dock's own title bar; dragging it still moves the panel."""

    def __init__(self, title: str, dock: QDockWidget) -> None:
        """A title for a dock."""
        super().__init__(dock)
        self._name = QLabel(title)
        self._name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.setAccessibleName(self.tr("Close {panel}").format(panel=title))
        self._close.setToolTip(self.tr("Close this panel; the View menu brings it back"))
        self._close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP // 2, STEP, 0)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._close)
        self._take_look()

    def changeEvent(self, event: QEvent) -> None:
        """Takes the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_look()

    def _take_look(self) -> None:
        self._name.setFont(caption_font(self.font()))
        self._close.setIcon(icon("close", self.palette(), _ICON_SIZE))
