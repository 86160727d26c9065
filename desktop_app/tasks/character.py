"""Task kind: recognition of one handwritten character."""

from __future__ import annotations

from desktop_app.core.messages import Message, message, message_template
from desktop_app.tasks.augmentation import ImageAugmentation
from desktop_app.tasks.labelled import label_problem, labelled_kind
from desktop_app.tasks.task import Task
from desktop_app.tasks.task_kind import TaskTexts, any_page


def _problem(task: Task) -> Message | None:
    if task.preparation == "mnist" and task.channels != 1:
        return message("Characters are grey; set the number of channels to 1.")
    return label_problem(task)


CHARACTER = labelled_kind(
    name="character",
    title=message("character recognition"),
    texts=TaskTexts(
        canvas=(None, message("or drop an image here")),
        request=message("The answer appears here while you draw."),
        empty=message("No ink"),
        in_use=message_template("Now reading with {model}."),
    ),
    has_built_in_samples=True,
    page_problem=any_page,
    preparations=("mnist", "mnist-directions"),
    augmentations=(
        "rotation",
        "shear",
        "scale",
        "shift",
        "elastic",
        "thickness",
        "gamma",
        "resolution",
        "ink_strength",
    ),
    default_augmentation=ImageAugmentation(),
    make_sample=None,
    find_problem=_problem,
)
