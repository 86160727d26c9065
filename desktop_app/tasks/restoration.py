"""Task kind: restoration of images, e.g. super-resolution."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.core.messages import Message, message, message_template
from desktop_app.tasks.augment_images import augment_pairs
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from desktop_app.tasks.metric import PSNR
from desktop_app.tasks.scores import image_scores
from desktop_app.tasks.task import Task
from desktop_app.tasks.task_kind import Pixels, TaskKind, TaskTexts, any_page


def _problem(task: Task) -> Message | None:
    if task.labels or task.rejects:
        return message("Networks that output images have no labels; remove them.")
    return None


def _sample(pixels: Pixels, task: Task) -> tuple[Pixels, Pixels]:
    # Imported here to shorten the startup.
    from desktop_app.tasks.prepare_images import fit_image
    from desktop_app.tasks.resampling import downscale_image

    target = fit_image(pixels, task.output_shape)
    return downscale_image(target, task.scale), target


def _loss(_: bool) -> str:
    return "mean_squared_error"


def _ending_problem(ends_in_probabilities: bool) -> Message | None:
    if ends_in_probabilities:
        return message("A network that outputs images must not end with a softmax; remove it.")
    return None


def _no_reading(*_: object) -> None:
    """Return None, since images have no reading."""


RESTORATION = TaskKind(
    name="restoration",
    title=message("image restoration"),
    texts=TaskTexts(
        canvas=(None, message("or drop an image here")),
        request=message("The output image appears here."),
        empty=message("Empty"),
        in_use=message_template("Now restoring images with {model}."),
    ),
    has_built_in_samples=True,
    page_problem=any_page,
    metrics=(PSNR,),
    loss=_loss,
    output_problem=_ending_problem,
    augment=augment_pairs,
    augmentations=("flip", "crop"),
    default_augmentation=replace(NO_AUGMENTATION, flip="horizontal"),
    evaluate=image_scores,
    calibrate=None,
    make_sample=_sample,
    find_problem=_problem,
    preparations=("mnist-reduce", "reduce"),
    has_labels=False,
    read=_no_reading,
    empty_reading=_no_reading,
)
