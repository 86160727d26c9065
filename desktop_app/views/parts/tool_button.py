"""A quiet button that shows an action as an icon."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_app.views.parts.theme import STEP, mixed

ICON_SIZE = 20
_BUTTON_SIZE = 4 * STEP + 4


class ToolButton(QToolButton):
    """A quiet button: an icon, a tint under the mouse and while it is on, a ring for the keyboard."""

    def __init__(self, action: QAction, parent: QWidget | None = None) -> None:
        """Show an action."""
        super().__init__(parent)
        self.setDefaultAction(action)
        self.setAccessibleName(action.text().replace("&", ""))
        self.setFixedSize(_BUTTON_SIZE, _BUTTON_SIZE)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint, ring, icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        accent = palette.color(QPalette.ColorRole.Accent)
        window = palette.color(QPalette.ColorRole.Window)
        area = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.isDown():
            painter.setBrush(mixed(window, accent, 0.22))
            painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(palette.color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        if self.isChecked():
            # Not by colour alone: a bar under the chosen tool.
            painter.setBrush(accent)
            painter.drawRoundedRect(area.center().x() - STEP + 1, area.bottom() - 3, 2 * STEP, 3, 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        self.icon().paint(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, self._icon_mode())

    def _icon_mode(self) -> QIcon.Mode:
        return QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
