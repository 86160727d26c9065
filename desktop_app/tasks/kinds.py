"""Task kinds by name, and checks of tasks."""

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
"""Task kinds by name."""


def is_consistent(task: Task) -> bool:
    """Return whether the kind of a task allows its preparation, labels and rejection."""
    kind = KINDS[task.kind]
    return task.preparation in kind.preparations and bool(task.labels) == kind.has_labels >= task.rejects


def task_kind(task: Task) -> TaskKind:
    """Return the kind of a task."""
    return KINDS[task.kind]


def augmentations(task: Task) -> tuple[str, ...]:
    """Return the names of the fields of ImageAugmentation that suit a task."""
    names = task_kind(task).augmentations
    return names if task.channels > 1 else tuple(name for name in names if name != "saturation")


def task_problem(task: Task) -> Message | None:
    """Return the first problem with the values of a task, or None."""
    # Imported here to shorten the startup: Pillow is slow to load.
    from desktop_app.tasks.prepare import PREPARATIONS

    kind = task_kind(task)
    if task.preparation not in kind.preparations:
        return message(
            "The preparation {name} does not fit {task}; choose {known}.",
            name=task.preparation,
            task=kind.title,
            known=", ".join(kind.preparations),
        )
    if expected := PREPARATIONS[task.preparation].expected_inputs(task.input_shape):
        return message(
            "Pages cannot become inputs of {shape}; choose {wanted}.",
            shape=shape_text(task.input_shape),
            wanted=expected,
        )
    return kind.find_problem(task)
