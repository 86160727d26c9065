"""Records what screen readers are asked to say."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent


def record_announcements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that receives all announcements; offscreen, there is no screen reader to receive them."""
    said: list[str] = []

    def update(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", update)
    return said
