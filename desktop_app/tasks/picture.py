"""Task kind: classification of images."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.core.messages import message
from desktop_app.tasks.augment_images import augment_labelled
from desktop_app.tasks.augmentation import NO_AUGMENTATION
from desktop_app.tasks.calibration import calibration
from desktop_app.tasks.labelled import any_output, label_loss, label_problem
from desktop_app.tasks.metric import ACCURACY
from desktop_app.tasks.scores import label_scores
from desktop_app.tasks.task import Task
from desktop_app.tasks.task_kind import Pixels, TaskKind
from desktop_app.tasks.verdict import judge, no_ink


def _sample(pixels: Pixels, task: Task) -> tuple[Pixels, None]:
    # Imported here to shorten the startup.
    from desktop_app.tasks.prepare import fit_image

    return fit_image(pixels, task.input_shape), None


PICTURE = TaskKind(
    name="picture",
    title=message("image classification"),
    preparations=("fit",),
    has_labels=True,
    read=judge,
    metrics=(ACCURACY,),
    loss=label_loss,
    output_problem=any_output,
    augment=augment_labelled,
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
    evaluate=label_scores,
    calibrate=calibration,
    make_sample=_sample,
    find_problem=label_problem,
    empty_reading=no_ink,
)
