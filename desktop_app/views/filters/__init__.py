"""The filters view: weights of filters, inputs that maximize them, and their top samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import ALL_TASKS, INSIDE, READ, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.filters.controller import FiltersController
    from desktop_app.views.filters.panel import FiltersPanel

    panel = FiltersPanel()
    return panel, FiltersController(panel, context.samples)


VIEW = View(
    "filters",
    QT_TRANSLATE_NOOP("View", "Filters"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.RIGHT)},
    _make,
    tasks=ALL_TASKS,
)
