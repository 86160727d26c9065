"""View of the recipe: training settings as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.recipe.controller import RecipeController
    from desktop_app.views.recipe.panel import RecipePanel

    panel = RecipePanel(context.training.draft)
    return panel, RecipeController(panel, context.training.data_folders)


VIEW = View(
    "recipe",
    QT_TRANSLATE_NOOP("View", "Recipe"),
    {TRAIN: Position(Slot.RIGHT)},
    _make,
    needs_training=True,
    shows=Subject.DRAFT,
)
