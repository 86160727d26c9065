"""The batch view: many files read into a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import BATCH, WITH_LABELS, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.batch.controller import BatchController
    from desktop_app.views.batch.panel import BatchPanel

    panel = BatchPanel()
    controller = BatchController(panel, context.dialogs, context.characters, context.corrections)
    controller.page_loaded.connect(context.file_shown)
    return panel, controller


VIEW = View(
    "batch",
    QT_TRANSLATE_NOOP("View", "Batch"),
    {BATCH: Position(Slot.RIGHT)},
    _make,
    tasks=WITH_LABELS,
)
