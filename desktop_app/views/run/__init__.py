"""View of the training run: start, pause, stop and watch it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.run.controller import RunController
    from desktop_app.views.run.panel import RunPanel

    training = context.training
    panel = RunPanel(training.draft)
    controller = RunController(
        panel, training.draft, training.data_folders, training.runs_dir, training.models_dir
    )
    controller.event_emitted.connect(training.report)
    controller.runs_changed.connect(training.runs_changed)
    controller.model_ready.connect(context.model_ready)
    controller.close_requested.connect(context.close_requested)
    panel.evaluation_requested.connect(lambda: context.subject_requested.emit(Subject.EVALUATION))
    training.resume_requested.connect(controller.resume)
    return panel, controller


VIEW = View(
    "run",
    QT_TRANSLATE_NOOP("View", "Run"),
    {TRAIN: Position(Slot.LOWER)},
    _make,
    needs_training=True,
    shows=Subject.RUN,
)
