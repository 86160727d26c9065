"""Dense layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, WeightedSum
from desktop_app.networks.layers.common import ACTIVATION, BIAS
from desktop_app.networks.layers.functions import function_named
from desktop_app.networks.layers.operation import ActivatedOperation, Activation, Batch
from desktop_app.networks.layers.options import Option, Options, Shape, int_option


class Dense(ActivatedOperation):
    """A dense layer, applied to the last axis."""

    name_prefix = "dense"
    description = message("Each unit is the weighted sum of all inputs.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "units",
            message("Units"),
            message("How many values the layer makes"),
            128,
            1,
            10_000,
            allows_classes=True,
            always_shown=True,
        ),
        ACTIVATION,
        BIAS,
    )
    has_filters = True
    has_unbounded_output = True

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return (units,)."""
        if len(inputs[0]) != 1:
            raise UserError("Dense needs a flat input; add Flatten or global pooling before it.")
        return (int_option(options, "units"),)

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers of parameters in weights and biases."""
        return int_option(options, "units") * (inputs[0][0] + int_option(options, "use_bias")), 0

    def _build(self) -> None:
        self.units = self.layer.shape[-1]
        self.kernel = self._weight("kernel", (self.inputs[0].shape[-1], self.units))
        self.bias = self._bias(self.units)
        self.function = function_named(self._option("activation", None))

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the weighted sums, plus bias."""
        # A single matrix product; with more than two axes numpy would compute one for each position.
        sums = inputs[0].reshape(-1, len(self.kernel)) @ self.kernel
        if self.bias is not None:
            sums += self.bias
        return sums.reshape(*inputs[0].shape[:-1], self.units)

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient times the weights."""
        return [(gradient.reshape(-1, self.units) @ self.kernel.T).reshape(inputs[0].shape)]

    def input_boxes(self, box: Box) -> list[Box] | None:
        """Return the same box of maps; None for (units,)."""
        return [box] if len(self.layer.shape) == 3 else None

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return all inputs and weights; the source is the input with the largest absolute product."""
        *index, unit = position
        values = inputs[0][tuple(index)]
        weights = np.ascontiguousarray(self.kernel[:, unit])
        sums = values.astype(np.float64) @ self.kernel
        if self.bias is not None:
            sums += self.bias
        results = self.function.value(sums.astype(np.float32))
        step = WeightedSum(
            np.ascontiguousarray(values), weights, None if self.bias is None else float(self.bias[unit])
        )
        largest = int(np.abs(values * weights).argmax())
        return Arithmetic(
            self.layer.name,
            position,
            step,
            float(sums[unit]),
            self.function.name,
            float(results[unit]),
            ((self.inputs[0].name, (*index, largest)),),
        )
