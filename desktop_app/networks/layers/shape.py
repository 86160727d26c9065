"""Layers that move values to other places and change none."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from desktop_app.networks.arithmetic import Arithmetic, Box, Moved, Position
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.windows import Pair, pair
from desktop_app.networks.network_info import LayerInfo

_NOWHERE = Moved("", ())


class Moving(Operation):
    """A layer each of whose values comes unchanged from one place, or from nowhere."""

    @abstractmethod
    def comes_from(self, position: Position) -> tuple[str, Position] | None:
        """The layer and place where a value comes from; None in padding."""

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The place where the value comes from."""
        source = self.comes_from(position)
        if source is None:
            return Arithmetic(self.layer.name, position, _NOWHERE, 0.0, "linear", 0.0, ())
        name, place = source
        names = [layer.name for layer in self.inputs]
        value = float(inputs[names.index(name)][place])
        return Arithmetic(self.layer.name, position, Moved(name, place), value, "linear", value, (source,))


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
        return Arithmetic(self.layer.name, position, _NOWHERE, value, "linear", value, ())


class Passing(Moving):
    """Hands the values on in the same order, perhaps in another shape."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The values in the layer's shape."""
        return inputs[0].reshape(-1, *self.layer.shape)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient in the shape of the layer before."""
        return [gradient.reshape(-1, *self.inputs[0].shape)]

    def comes_from(self, position: Position) -> tuple[str, Position]:
        """The place of the same number in the layer before."""
        before = self.inputs[0]
        place = np.ravel_multi_index(position, self.layer.shape)
        return before.name, tuple(int(index) for index in np.unravel_index(place, before.shape))

    def window(self, box: Box) -> list[Box] | None:
        """The same places where the shape is the same; anywhere otherwise."""
        return [box] if self.layer.shape == self.inputs[0].shape else None


class Permute(Moving):
    """Exchanges the axes."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the order of the axes.

        Raises:
            ValueError: it is none.
        """
        super().__init__(layer, inputs, weights)
        self.order = tuple(int(axis) - 1 for axis in self._option("dims", ()))
        if sorted(self.order) != list(range(len(layer.shape))):
            raise ValueError("not an order of the axes")

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The values with their axes exchanged."""
        return inputs[0].transpose(0, *(axis + 1 for axis in self.order))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient with its axes exchanged back."""
        return [gradient.transpose(0, *(self.order.index(axis) + 1 for axis in range(len(self.order))))]

    def comes_from(self, position: Position) -> tuple[str, Position]:
        """The place with its axes exchanged back."""
        return self.inputs[0].name, tuple(position[self.order.index(axis)] for axis in range(len(position)))

    def window(self, box: Box) -> list[Box] | None:
        """The same places, rows and columns perhaps exchanged; anywhere where channels become places."""
        if self.order == (0, 1, 2):
            return [box]
        if self.order == (1, 0, 2):
            return [Box(box.left, box.top, box.right, box.bottom)]
        return None


def _margins(option: Any) -> tuple[Pair, Pair]:
    """Rows above and below, columns left and right, as Keras' options hold them.

    Raises:
        ValueError: they hold something else.
    """
    if isinstance(option, (list, tuple)) and len(option) == 2 and not isinstance(option[0], int):
        return pair(option[0], least=0), pair(option[1], least=0)
    rows, columns = pair(option, least=0)
    return (rows, rows), (columns, columns)


class ZeroPadding2D(Moving):
    """Puts zeros around a picture."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the margins.

        Raises:
            ValueError: they are no margins, or it is no picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._needs_picture()
        (self.top, _), (self.left, _) = _margins(self._option("padding", 1))
        self.height, self.width, _ = inputs[0].shape

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The pictures with zeros around them."""
        padded = np.zeros((len(inputs[0]), *self.layer.shape), dtype=np.float32)
        self._inside(padded)[:] = inputs[0]
        return padded

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient without the margins."""
        return [self._inside(gradient)]

    def comes_from(self, position: Position) -> tuple[str, Position] | None:
        """The place without the margins; None in them."""
        row, column, channel = position[0] - self.top, position[1] - self.left, position[2]
        if not (0 <= row < self.height and 0 <= column < self.width):
            return None
        return self.inputs[0].name, (row, column, channel)

    def window(self, box: Box) -> list[Box]:
        """The places without the margins."""
        return [box.moved(-self.top, -self.left)]

    def _inside(self, padded: Batch) -> Batch:
        """The part within the margins."""
        return padded[:, self.top : self.top + self.height, self.left : self.left + self.width]


class Cropping2D(Moving):
    """Cuts margins off a picture."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the margins.

        Raises:
            ValueError: they are no margins, or it is no picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._needs_picture()
        (self.top, _), (self.left, _) = _margins(self._option("cropping", 0))
        self.height, self.width, _ = layer.shape

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The pictures without the margins."""
        return self._inside(inputs[0])

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient, and zeros in the margins."""
        back = np.zeros(inputs[0].shape, dtype=np.float32)
        self._inside(back)[:] = gradient
        return [back]

    def comes_from(self, position: Position) -> tuple[str, Position]:
        """The place with the margins."""
        row, column, channel = position
        return self.inputs[0].name, (row + self.top, column + self.left, channel)

    def window(self, box: Box) -> list[Box]:
        """The places with the margins."""
        return [box.moved(self.top, self.left)]

    def _inside(self, pictures: Batch) -> Batch:
        """The part within the margins."""
        return pictures[:, self.top : self.top + self.height, self.left : self.left + self.width]


class UpSampling2D(Moving):
    """Repeats rows and columns."""

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take how often.

        Raises:
            ValueError: values are interpolated, or it is no picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._needs_picture()
        if self._option("interpolation", "nearest") != "nearest":
            raise ValueError("only repetition")
        self.rows, self.columns = pair(self._option("size", 2))

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The pictures with repeated rows and columns."""
        return inputs[0].repeat(self.rows, axis=1).repeat(self.columns, axis=2)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The sum of the gradients of all copies."""
        n, height, width, channels = inputs[0].shape
        copies = gradient.reshape(n, height, self.rows, width, self.columns, channels)
        return [np.asarray(copies.sum(axis=(2, 4)))]

    def comes_from(self, position: Position) -> tuple[str, Position]:
        """The place that was repeated."""
        row, column, channel = position
        return self.inputs[0].name, (row // self.rows, column // self.columns, channel)

    def window(self, box: Box) -> list[Box]:
        """The places that were repeated."""
        return [
            Box(
                box.top // self.rows,
                box.left // self.columns,
                (box.bottom - 1) // self.rows + 1,
                (box.right - 1) // self.columns + 1,
            )
        ]
