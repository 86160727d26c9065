"""Layers that move values to other places and change none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop_app.inspection.arithmetic import Arithmetic, Box, Moved, Position
from desktop_app.inspection.operations.operation import Activation, Batch, Operation


class Moving(Operation):
    """A layer each of whose values comes unchanged from one place, or from nowhere."""

    def origin(self, position: Position) -> Position | None:
        """Where a value comes from in the layer before; None in padding."""
        return position

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The place where the value comes from."""
        origin = self.origin(position)
        if origin is None:
            return Arithmetic(self.layer.name, position, Moved("", ()), 0.0, "linear", 0.0, ())
        name = self.inputs[0].name
        value = float(inputs[0][origin])
        step = Moved(name, origin)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, ((name, origin),))


class Passing(Moving):
    """Hands the values on in the same order, perhaps in another shape."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The values in the layer's shape."""
        return inputs[0].reshape(-1, *self.layer.shape)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient in the shape of the layer before."""
        return [gradient.reshape(-1, *self.inputs[0].shape)]

    def origin(self, position: Position) -> Position:
        """The place of the same number in the layer before."""
        place = np.ravel_multi_index(position, self.layer.shape)
        return tuple(int(index) for index in np.unravel_index(place, self.inputs[0].shape))

    def window(self, box: Box) -> list[Box] | None:
        """The same places where the shape is the same; anywhere otherwise."""
        return [box] if self.layer.shape == self.inputs[0].shape else None


class Input(Operation):
    """The model input: values that come from nowhere."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The model inputs, which stand in for a layer before."""
        return inputs[0]

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Nothing lies before."""
        return []

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The value itself."""
        value = float(inputs[0][position])
        return Arithmetic(self.layer.name, position, Moved("", ()), value, "linear", value, ())
