"""Flat buttons that show an action as an icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QToolButton

from desktop_app.views.parts.icons import icon
from desktop_app.views.parts.theme import STEP, mixed

_ICON_SIZE = 20
_SIDE = 4 * STEP + 4
_SMALL_ICON_SIZE = 16
_SMALL_SIDE = 3 * STEP + 4


class ToolButton(QToolButton):
    """A square button with an icon in the colours of the palette.

    It is tinted under the mouse and while checked, and has a ring while it has the keyboard focus.
    """

    def __init__(self, action: QAction, *, icon_size: int = _ICON_SIZE, side: int = _SIDE) -> None:
        """Show an action.

        Args:
            action: its data is the name of its icon.
            icon_size, side: of the icon and the button, in device-independent pixels.
        """
        super().__init__()
        self.setDefaultAction(action)
        self.setAccessibleName(action.text().replace("&", ""))
        self.setFixedSize(side, side)
        self.setIconSize(QSize(icon_size, icon_size))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._update_icon()

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self.defaultAction().setData(name)
        self._update_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Colour the icon for a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._update_icon()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint tint, ring and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        accent = palette.color(QPalette.ColorRole.Accent)
        window = palette.color(QPalette.ColorRole.Button)
        area = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.isDown():
            painter.setBrush(mixed(window, accent, 0.22))
            painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(palette.color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        if self.isChecked():
            # A bar, so that colour is not the only sign.
            painter.setBrush(accent)
            painter.drawRoundedRect(area.center().x() - STEP + 1, area.bottom() - 3, 2 * STEP, 3, 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(QPen(accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, STEP / 2, STEP / 2)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        self.icon().paint(painter, self.rect(), Qt.AlignmentFlag.AlignCenter, mode)

    def _update_icon(self) -> None:
        # Qt may change the palette before the button has its action.
        if (action := self.defaultAction()) is not None:
            action.setIcon(icon(str(action.data()), self.palette(), self.iconSize().width()))


class IconButton(ToolButton):
    """A small tool button with an action of its own."""

    def __init__(self, icon_name: str, text: str, tip: str) -> None:
        """Show an icon; text is its accessible name."""
        self._action = QAction(text)
        self._action.setData(icon_name)
        self._action.setToolTip(tip)
        super().__init__(self._action, icon_size=_SMALL_ICON_SIZE, side=_SMALL_SIDE)

    def changeEvent(self, event: QEvent) -> None:
        """Enable the action with the button: a change of the action would enable the button again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._action.setEnabled(self.isEnabled())
