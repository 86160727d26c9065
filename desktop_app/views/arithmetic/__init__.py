"""The arithmetic view: how a single value is computed, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import ALL_TASKS, INSIDE, READ, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.arithmetic.panel import ArithmeticPanel

    panel = ArithmeticPanel()
    panel.value_chosen.connect(context.layer_requested)
    panel.value_chosen.connect(context.value_requested)
    return panel, None


VIEW = View(
    "arithmetic",
    QT_TRANSLATE_NOOP("View", "Arithmetic"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.LOWER)},
    _make,
    tasks=ALL_TASKS,
    shows=Subject.VALUE,
)
