"""A menu with an outline, so that it stands out from what it covers."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu

from desktop_app.views.parts.outline import paint_outline
from desktop_app.views.parts.theme import STEP


class Menu(QMenu):
    """Has an outline, and lines between groups, that are visible in every theme."""

    def submenu(self, title: str) -> Menu:
        """Add a menu and return it."""
        menu = Menu(title, self)
        self.addMenu(menu)
        return menu

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the menu; the lines of the style cannot be seen on a dark menu."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        for action in self.actions():
            if action.isSeparator() and action.isVisible():
                row = self.actionGeometry(action)
                middle = row.center().y()
                painter.drawLine(row.left() + STEP // 2, middle, row.right() - STEP // 2, middle)
        painter.end()
        paint_outline(self)
