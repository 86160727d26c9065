"""Runs: the table of all runs, and the comparison of some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop_app.views.view import TRAIN, Made, Position, Slot, Subject, View

if TYPE_CHECKING:
    from desktop_app.views.context import ViewContext


def _make(context: ViewContext) -> Made:
    from desktop_app.views.runs.controller import RunsController
    from desktop_app.views.runs.panel import RunsPanel

    panel, training = RunsPanel(), context.training
    controller = RunsController(panel, training.runs_dir)
    controller.recipe_changed.connect(training.draft.set)
    controller.recipe_changed.connect(lambda: context.subject_wanted.emit(Subject.DRAFT))
    controller.go_on_wanted.connect(lambda: context.subject_wanted.emit(Subject.RUN))
    controller.go_on_wanted.connect(training.resume_wanted)
    controller.model_chosen.connect(context.model_wanted)
    controller.run_chosen.connect(training.choose_run)
    controller.save_model_wanted.connect(context.save_model_wanted)
    if training.run is not None:
        panel.select_run(training.run.path.name)
    training.told.connect(controller.note)
    training.runs_changed.connect(controller.refresh)
    return panel, controller


VIEW = View(
    "runs", QT_TRANSLATE_NOOP("View", "Runs"), {TRAIN: Position(Slot.RIGHT)}, _make, needs_training=True
)
