"""Classes of the samples of a recipe."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from desktop_app.runs.recipe import Recipe


def label_classes(labels: NDArray[np.str_], recipe: Recipe) -> NDArray[np.int64]:
    """Return the class of each sample of a task with labels.

    Args:
        labels: text (n,), labels in the data.
        recipe: its task and negatives are used.

    Returns:
        int64 (n,): index of the label in the task; the number of labels for "none of the labels", if the task
        rejects; -1 for look-alikes and, without rejection, other labels, which a run does not use.
    """
    task = recipe.task
    index = task.label_index
    unknown = -1
    if task.rejects:
        index = dict.fromkeys(recipe.negatives.look_alikes, -1) | index
        unknown = len(task.labels)
    names, numbers = np.unique(labels, return_inverse=True)
    of_names = np.array([index.get(str(name), unknown) for name in names], np.int64)
    return of_names[numbers] if len(names) else np.zeros(0, np.int64)


def is_number(text: str, labels: Collection[str]) -> bool:
    """Return whether a label consists of several characters with labels of a task."""
    return len(text) > 1 and text not in labels and all(character in labels for character in text)
