"""The view of the line network: what it sees of a line, and what it says about each column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import INSIDE, READ, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.line_network.controller import LineNetworkController
    from desktop_app.views.line_network.panel import LineNetworkPanel

    panel = LineNetworkPanel()
    panel.character_chosen.connect(context.choose_character)
    return panel, LineNetworkController(panel, context)


VIEW = View(
    "line",
    QT_TRANSLATE_NOOP("View", "Line network"),
    {READ: Position(Slot.LOWER, is_open=False), INSIDE: Position(Slot.LOWER)},
    _make,
    tasks=frozenset({"character"}),
)
