"""Tutorial: convolution and pooling of a few numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(_: ViewContext) -> ViewParts:
    from desktop_app.views.tutorial.panel import TutorialPanel

    return TutorialPanel(), None


VIEW = View(
    "lesson",
    QT_TRANSLATE_NOOP("View", "Tutorial"),
    {READ: Position(Slot.LOWER, is_open=False, order=1), INSIDE: Position(Slot.LOWER)},
    _make,
)
