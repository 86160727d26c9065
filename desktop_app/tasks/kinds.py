"""The kinds of tasks: one function table for each name that a task can have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desktop_app.core.text import shape_text
from desktop_app.tasks.character import CHARACTER
from desktop_app.tasks.picture import PICTURE
from desktop_app.tasks.restoration import RESTORATION
from desktop_app.tasks.task import Task, TaskName
from desktop_app.tasks.task_kind import TaskKind

KINDS: Mapping[TaskName, TaskKind] = MappingProxyType(
    {kind.name: kind for kind in (CHARACTER, PICTURE, RESTORATION)}
)
"""The function tables by name."""


def is_consistent(task: Task) -> bool:
    """Whether a task is one that its kind allows: its preparation, and labels where it has any."""
    kind = KINDS[task.kind]
    return task.preparation in kind.preparations and bool(task.labels) == kind.has_labels >= task.rejects


def task_kind(task: Task) -> TaskKind:
    """The function table of a task's kind."""
    return KINDS[task.kind]


def task_problem(task: Task) -> str:
    """A sentence where the values of a task contradict each other; empty otherwise."""
    # Imported here: Pillow is slow to load, and the window needs it for nothing else when it starts.
    from desktop_app.tasks.prepare import PREPARATIONS

    kind = task_kind(task)
    if task.preparation not in kind.preparations:
        known = " or ".join(kind.preparations)
        return f"A network that {kind.title} is not prepared for by {task.preparation}; choose {known}."
    if wanted := PREPARATIONS[task.preparation].wanted(task.input_shape):
        return f"No page becomes an input of {shape_text(task.input_shape)} values; choose {wanted}."
    return kind.problem(task)
