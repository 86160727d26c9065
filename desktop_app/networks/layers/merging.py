"""Layers with several inputs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import reduce
from typing import ClassVar

import numpy as np

from desktop_app.core.errors import UserError, shown_list
from desktop_app.core.messages import message, message_template
from desktop_app.core.text import shape_text
from desktop_app.networks.arithmetic import Arithmetic, Box, Combined, Position
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape, int_option
from desktop_app.networks.layers.shape import Rearranging


class Merging(Operation):
    """Base class of layers that combine their inputs value by value, with broadcasting as in numpy.

    Attributes:
        ufunc: combines two values.
    """

    ufunc: ClassVar[np.ufunc]
    least_inputs = 2
    most_inputs = 100

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape to which the inputs broadcast."""
        try:
            return np.broadcast_shapes(*inputs)
        except ValueError as error:
            raise UserError(
                "{kind} needs inputs of the same shape; these have {shapes}.",
                kind=cls.keras_name,
                shapes=_shapes_text(inputs),
            ) from error

    @classmethod
    def can_merge(cls, one: Shape, other: Shape) -> bool:
        """Whether the shapes are the same."""
        return one == other

    def _build(self) -> None:
        if len(self.inputs) < 2:
            raise ValueError("fewer than two inputs")

    def merge(self, values: Sequence[Batch]) -> Batch:
        """Combine the values of all inputs."""
        return np.asarray(reduce(self.ufunc, values))

    @abstractmethod
    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient with respect to each input, in the shape of the output."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the combined values."""
        return self.merge(self._aligned(inputs))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient for each input, summed over its copies where it was broadcast."""
        aligned = self._aligned(inputs)
        results = []
        for back, values in zip(self.merge_backward(gradient, aligned, output), aligned, strict=True):
            axes = tuple(axis for axis, size in enumerate(values.shape) if size < back.shape[axis])
            results.append(np.asarray(back.sum(axis=axes, keepdims=True)))
        return [back.reshape(values.shape) for back, values in zip(results, inputs, strict=True)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return one value of each input and their combination."""
        sources = tuple((layer.name, self._input_position(position, layer.shape)) for layer in self.inputs)
        values = np.array(
            [activation[source] for activation, (_, source) in zip(inputs, sources, strict=True)],
            dtype=np.float32,
        )
        value = float(self.merge(list(values.reshape(-1, 1)))[0])
        step = Combined(self.keras_name.lower(), values)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the same box; the only row or column of an input that is broadcast."""
        height, width = self.layer.shape[:2]
        boxes = []
        for layer in self.inputs:
            rows, columns = layer.shape[:2] if len(layer.shape) == 3 else (height, width)
            top, bottom = (box.top, box.bottom) if rows == height else (0, 1)
            left, right = (box.left, box.right) if columns == width else (0, 1)
            boxes.append(Box(top, left, bottom, right))
        return boxes

    def _aligned(self, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the inputs with as many axes as the output; new ones follow the batch axis."""
        axes = len(self.layer.shape)
        return [
            values.reshape(len(values), *(1,) * (axes + 1 - values.ndim), *values.shape[1:])
            for values in inputs
        ]

    @staticmethod
    def _input_position(position: Position, shape: tuple[int, ...]) -> Position:
        """Return the position in an input of this shape."""
        last = position[len(position) - len(shape) :]
        return tuple(0 if size == 1 else index for index, size in zip(last, shape, strict=True))


class Add(Merging):
    """The sum."""

    name_prefix = "add"
    description = message("Adds its inputs, value by value.")
    ufunc = np.add
    has_unbounded_output = True

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient for each input."""
        return [gradient] * len(values)


class Subtract(Merging):
    """The difference of two inputs."""

    name_prefix = "subtract"
    description = message("Subtracts the second input from the first, value by value.")
    ufunc = np.subtract
    most_inputs = 2
    has_unbounded_output = True

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient for the first input, its negative for the second."""
        return [gradient, -gradient]


class Multiply(Merging):
    """The product."""

    name_prefix = "multiply"
    description = message("Multiplies its inputs, value by value.")
    ufunc = np.multiply

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return, for each input, the gradient times the other inputs."""
        return [
            reduce(np.multiply, [*values[:index], *values[index + 1 :]], gradient)
            for index in range(len(values))
        ]


class Average(Merging):
    """The mean."""

    name_prefix = "mean"
    description = message("Averages its inputs, value by value.")
    ufunc = np.add
    has_unbounded_output = True

    def merge(self, values: Sequence[Batch]) -> Batch:
        """Return the mean."""
        return np.asarray(super().merge(values) / np.float32(len(values)))

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient divided by the number of inputs for each input."""
        return [gradient / np.float32(len(values))] * len(values)


class _Extremum(Merging):
    """Base class of Maximum and Minimum."""

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient for the selected value, the first one of equal values."""
        remaining = np.ones(output.shape, dtype=np.bool_)
        results = []
        for value in values:
            selected = remaining & (value == output)
            results.append(gradient * selected)
            remaining &= ~selected
        return results


class Maximum(_Extremum):
    """The largest value."""

    name_prefix = "maximum"
    description = message("Takes the maximum of its inputs, value by value.")
    ufunc = np.maximum


class Minimum(_Extremum):
    """The smallest value."""

    name_prefix = "minimum"
    description = message("Takes the minimum of its inputs, value by value.")
    ufunc = np.minimum


def _shapes_text(shapes: Sequence[Shape]) -> str:
    """Return the text of different shapes."""
    return shown_list(map(shape_text, dict.fromkeys(shapes)))


class Concatenate(Rearranging):
    """The inputs joined along an axis."""

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
            short=message_template("axis {value}"),
        ),
    )
    least_inputs = 2
    most_inputs = 100

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape of the inputs with the sum of their sizes along the axis."""
        axes, axis = len(inputs[0]), int_option(options, "axis")
        if axis == 0 or abs(axis) > axes or any(len(shape) != axes for shape in inputs):
            raise UserError(
                "Concatenate has no axis {axis} for inputs of {shapes}; choose another axis.",
                axis=axis,
                shapes=_shapes_text(inputs),
            )
        index = axis - 1 if axis > 0 else axis + axes
        others = {shape[:index] + shape[index + 1 :] for shape in inputs}
        if len(others) > 1:
            raise UserError(
                "Concatenate needs inputs that differ in size along axis {axis} only; these have {shapes}.",
                axis=axis,
                shapes=_shapes_text(inputs),
            )
        joined = sum(shape[index] for shape in inputs)
        return (*inputs[0][:index], joined, *inputs[0][index + 1 :])

    @classmethod
    def can_merge(cls, one: Shape, other: Shape) -> bool:
        """Whether the shapes differ in their channels only."""
        return len(one) == len(other) and one[:-1] == other[:-1]

    def _build(self) -> None:
        axes = len(self.layer.shape)
        axis = int(self._option("axis", -1))
        self.axis = axis - 1 if axis > 0 else axis + axes
        if not 0 <= self.axis < axes or any(len(before.shape) != axes for before in self.inputs):
            raise ValueError("the inputs cannot be joined")
        sizes = [before.shape[self.axis] for before in self.inputs]
        self._starts = [sum(sizes[:index]) for index in range(len(sizes))]

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the joined inputs."""
        return np.concatenate(inputs, axis=self.axis + 1)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the part of the gradient for each input."""
        return np.split(gradient, self._starts[1:], axis=self.axis + 1)

    def source_of(self, position: Position) -> tuple[str, Position]:
        """Return the input that holds the position, and the position in it."""
        number = int(np.searchsorted(self._starts, position[self.axis], side="right")) - 1
        source = list(position)
        source[self.axis] -= self._starts[number]
        return self.inputs[number].name, tuple(source)

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the same box, relative to the start of each input."""
        rows, columns = (int(self.axis == axis) for axis in (0, 1))
        return [box.moved(-rows * start, -columns * start) for start in self._starts]
