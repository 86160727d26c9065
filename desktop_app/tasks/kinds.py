"""The kinds of tasks: one function table for each name that a task can have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desktop_app.core.messages import Message, message
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


def task_problem(task: Task) -> Message | None:
    """Return the problem of a task whose values contradict each other; None where there is none."""
    # Imported here: Pillow is slow to load, and the window needs it for nothing else when it starts.
    from desktop_app.tasks.prepare import PREPARATIONS

    kind = task_kind(task)
    if task.preparation not in kind.preparations:
        return message(
            "The preparation {name} does not fit {task}; choose {known}.",
            name=task.preparation,
            task=kind.title,
            known=", ".join(kind.preparations),
        )
    if wanted := PREPARATIONS[task.preparation].expected_inputs(task.input_shape):
        return message(
            "Pages cannot become inputs of {shape}; choose {wanted}.",
            shape=shape_text(task.input_shape),
            wanted=wanted,
        )
    return kind.find_problem(task)
