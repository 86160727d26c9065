"""The why view: evidence for the answer and for its rival."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, WITH_LABELS, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.why.controller import WhyController
    from desktop_app.views.why.panel import WhyPanel

    panel = WhyPanel()
    context.comparison_requested.connect(panel.compare_with)
    return panel, WhyController(panel, context.canvas)


VIEW = View(
    "why",
    QT_TRANSLATE_NOOP("View", "Why this answer?"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.LOWER)},
    _make,
    tasks=WITH_LABELS,
    shows=Subject.EVIDENCE,
)
