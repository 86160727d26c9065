"""Layers that make one activation of several."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.text import shape_text
from desktop_app.networks.arithmetic import Arithmetic, Box, Combined, Position
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape, int_option
from desktop_app.networks.layers.shape import Rearranging

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo


class Merging(Operation):
    """Values at the same place, joined. Inputs with fewer or single rows, columns or units repeat."""

    name: ClassVar[str]
    least_inputs = 2
    most_inputs = 100

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """That of the inputs, or of the larger one, where single rows, columns or units repeat."""
        try:
            return np.broadcast_shapes(*inputs)
        except ValueError as error:
            raise UserError(
                "{kind} needs inputs of the same shape; these have {shapes}.",
                kind=cls.keras_name,
                shapes=_shapes(inputs),
            ) from error

    @classmethod
    def can_merge(cls, one: Shape, other: Shape) -> bool:
        """Whether the shapes are the same."""
        return one == other

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the layers before.

        Raises:
            ValueError: there is only one, as where a number is added to a layer's output.
        """
        super().__init__(layer, inputs, weights)
        if len(inputs) < 2:
            raise ValueError("fewer than two inputs")

    @abstractmethod
    def merge(self, values: Sequence[Batch]) -> Batch:
        """The values of all inputs, joined."""

    @abstractmethod
    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """What each input's value gets of the gradient."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The values of all inputs, joined."""
        return self.merge(self._aligned(inputs))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """What each input gets; of one that repeats, the sum over its copies."""
        shares = self.merge_backward(gradient, self._aligned(inputs), output)
        backs = []
        for share, aligned, values in zip(shares, self._aligned(inputs), inputs, strict=True):
            axes = tuple(axis for axis, size in enumerate(aligned.shape) if size < share.shape[axis])
            backs.append(np.asarray(share.sum(axis=axes, keepdims=True)).reshape(values.shape))
        return backs

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The values at the place, one of each input."""
        sources = tuple((layer.name, self._place(position, layer.shape)) for layer in self.inputs)
        values = np.array(
            [activation[place] for activation, (_, place) in zip(inputs, sources, strict=True)],
            dtype=np.float32,
        )
        value = float(self.merge(list(values.reshape(-1, 1)))[0])
        return Arithmetic(
            self.layer.name, position, Combined(self.name, values), value, "linear", value, sources
        )

    def input_boxes(self, box: Box) -> list[Box]:
        """The same places; the only row or column of an input that repeats it."""
        height, width = self.layer.shape[:2]
        boxes = []
        for layer in self.inputs:
            rows, columns = layer.shape[:2] if len(layer.shape) == 3 else (height, width)
            top, bottom = (box.top, box.bottom) if rows == height else (0, 1)
            left, right = (box.left, box.right) if columns == width else (0, 1)
            boxes.append(Box(top, left, bottom, right))
        return boxes

    def _aligned(self, inputs: Sequence[Batch]) -> list[Batch]:
        """The inputs with as many axes as the output, new ones behind the batch's."""
        axes = len(self.layer.shape)
        return [
            values.reshape(len(values), *(1,) * (axes + 1 - values.ndim), *values.shape[1:])
            for values in inputs
        ]

    @staticmethod
    def _place(position: Position, shape: tuple[int, ...]) -> Position:
        """The place in an input of this shape."""
        last = position[len(position) - len(shape) :]
        return tuple(0 if size == 1 else index for index, size in zip(last, shape, strict=True))


class Add(Merging):
    """The sum."""

    name_prefix = "add"
    description = message("Adds its inputs, value by value.")
    name = "add"
    has_unbounded_output = True

    def merge(self, values: Sequence[Batch]) -> Batch:
        """The sum."""
        return reduce(np.add, values)

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient for each."""
        return [gradient] * len(values)


class Subtract(Merging):
    """The first without the second."""

    name_prefix = "subtract"
    description = message("Subtracts the second input from the first, value by value.")
    name = "subtract"
    most_inputs = 2
    has_unbounded_output = True

    def merge(self, values: Sequence[Batch]) -> Batch:
        """The difference."""
        first, second = values
        return np.asarray(first - second)

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient for the first, its opposite for the second."""
        return [gradient, -gradient]


class Multiply(Merging):
    """The product."""

    name_prefix = "multiply"
    description = message("Multiplies its inputs, value by value.")
    name = "multiply"

    def merge(self, values: Sequence[Batch]) -> Batch:
        """The product."""
        return reduce(np.multiply, values)

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient times the other factors."""
        return [
            reduce(np.multiply, [*values[:index], *values[index + 1 :]], gradient)
            for index in range(len(values))
        ]


class Average(Merging):
    """The mean."""

    name_prefix = "mean"
    description = message("Averages its inputs, value by value.")
    name = "average"
    has_unbounded_output = True

    def merge(self, values: Sequence[Batch]) -> Batch:
        """The mean."""
        return np.asarray(reduce(np.add, values) / np.float32(len(values)))

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """An equal part of the gradient for each."""
        return [gradient / np.float32(len(values))] * len(values)


def _shapes(shapes: Sequence[Shape]) -> str:
    """Shapes in words, each once."""
    return ", ".join(map(shape_text, dict.fromkeys(shapes)))


def _to_the_first(gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
    """The gradient for the value that was chosen; of equal ones, for the first."""
    waiting = np.ones(output.shape, dtype=np.bool_)
    shares = []
    for value in values:
        wins = waiting & (value == output)
        shares.append(gradient * wins)
        waiting &= ~wins
    return shares


class Maximum(Merging):
    """The largest."""

    name_prefix = "maximum"
    description = message("Takes the maximum of its inputs, value by value.")
    name = "maximum"

    def merge(self, values: Sequence[Batch]) -> Batch:
        """The largest."""
        return reduce(np.maximum, values)

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient for the largest."""
        return _to_the_first(gradient, values, output)


class Minimum(Merging):
    """The smallest."""

    name_prefix = "minimum"
    description = message("Takes the minimum of its inputs, value by value.")
    name = "minimum"

    def merge(self, values: Sequence[Batch]) -> Batch:
        """The smallest."""
        return reduce(np.minimum, values)

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient for the smallest."""
        return _to_the_first(gradient, values, output)


class Concatenate(Rearranging):
    """All inputs one behind the other along an axis."""

    name_prefix = "joined"
    description = message("Joins its inputs along an axis, usually the channels.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "axis",
            message("Axis"),
            message("Along which they are joined: 1 rows, 2 columns, -1 channels"),
            -1,
            -3,
            3,
            short="axis {value}",
        ),
    )
    least_inputs = 2
    most_inputs = 100

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """The inputs' shape, but along the axis the sum."""
        axes, axis = len(inputs[0]), int_option(options, "axis")
        if axis == 0 or abs(axis) > axes or any(len(shape) != axes for shape in inputs):
            raise UserError(
                "Concatenate has no axis {axis} for inputs of {shapes}; choose another axis.",
                axis=axis,
                shapes=_shapes(inputs),
            )
        place = axis - 1 if axis > 0 else axis + axes
        others = {shape[:place] + shape[place + 1 :] for shape in inputs}
        if len(others) > 1:
            raise UserError(
                "Concatenate needs inputs that differ in size along axis {axis} only; these have {shapes}.",
                axis=axis,
                shapes=_shapes(inputs),
            )
        joined = sum(shape[place] for shape in inputs)
        return (*inputs[0][:place], joined, *inputs[0][place + 1 :])

    @classmethod
    def can_merge(cls, one: Shape, other: Shape) -> bool:
        """Whether they are alike but for the channels."""
        return len(one) == len(other) and one[:-1] == other[:-1]

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the axis.

        Raises:
            ValueError: there is no such axis, or inputs that do not fit.
        """
        super().__init__(layer, inputs, weights)
        axes = len(layer.shape)
        axis = int(self._option("axis", -1))
        self.axis = axis - 1 if axis > 0 else axis + axes
        if not 0 <= self.axis < axes or any(len(before.shape) != axes for before in inputs):
            raise ValueError("the inputs cannot be joined")
        sizes = [before.shape[self.axis] for before in inputs]
        self.firsts = [sum(sizes[:index]) for index in range(len(sizes))]

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The values of all inputs."""
        return np.concatenate(inputs, axis=self.axis + 1)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Each input's part of the gradient."""
        return np.split(gradient, self.firsts[1:], axis=self.axis + 1)

    def source_of(self, position: Position) -> tuple[str, Position]:
        """The input that holds the place, and the place within it."""
        index = int(np.searchsorted(self.firsts, position[self.axis], side="right")) - 1
        place = list(position)
        place[self.axis] -= self.firsts[index]
        return self.inputs[index].name, tuple(place)

    def input_boxes(self, box: Box) -> list[Box]:
        """The same places of every input, moved to where the input begins."""
        rows, columns = (int(self.axis == axis) for axis in (0, 1))
        return [box.moved(-rows * first, -columns * first) for first in self.firsts]
