"""View of all runs: a table, and a comparison of the selected runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Position, Slot, Subject, View, ViewParts

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> ViewParts:
    from desktop_app.views.runs.controller import RunsController
    from desktop_app.views.runs.panel import RunsPanel

    panel, training = RunsPanel(), context.training
    controller = RunsController(panel, training.runs_dir)
    controller.recipe_changed.connect(training.draft.set)
    controller.recipe_changed.connect(lambda: context.subject_requested.emit(Subject.DRAFT))
    controller.resume_requested.connect(lambda: context.subject_requested.emit(Subject.RUN))
    controller.resume_requested.connect(training.resume_requested)
    controller.model_chosen.connect(context.model_requested)
    controller.run_chosen.connect(training.choose_run)
    controller.library_changed.connect(context.library_changed)
    controller.save_model_requested.connect(context.save_model_requested)
    if training.run is not None:
        panel.select_run(training.run.path.name)
    training.event_reported.connect(controller.handle_event)
    training.runs_changed.connect(controller.refresh)
    return panel, controller


VIEW = View(
    "runs", QT_TRANSLATE_NOOP("View", "Runs"), {TRAIN: Position(Slot.RIGHT)}, _make, needs_training=True
)
