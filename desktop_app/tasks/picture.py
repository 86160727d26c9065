"""The task of a network that says what a picture shows."""

from __future__ import annotations

from desktop_app.tasks.augment_images import augment_labelled
from desktop_app.tasks.calibration import calibration
from desktop_app.tasks.labelled import any_ending, label_loss, label_problem
from desktop_app.tasks.metric import ACCURACY
from desktop_app.tasks.scores import label_scores
from desktop_app.tasks.task_kind import TaskKind
from desktop_app.tasks.verdict import judge, no_ink

PICTURE = TaskKind(
    name="picture",
    title="says what a picture shows",
    preparations=("fit",),
    has_labels=True,
    read=judge,
    metrics=(ACCURACY,),
    loss=label_loss,
    ending_problem=any_ending,
    augment=augment_labelled,
    evaluate=label_scores,
    calibrate=calibration,
    problem=label_problem,
    nothing=no_ink,
)
