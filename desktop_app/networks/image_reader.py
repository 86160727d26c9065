"""Reading of output images by the default model for characters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.ink.directions import grey_channels
from desktop_app.networks.library import DEFAULT_MODEL, find_model
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.tasks.task import Task


@dataclass(frozen=True)
class ImageReader:
    """A model for characters that reads images.

    Attributes:
        labels: its labels.
        read: returns the most probable labels, str (n,), of images, float32 (n, height, width, channels) in
            0..1.
    """

    labels: tuple[str, ...]
    read: Callable[[NDArray[np.float32]], NDArray[np.str_]]


def default_reader(task: Task) -> ImageReader | None:
    """Return a reader with the default model; None if output images of the task are not its inputs."""
    if task.preparation != "mnist-reduce":
        return None
    try:
        folder = find_model(DEFAULT_MODEL)
        card = read_card(folder)
        if card.task.kind != "character" or card.task.without_directions.input_shape != task.output_shape:
            return None
        network = Network(card, read_network(folder, card))
    except UserError:
        return None
    labels = np.array(card.labels)

    def read(images: NDArray[np.float32]) -> NDArray[np.str_]:
        inputs = grey_channels(images) if card.task.sees_directions else images
        answers: NDArray[np.str_] = labels[network.predict(inputs)[:, : len(labels)].argmax(axis=1)]
        return answers

    return ImageReader(card.labels, read)
