"""Definition of a task kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message
from desktop_app.ink.page import Page
from desktop_app.tasks.augmentation import ImageAugmentation
from desktop_app.tasks.metric import Metric
from desktop_app.tasks.reading import Reading
from desktop_app.tasks.task import Preparation, Task, TaskName

Pixels: TypeAlias = NDArray[np.uint8]
Augment: TypeAlias = Callable[
    [NDArray[np.float32], NDArray[Any], NDArray[np.float32], ImageAugmentation, np.random.Generator],
    tuple[NDArray[np.float32], NDArray[Any]],
]


@dataclass(frozen=True)
class TaskTexts:
    """Texts for users about the pages of a kind of tasks.

    Attributes:
        canvas: the two lines on an empty canvas; the first is None where it says what to draw, see
            `tasks.drawing_request`.
        request: how to get a first answer, one sentence.
        empty: verdict on a page without content.
        in_use: sentence when a model begins to be used; a template with the value {model}.
    """

    canvas: tuple[Message | None, Message]
    request: Message
    empty: Message
    in_use: str


@dataclass(frozen=True)
class TaskKind:
    """Everything that differs between kinds of tasks.

    Attributes:
        name: name in recipes and cards.
        title: name for users, e.g. "character recognition".
        texts: texts for users about pages.
        page_problem: returns why a page cannot be the input of a network, or None if it can.
        preparations: allowed preparations, the default first.
        make_sample: returns the model input and the target image, uint8 of the shapes of the task, from an
            image, uint8 (height, width, 3); the target is None for labels. None if model inputs are made
            from ink.
        find_problem: returns the first problem with the values of a task, or None.
        has_built_in_samples: whether the handwritten digits of the program are samples for such networks.
        metrics: metrics besides the loss, the most important first.
        loss: returns the name of the loss in `training.compiled_network`; takes whether the network ends in
            probabilities.
        output_problem: returns why a network cannot have such an output, or None; takes the same.
        augment: augments a batch, see `tasks.augment_images`; takes inputs, targets as the loss takes them,
            strength, settings and a random number generator.
        augmentations: names of the fields of ImageAugmentation that suit the task.
        default_augmentation: the augmentation when it is switched on.
        evaluate: returns the loss and the metrics by name; takes at least one output (probabilities for
            labels) and target.
        calibrate: see `tasks.calibration`; None if outputs are images.
        has_labels: whether outputs are probabilities of labels; otherwise they are images.
        read: returns the reading of an output, or None if it is an image; takes the output, float32 of the
            output shape of the task, the task, the read threshold, 0..1, and the time in milliseconds.
        empty_reading: returns the reading of an empty page, or None for images; takes the time in
            milliseconds.
    """

    name: TaskName
    title: Message
    texts: TaskTexts
    page_problem: Callable[[Page, Task], Message | None]
    preparations: tuple[Preparation, ...]
    make_sample: Callable[[Pixels, Task], tuple[Pixels, Pixels | None]] | None
    find_problem: Callable[[Task], Message | None]
    has_built_in_samples: bool
    metrics: tuple[Metric, ...]
    loss: Callable[[bool], str]
    output_problem: Callable[[bool], Message | None]
    augment: Augment
    augmentations: tuple[str, ...]
    default_augmentation: ImageAugmentation
    evaluate: Callable[[NDArray[np.float32], NDArray[Any]], dict[str, float]]
    calibrate: Callable[..., tuple[float, float]] | None
    has_labels: bool
    read: Callable[[NDArray[np.float32], Task, float, float], Reading | None]
    empty_reading: Callable[[float], Reading | None]


def any_page(_page: Page, _task: Task) -> None:
    """Accept every page."""
