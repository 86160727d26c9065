"""The function table of one kind of task: everything that differs between kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.tasks.metric import Metric
from desktop_app.tasks.reading import Reading
from desktop_app.tasks.task import Preparation, Task, TaskName


@dataclass(frozen=True)
class TaskKind:
    """One kind of task.

    Attributes:
        name: its name in recipes and cards.
        title: what a network of this kind does, e.g. "reads one handwritten character".
        preparations: those that a task of this kind may have, the usual one first.
        read: what is said when the network gives an output. Takes the output, float32 of the
            task's output shape, the task, the confidence, 0..1, from which an answer counts as
            read, and how long it took in milliseconds. None where the output is an image.
        problem: a sentence where the values of a task contradict each other; empty otherwise.
        metrics: what is measured beside the loss, the most telling one first.
    """

    name: TaskName
    title: str
    preparations: tuple[Preparation, ...]
    read: Callable[[NDArray[np.float32], Task, float, float], Reading] | None
    problem: Callable[[Task], str]
    metrics: tuple[Metric, ...]
