"""What tasks with labels have in common."""

from __future__ import annotations

from desktop_app.core.errors import printable
from desktop_app.tasks.task import MOST_LABELS, Task


def label_problem(task: Task) -> str:
    """A sentence where the labels of a task cannot be learned; empty otherwise."""
    if len(task.labels) < 2:
        return "A network learns at least two labels; name more."
    if len(task.labels) > MOST_LABELS:
        return f"A network learns at most {MOST_LABELS} labels; name fewer."
    if len(set(task.labels)) < len(task.labels):
        return "A label stands twice in this recipe; name each once."
    if not all(label.strip() and printable(label) == label for label in task.labels):
        return "A label of this recipe cannot be seen; give it another."
    if task.scale != 1:
        return "Only a network that gives images has a scale; make it 1."
    return ""


def label_loss(ends_in_probabilities: bool) -> str:
    """The name of the loss: crossentropy with the true class."""
    return "categorical_crossentropy" if ends_in_probabilities else "categorical_crossentropy_from_logits"


def any_ending(_: bool) -> str:
    """Labels may be told from probabilities and from plain sums: no ending is a problem."""
    return ""
