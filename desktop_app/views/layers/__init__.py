"""The network as a row of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import ALL_TASKS, INSIDE, READ, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.layers.panel import LayersPanel

    panel = LayersPanel()
    panel.layer_chosen.connect(context.layer_requested)
    return panel, None


VIEW = View(
    "layers",
    QT_TRANSLATE_NOOP("View", "Layers"),
    {READ: Position(Slot.UPPER), INSIDE: Position(Slot.UPPER)},
    _make,
    tasks=ALL_TASKS,
)
