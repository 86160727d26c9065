"""The task of a network that reads one handwritten character."""

from __future__ import annotations

from desktop_app.tasks.task_kind import TaskKind
from desktop_app.tasks.verdict import judge

CHARACTER = TaskKind(
    name="character",
    title="reads one handwritten character",
    preparations=("mnist",),
    read=judge,
)
