"""The timeline view: the answer at each point of the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.timeline.controller import TimelineController
    from desktop_app.views.timeline.panel import TimelinePanel

    panel = TimelinePanel()
    controller = TimelineController(panel, context.canvas)
    controller.page_requested.connect(context.page_requested)
    return panel, controller


VIEW = View(
    "replay",
    QT_TRANSLATE_NOOP("View", "Timeline"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.LOWER)},
    _make,
    tasks=frozenset({"character"}),
)
