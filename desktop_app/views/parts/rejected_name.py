"""The name of the class for "none of the labels"."""

from __future__ import annotations

from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task
from desktop_app.views.parts.messages import translated


def rejected_name(task: Task) -> str:
    """Return the translated name of the class for "none of the labels"; empty if there is none."""
    return translated(task_kind(task).texts.rejected) if task.rejects else ""
