"""Task kind: classification of images."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.core.messages import Message, message, message_template
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from desktop_app.tasks.labelled import label_problem, labelled_kind
from desktop_app.tasks.task import Task
from desktop_app.tasks.task_kind import Pixels, TaskTexts


def _sample(pixels: Pixels, task: Task) -> tuple[Pixels, None]:
    # Imported here to shorten the startup.
    from desktop_app.tasks.prepare_images import crop_image, fit_image

    scale = crop_image if task.preparation == "crop" else fit_image
    return scale(pixels, task.input_shape), None


def _page_problem(page: Page, task: Task) -> Message | None:
    """Refuse drawings for networks with colour inputs; images of drawings may be grey."""
    if task.channels == 1 or not isinstance(page, Ink) or not page:
        return None
    return message("This model classifies images, not drawings. Open, drop or paste an image.")


PICTURE = labelled_kind(
    name="picture",
    title=message("image classification"),
    texts=TaskTexts(
        canvas=(message("Drop an image here"), message("or open or paste one")),
        request=message("Open, drop or paste an image to see the answer."),
        empty=message("No image"),
        in_use=message_template("Now classifying images with {model}."),
    ),
    has_built_in_samples=False,
    page_problem=_page_problem,
    preparations=("fit", "crop"),
    augmentations=(
        "flip",
        "crop",
        "rotation",
        "scale",
        "brightness",
        "contrast",
        "saturation",
        "cutout",
        "mixup",
    ),
    default_augmentation=replace(NO_AUGMENTATION, flip="horizontal", crop=4),
    make_sample=_sample,
    find_problem=label_problem,
)
