"""The arithmetic of one layer: what every kind of layer can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.network_info import LayerInfo
from desktop_app.inspection.arithmetic import Arithmetic, Box, Position

Batch: TypeAlias = NDArray[np.float32]
"""Activations of several inputs, (n, height, width, channels) or (n, units)."""

Activation: TypeAlias = NDArray[np.float32]
"""One activation, without the batch axis."""


class Operation(ABC):
    """One layer with its weights."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the layer, the layers before it, and its weights by their Keras names ("kernel", …).

        Raises:
            ValueError: an option or a weight has a value that this arithmetic does not cover.
        """
        self.layer = layer
        self.inputs = tuple(inputs)
        self.weights = weights

    @abstractmethod
    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The layer's output for its inputs."""

    @abstractmethod
    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Gradients with respect to each input, given the gradient with respect to the output."""

    @abstractmethod
    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """How the value at a position comes about. The value is computed from the inputs."""

    def window(self, box: Box) -> list[Box] | None:
        """The parts of each input that a box of the output depends on, padding included.

        None: it depends on all of them (dense layers, global pooling, softmax over places).
        """
        return [box for _ in self.inputs]
