"""View of the network of a recipe: zoo, layers, summary, diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.network.panel import NetworkPanel

    return NetworkPanel(context.training.draft), None


VIEW = View(
    "network", QT_TRANSLATE_NOOP("View", "Network"), {TRAIN: Position(Slot.RIGHT)}, _make, needs_training=True
)
