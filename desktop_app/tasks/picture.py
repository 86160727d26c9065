"""The task of a network that says what a picture shows."""

from __future__ import annotations

from desktop_app.tasks.labelled import label_problem
from desktop_app.tasks.metric import ACCURACY
from desktop_app.tasks.task_kind import TaskKind
from desktop_app.tasks.verdict import judge

PICTURE = TaskKind(
    name="picture",
    title="says what a picture shows",
    preparations=("fit", "reduce"),
    read=judge,
    metrics=(ACCURACY,),
    problem=label_problem,
)
