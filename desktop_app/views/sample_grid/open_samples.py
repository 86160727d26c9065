"""A network and samples to show to it, opened in the thread that uses them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.paths import resources_dir
from desktop_app.core.stopping import ShouldStop
from desktop_app.tasks.task import Task

if TYPE_CHECKING:
    from desktop_app.data.sample_set import SampleSet


def open_samples(path: Path | None, task: Task, should_stop: ShouldStop) -> SampleSet | None:
    """The samples at a path, or the program's own, prepared for a task.

    Returns:
        None when should_stop() was true.

    Raises:
        UserError: there are no samples, or they cannot be read.
    """
    from desktop_app.data.sample_set import open_sample_set

    return open_sample_set(path or resources_dir() / "samples" / "digits.npz", task, should_stop)


class SampleRuns:
    """Runs a network on the samples of a set. Belongs to the thread that made it."""

    def __init__(self, folder: Path) -> None:
        """Open the model in a folder.

        Raises:
            UserError: the folder holds no model, or one that is damaged or made for something else.
        """
        # Imported here, in the thread that owns it: LiteRT must not keep the window waiting.
        from desktop_app.networks.model_folder import read_card, read_network
        from desktop_app.networks.network import Network

        card = read_card(folder)
        self.info = card.info
        self._network = Network(card, read_network(folder, card))
        self._path: Path | None = None
        self._set: SampleSet | None = None

    def samples(self, path: Path | None, should_stop: ShouldStop) -> SampleSet | None:
        """The samples at a path, or the program's own; the last ones are kept.

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
        """What a layer answers to a model input, float32 of the layer's shape."""
        _, activations = self._network.run(model_input)
        return activations[layer]
