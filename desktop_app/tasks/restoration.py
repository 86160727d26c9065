"""The task of a network that makes an image of an image, e.g. a sharp one of a blurred one."""

from __future__ import annotations

from desktop_app.tasks.task_kind import TaskKind

RESTORATION = TaskKind(
    name="restoration",
    title="makes an image of an image",
    preparations=("reduce", "fit"),
    read=None,
)
