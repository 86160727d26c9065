"""What the task kinds with labels have in common."""

from __future__ import annotations

from functools import partial

from desktop_app.core.errors import printable
from desktop_app.core.messages import Message, message
from desktop_app.tasks.augment_images import augment_labelled
from desktop_app.tasks.calibration import calibration
from desktop_app.tasks.metric import ACCURACY
from desktop_app.tasks.scores import label_scores
from desktop_app.tasks.task import MOST_LABELS, Task
from desktop_app.tasks.task_kind import TaskKind
from desktop_app.tasks.verdict import judge, no_ink


def label_problem(task: Task) -> Message | None:
    """Return the first problem with the labels of a task, or None."""
    if len(task.labels) < 2:
        return message("A network needs at least two labels; add more.")
    if len(task.labels) > MOST_LABELS:
        return message("A network learns at most {limit} labels; remove some.", limit=MOST_LABELS)
    if len(set(task.labels)) < len(task.labels):
        return message("This recipe contains a label twice; remove one of them.")
    if not all(label.strip() and printable(label) == label for label in task.labels):
        return message("A label of this recipe is not printable; choose another.")
    if any(label not in task.labels for _, label in task.aliases):
        return message("An alias of this recipe stands for a label that it does not have; add the label.")
    if any(alias in task.labels for alias, _ in task.aliases):
        return message("An alias of this recipe is also one of its labels; remove one of them.")
    if task.scale != 1:
        return message("Only networks that output images have a scale; set it to 1.")
    return None


def _label_loss(ends_in_probabilities: bool) -> str:
    """Return the name of the loss for probabilities or logits."""
    return "categorical_crossentropy" if ends_in_probabilities else "categorical_crossentropy_from_logits"


def _any_output(_: bool) -> None:
    """Accept both probabilities and logits."""


labelled_kind = partial(
    TaskKind,
    has_labels=True,
    read=judge,
    empty_reading=no_ink,
    metrics=(ACCURACY,),
    loss=_label_loss,
    output_problem=_any_output,
    augment=augment_labelled,
    evaluate=label_scores,
    calibrate=calibration,
)
"""Creates a task kind with labels from what is different in each."""
