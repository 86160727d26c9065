"""My samples: the user's own handwriting, what the model learned from it, and corrections of readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import READ, TRAIN, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.samples.controller import SamplesController
    from desktop_app.views.samples.panel import SamplesPanel

    panel = SamplesPanel()
    return panel, SamplesController(panel, context)


VIEW = View(
    "my-samples",
    QT_TRANSLATE_NOOP("View", "My samples"),
    {READ: Position(Slot.LOWER, is_open=False), TRAIN: Position(Slot.LOWER, is_open=False, order=1)},
    _make,
)
