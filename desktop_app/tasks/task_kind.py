"""The function table of one kind of task: everything that differs between kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import Message
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
class TaskKind:
    """One kind of task.

    Attributes:
        name: its name in recipes and cards.
        title: for people, e.g. "character recognition".
        preparations: those that a task of this kind may have, the usual one first.
        sample: a picture, uint8 (height, width, 3), as the model input and the image that the network is
            to give, uint8 of the task's shapes; the latter None where outputs are labels. None where
            model inputs are made of the ink that is found.
        problem: finds where the values of a task contradict each other; None where they do not.
        metrics: what is measured beside the loss, the most telling one first.
        loss: name of the loss, as `training.loop` knows it; takes whether the network ends in a softmax.
        output_problem: finds why a network may not end like that; takes the same.
        augment: changes a batch at random, see `tasks.augment_images`; takes inputs, targets, strength,
            the settings and a source of randomness.
        evaluate: the loss and the metrics by name, from outputs, probabilities where there are labels,
            and targets; at least one each.
        calibrate: see `tasks.calibration`; None where outputs are no probabilities.
        has_labels: whether the outputs are the probabilities of labels; otherwise the output is an
            image.
        read: the reading of an output. Takes the output, float32 of the task's output shape, the
            task, the confidence, 0..1, from which an answer counts as read, and how long it took in
            milliseconds. None where the output is an image.
        nothing: the reading of a page with nothing on it; takes the milliseconds.
    """

    name: TaskName
    title: Message
    preparations: tuple[Preparation, ...]
    make_sample: Callable[[Pixels, Task], tuple[Pixels, Pixels | None]] | None
    find_problem: Callable[[Task], Message | None]
    metrics: tuple[Metric, ...]
    loss: Callable[[bool], str]
    output_problem: Callable[[bool], Message | None]
    augment: Augment
    evaluate: Callable[[NDArray[np.float32], NDArray[Any]], dict[str, float]]
    calibrate: Callable[..., tuple[float, float]] | None
    has_labels: bool
    read: Callable[[NDArray[np.float32], Task, float, float], Reading | None]
    empty_reading: Callable[[float], Reading | None]
