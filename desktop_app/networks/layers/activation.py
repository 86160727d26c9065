"""Layers that are an activation function and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from desktop_app.networks.arithmetic import Arithmetic, Box, Combined, Position
from desktop_app.networks.layers.functions import (
    Function,
    elu,
    function_named,
    is_softmax,
    leaky_relu,
    prelu,
    relu,
)
from desktop_app.networks.layers.operation import Activation, Batch, Functional
from desktop_app.networks.network_info import LayerInfo


class FunctionLayer(Functional):
    """A function of each value alone, or softmax over the last axis."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Find the function.

        Raises:
            ValueError: the function is not known.
        """
        super().__init__(layer, inputs, weights)
        self.function = self._make_function()

    def _make_function(self) -> Function:
        """The function with the layer's numbers."""
        return function_named(self._option("activation", None))

    def before(self, inputs: Sequence[Batch]) -> Batch:
        """The values as they come."""
        return inputs[0]

    def backward_before(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """The gradient as it comes."""
        return [gradient]

    def comes_from(self, position: Position) -> tuple[str, Position] | None:
        """The same place, unless channels compete."""
        return None if is_softmax(self.function) else (self.inputs[0].name, position)

    def window(self, box: Box) -> list[Box]:
        """The same place."""
        return [box]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The value before and behind the function; for softmax, all that compete."""
        value = float(self.function.value(inputs[0])[position])
        sources = ((self.inputs[0].name, position),)
        if is_softmax(self.function):
            step = Combined("softmax", np.ascontiguousarray(inputs[0][position[:-1]]))
            return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)
        before = inputs[0][position]
        step = Combined("function", np.array([before]))
        return Arithmetic(self.layer.name, position, step, float(before), self.function.name, value, sources)


class ReLU(FunctionLayer):
    """ReLU with a largest value, a slope and a threshold."""

    def _make_function(self) -> Function:
        max_value = self._option("max_value", None)
        return relu(
            float(self._option("negative_slope", 0.0)),
            None if max_value is None else float(max_value),
            float(self._option("threshold", 0.0)),
        )


class LeakyReLU(FunctionLayer):
    """Multiplies what is negative by a number."""

    def _make_function(self) -> Function:
        return leaky_relu(float(self._option("negative_slope", 0.3)))


class ELU(FunctionLayer):
    """Exponential linear unit."""

    def _make_function(self) -> Function:
        return elu(float(self._option("alpha", 1.0)))


class PReLU(FunctionLayer):
    """Multiplies what is negative by a learned number."""

    def _make_function(self) -> Function:
        shape = list(self.layer.shape)
        for axis in self._option("shared_axes", None) or ():
            shape[axis - 1] = 1
        return prelu(self._weight("alpha", tuple(shape)))


class Softmax(FunctionLayer):
    """Probabilities that compete."""

    def _make_function(self) -> Function:
        if self._option("axis", -1) not in (-1, len(self.layer.shape)):
            raise ValueError("only over the last axis")
        return function_named("softmax")
