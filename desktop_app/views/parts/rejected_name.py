"""The name of the class for "none of the labels"."""

from __future__ import annotations

from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.tasks.task import Task
from desktop_app.views.parts.messages import translated


def rejected_name(task: Task) -> str:
    """Return the translated name of the class for "none of the labels"; empty if there is none."""
    return translated(rejected_class(task.labels)) if task.rejects else ""
