"""The arithmetic of one layer: what every kind of layer can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Arithmetic, Box, Position
from desktop_app.networks.layers.functions import Function
from desktop_app.networks.network_info import LayerInfo

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

    def comes_from(self, position: Position) -> tuple[str, Position] | None:
        """The layer and place of the only value that the one at a position depends on, if it is one."""
        return None

    def _option(self, name: str, default: Any) -> Any:
        """A value of Keras' configuration, or Keras' default where the layer's options lack it."""
        return self.layer.options.get(name, default)

    def _needs_picture(self) -> None:
        """Check that the layer takes one picture.

        Raises:
            ValueError: it takes something else, or a picture with its channels first.
        """
        (before,) = self.inputs
        if len(before.shape) != 3 or self._option("data_format", "channels_last") != "channels_last":
            raise ValueError("only pictures with their channels last")

    def _weight(self, name: str, shape: tuple[int, ...]) -> Activation:
        """A weight that must have this shape.

        Raises:
            ValueError: it is missing or has another shape.
        """
        weight = self.weights.get(name)
        if weight is None or weight.shape != shape:
            raise ValueError(f"the weight {name} is missing or has an unexpected shape")
        return np.ascontiguousarray(weight, dtype=np.float32)

    def _bias(self, units: int) -> Activation | None:
        """The weight "bias", None where the layer does without."""
        return self._weight("bias", (units,)) if self._option("use_bias", True) else None


class Functional(Operation):
    """A layer that ends in an activation function."""

    function: Function

    @abstractmethod
    def before(self, inputs: Sequence[Batch]) -> Batch:
        """What the layer computes before its activation function."""

    @abstractmethod
    def backward_before(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Gradients with respect to each input, given that with respect to before(inputs)."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The layer's output for its inputs."""
        return self.function.value(self.before(inputs))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Gradients with respect to each input, given the gradient with respect to the output."""
        known = output if self.function.from_output else self.before(inputs)
        return self.backward_before(self.function.backward(gradient, known), inputs)
