"""The task of a network that makes an image of an image, e.g. a sharp one of a blurred one."""

from __future__ import annotations

from desktop_app.tasks.metric import PSNR
from desktop_app.tasks.task import Task
from desktop_app.tasks.task_kind import TaskKind


def _problem(task: Task) -> str:
    if task.labels or task.rejects:
        return "A network that makes images has no labels; take them out."
    return ""


RESTORATION = TaskKind(
    name="restoration",
    title="makes an image of an image",
    preparations=("reduce", "fit"),
    read=None,
    metrics=(PSNR,),
    problem=_problem,
)
