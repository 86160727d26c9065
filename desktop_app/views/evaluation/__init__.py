"""How a finished run answers to samples that it never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Made, Position, Slot, View

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> Made:
    from desktop_app.views.evaluation.controller import EvaluationController
    from desktop_app.views.evaluation.panel import EvaluationPanel

    panel, training = EvaluationPanel(), context.training
    controller = EvaluationController(panel)
    controller.set_run(training.run)
    training.run_chosen.connect(controller.set_run)
    controller.image_wanted.connect(context.image_wanted)
    return panel, controller


VIEW = View(
    "evaluation",
    QT_TRANSLATE_NOOP("View", "Evaluation"),
    {TRAIN: Position(Slot.RIGHT)},
    _make,
    needs_training=True,
)
