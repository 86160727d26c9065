"""View of a network during training: its answer to the drawing, and its filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.training_preview.controller import TrainingPreviewController
    from desktop_app.views.training_preview.panel import TrainingPreviewPanel

    panel, training = TrainingPreviewPanel(), context.training
    controller = TrainingPreviewController(panel)
    for event in training.events_so_far():
        controller.show_event(event)
    training.event_reported.connect(controller.show_event)
    return panel, controller


VIEW = View(
    "forming",
    QT_TRANSLATE_NOOP("View", "Training preview"),
    {TRAIN: Position(Slot.LOWER_RIGHT)},
    _make,
    needs_training=True,
)
