"""Announcements by screen readers."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say a text that has appeared in a widget without the focus, when it is idle."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
