"""An input enlarged by interpolation and by the network, beside the original."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, TRAIN, WITH_IMAGES, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(_: ViewContext) -> ViewParts:
    from desktop_app.views.enlargement.controller import EnlargementController
    from desktop_app.views.enlargement.panel import EnlargementPanel

    panel = EnlargementPanel()
    return panel, EnlargementController(panel)


VIEW = View(
    "enlargement",
    QT_TRANSLATE_NOOP("View", "Enlargement"),
    {
        READ: Position(Slot.RIGHT, is_open=False),
        INSIDE: Position(Slot.RIGHT, is_open=False, order=1),
        TRAIN: Position(Slot.RIGHT, is_open=False, order=1),
    },
    _make,
    tasks=WITH_IMAGES,
    replaces="reading",
)
