"""Dense layers: every unit weighs all values of the last axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from desktop_app.networks.arithmetic import Arithmetic, Box, Position, WeightedSum
from desktop_app.networks.layers.functions import function_named
from desktop_app.networks.layers.operation import Activation, Batch, Functional
from desktop_app.networks.network_info import LayerInfo


class Dense(Functional):
    """A dense layer; over a picture, one for every place."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the weights.

        Raises:
            ValueError: an unknown function, or weights of an unexpected shape.
        """
        super().__init__(layer, inputs, weights)
        self.units = layer.shape[-1]
        self.kernel = self._weight("kernel", (inputs[0].shape[-1], self.units))
        self.bias = self._bias(self.units)
        self.function = function_named(self._option("activation", None))

    def before(self, inputs: Sequence[Batch]) -> Batch:
        """The weighted sums and the bias."""
        # One product for all places: over the last axis alone numpy would make one a place.
        sums = inputs[0].reshape(-1, len(self.kernel)) @ self.kernel
        if self.bias is not None:
            sums += self.bias
        return sums.reshape(*inputs[0].shape[:-1], self.units)

    def backward_before(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """The gradient through the weights."""
        return [(gradient.reshape(-1, self.units) @ self.kernel.T).reshape(inputs[0].shape)]

    def window(self, box: Box) -> list[Box] | None:
        """The same places of a picture; all values of a row of units."""
        return [box] if len(self.layer.shape) == 3 else None

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Every input times its weight; the largest product is where to go on asking."""
        *place, unit = position
        values = inputs[0][tuple(place)]
        weights = np.ascontiguousarray(self.kernel[:, unit])
        sums = values.astype(np.float64) @ self.kernel
        if self.bias is not None:
            sums += self.bias
        outcome = self.function.value(sums.astype(np.float32))
        step = WeightedSum(
            np.ascontiguousarray(values), weights, 0.0 if self.bias is None else float(self.bias[unit])
        )
        largest = int(np.abs(values * weights).argmax())
        return Arithmetic(
            self.layer.name,
            position,
            step,
            float(sums[unit]),
            self.function.name,
            float(outcome[unit]),
            ((self.inputs[0].name, (*place, largest)),),
        )
