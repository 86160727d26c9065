"""View of the evaluation of a run on its test samples, or of any model on any data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.evaluation.controller import EvaluationController
    from desktop_app.views.evaluation.panel import EvaluationPanel

    panel, training = EvaluationPanel(), context.training
    controller = EvaluationController(panel, training.data_folders, context.dialogs)
    controller.set_run(training.run)
    training.run_chosen.connect(controller.set_run)
    controller.image_requested.connect(context.image_requested)
    return panel, controller


VIEW = View(
    "evaluation",
    QT_TRANSLATE_NOOP("View", "Evaluation"),
    {TRAIN: Position(Slot.RIGHT)},
    _make,
    needs_training=True,
    shows=Subject.EVALUATION,
)
