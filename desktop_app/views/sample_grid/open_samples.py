"""Sample sets, and a network that runs on them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.paths import resources_dir
from desktop_app.core.stopping import ShouldStop
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import Task

if TYPE_CHECKING:
    from desktop_app.data.sample_set import SampleSet
    from desktop_app.networks.last_layer import LastLayer


def open_samples(path: Path | None, task: Task, should_stop: ShouldStop) -> SampleSet | None:
    """Return the samples at a path, or the built-in ones, prepared for a task.

    Returns:
        None when should_stop() was true.

    Raises:
        UserError: there are no samples, or they cannot be read.
    """
    from desktop_app.data.sample_set import open_sample_set

    kind = task_kind(task)
    if path is None and not kind.has_built_in_samples:
        raise UserError(
            "There are no built-in samples for {task}. Open a data set or a folder of images.",
            task=kind.title,
        )
    return open_sample_set(path or resources_dir() / "samples" / "digits.npz", task, should_stop)


class SampleRunner:
    """Runs a network on samples; belongs to the thread that created it."""

    def __init__(self, folder: Path, last_layer: LastLayer | None = None) -> None:
        """Open the model in a folder.

        Args:
            folder: folder of the model.
            last_layer: last layer that it learned from corrections; None: its own.

        Raises:
            UserError: the folder contains no usable model.
        """
        # Imported in the worker thread: importing LiteRT would block the window.
        from desktop_app.networks.model_folder import read_card, read_network
        from desktop_app.networks.network import Network

        card = read_card(folder)
        self.info = card.info
        self._network = Network(card, read_network(folder, card))
        self._network.replace_last_layer(last_layer)
        self._path: Path | None = None
        self._set: SampleSet | None = None

    def samples(self, path: Path | None, should_stop: ShouldStop) -> SampleSet | None:
        """Return the samples at a path, or the built-in ones; the last set is cached.

        Returns:
            None when should_stop() was true.

        Raises:
            UserError: there are no samples, or they cannot be read.
        """
        if self._set is None or self._path != path:
            self._set = open_samples(path, self.info.task, should_stop)
            self._path = path
        return self._set

    def activation(self, model_input: NDArray[np.float32], layer: str) -> NDArray[np.float32]:
        """Return the activation of a layer for a model input, float32 of the layer's shape."""
        _, activations = self._network.run(model_input)
        return activations[layer]
