"""The answer with its probabilities and the preparation of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, TRAIN, WITH_LABELS, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(_: ViewContext) -> ViewParts:
    from desktop_app.views.reading.panel import ReadingPanel

    return ReadingPanel(), None


VIEW = View(
    "reading",
    QT_TRANSLATE_NOOP("View", "Reading"),
    {
        READ: Position(Slot.RIGHT),
        INSIDE: Position(Slot.RIGHT, is_open=False, order=1),
        TRAIN: Position(Slot.RIGHT, is_open=False, order=1),
    },
    _make,
    tasks=WITH_LABELS,
)
