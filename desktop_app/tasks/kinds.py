"""The kinds of tasks: one function table for each name that a task can have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desktop_app.tasks.character import CHARACTER
from desktop_app.tasks.picture import PICTURE
from desktop_app.tasks.restoration import RESTORATION
from desktop_app.tasks.task import Task, TaskName
from desktop_app.tasks.task_kind import TaskKind

KINDS: Mapping[TaskName, TaskKind] = MappingProxyType(
    {kind.name: kind for kind in (CHARACTER, PICTURE, RESTORATION)}
)
"""The function tables by name."""


def task_kind(task: Task) -> TaskKind:
    """The function table of a task's kind."""
    return KINDS[task.kind]
