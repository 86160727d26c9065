"""A network as a graph of operations: computes what the running network only answers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import Refusal
from desktop_app.core.network_info import NetworkInfo
from desktop_app.inspection.arithmetic import Arithmetic, Box, Position
from desktop_app.inspection.operations.operation import Activation, Batch, Operation


class UnknownArithmetic(Refusal):
    """A layer whose arithmetic the program does not know lies in the way."""


class Graph:
    """A network's layers with their weights. Immutable; may be asked from any thread."""

    def __init__(self, info: NetworkInfo, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Build the operations; weights by "layer/weight". Layers of unknown kind have none."""
        raise NotImplementedError

    def operation(self, layer: str) -> Operation | None:
        """What a layer computes; None where the program does not know its arithmetic."""
        raise NotImplementedError

    def forward(self, model_inputs: Batch) -> dict[str, Batch]:
        """Every layer's output for a batch of model inputs.

        Raises:
            UnknownArithmetic: a layer's arithmetic is not known.
        """
        raise NotImplementedError

    def backward(self, outputs: Mapping[str, Batch], layer: str, gradient: Batch, to: str) -> Batch:
        """The gradient with respect to the output of the layer `to`.

        Args:
            outputs: every layer's output for the batch: forward()'s, or the running network's.
            layer: whose output's gradient is given.
            gradient: the shape of that output.
            to: a layer before it, e.g. the input.

        Raises:
            UnknownArithmetic: a layer between the two has an arithmetic that is not known.
        """
        raise NotImplementedError

    def explain(self, layer: str, position: Position, activations: Mapping[str, Activation]) -> Arithmetic:
        """How one value of a layer came about, from the activations of one reading.

        Raises:
            UnknownArithmetic: the layer's arithmetic is not known.
        """
        raise NotImplementedError

    def receptive_field(self, layer: str, position: Position, on: str) -> Box | None:
        """The part of the layer `on` (e.g. the input) that a value depends on, clipped to its map.

        None where it depends on all of it, where `on` is no picture, or where a layer between has
        an arithmetic that is not known.
        """
        raise NotImplementedError
