"""Comparison of two models on the same ink."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, WITH_LABELS, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.compare.controller import CompareController
    from desktop_app.views.compare.panel import ComparePanel

    panel = ComparePanel()
    return panel, CompareController(panel, context.second_model, context.corrections)


VIEW = View(
    "compare",
    QT_TRANSLATE_NOOP("View", "Compare models"),
    {READ: Position(Slot.RIGHT, is_open=False, order=1), INSIDE: Position(Slot.RIGHT)},
    _make,
    tasks=WITH_LABELS,
)
