"""The feature maps view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import ALL_TASKS, INSIDE, READ, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.feature_maps.panel import MapsPanel

    panel = MapsPanel()
    panel.value_chosen.connect(context.value_requested)
    panel.value_chosen.connect(lambda: context.subject_requested.emit(Subject.VALUE))
    return panel, None


VIEW = View(
    "maps",
    QT_TRANSLATE_NOOP("View", "Feature maps"),
    {READ: Position(Slot.LOWER), INSIDE: Position(Slot.RIGHT)},
    _make,
    tasks=ALL_TASKS,
)
