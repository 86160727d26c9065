"""View of the data of a recipe: sources, splits, samples, augmentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.data.controller import DataController
    from desktop_app.views.data.panel import DataPanel

    training = context.training
    panel = DataPanel(training.draft)
    controller = DataController(panel, training.data_folders, context.dialogs)
    training.data_folders_changed.connect(controller.reload)
    panel.sample_chosen.connect(context.image_requested)
    return panel, controller


VIEW = View(
    "data", QT_TRANSLATE_NOOP("View", "Data"), {TRAIN: Position(Slot.RIGHT)}, _make, needs_training=True
)
