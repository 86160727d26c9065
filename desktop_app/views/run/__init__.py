"""The run: a training is started, held, ended and watched here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Made, Position, Slot, Subject, View

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> Made:
    from desktop_app.views.run.controller import RunController
    from desktop_app.views.run.panel import RunPanel

    training = context.training
    panel = RunPanel(training.draft)
    controller = RunController(panel, training.draft, training.places, training.runs_dir, training.models_dir)
    controller.told.connect(training.tell)
    controller.runs_changed.connect(training.runs_changed)
    controller.model_ready.connect(context.model_ready)
    controller.close_wanted.connect(context.close_wanted)
    training.resume_wanted.connect(controller.go_on)
    return panel, controller


VIEW = View(
    "run",
    QT_TRANSLATE_NOOP("View", "Run"),
    {TRAIN: Position(Slot.LOWER)},
    _make,
    needs_training=True,
    shows=Subject.RUN,
)
