"""The timeline view: the answer at each point of the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, WITH_LABELS, Made, Position, Slot, View

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> Made:
    from desktop_app.views.timeline.controller import TimelineController
    from desktop_app.views.timeline.panel import TimelinePanel

    panel = TimelinePanel()
    controller = TimelineController(panel, context.canvas)
    controller.page_wanted.connect(context.page_wanted)
    return panel, controller


VIEW = View(
    "replay",
    QT_TRANSLATE_NOOP("View", "Over time"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.LOWER)},
    _make,
    tasks=WITH_LABELS,
)
