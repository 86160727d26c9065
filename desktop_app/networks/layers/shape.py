"""Layers that rearrange values without changing them."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.text import shape_text
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, Rearranged
from desktop_app.networks.layers.common import MAX_SIZE
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.windows import Pair, pair

_NO_SOURCE = Rearranged("", ())

_ADDED = message("Rows and columns of zeros on each side; 2+1×0+3: above and below, left and right")
_CUT = message("Rows and columns that are cut off on each side; 2+1×0+3: above and below, left and right")
_MARGINS = Option("", message(""), message(""), 1, 0, MAX_SIZE, lengths=(2,), margins=True, always_shown=True)


class Rearranging(Operation):
    """Base class of layers whose output values are input values or padding."""

    @abstractmethod
    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """Return the input layer and position that a value is copied from; None in padding."""

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the position that the value is copied from."""
        source = self.source_of(position)
        if source is None:
            return Arithmetic(self.layer.name, position, _NO_SOURCE, 0.0, "linear", 0.0, ())
        name, index = source
        names = [layer.name for layer in self.inputs]
        value = float(inputs[names.index(name)][index])
        return Arithmetic(
            self.layer.name, position, Rearranged(name, index), value, "linear", value, (source,)
        )


class Input(Operation):
    """The input of the model."""

    keras_name = "InputLayer"
    name_prefix = "input"
    description = message("Input of the network.")
    is_identity = True

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the model inputs, which are passed as the only input."""
        return inputs[0]

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return no gradients."""
        return []

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the value."""
        value = float(inputs[0][position])
        return Arithmetic(self.layer.name, position, _NO_SOURCE, value, "linear", value, ())


class Identity(Rearranging):
    """Base class of layers that return their values in the same order, perhaps in another shape."""

    is_identity = True

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the values in the shape of the layer."""
        return inputs[0].reshape(-1, *self.layer.shape)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient in the shape of the input."""
        return [gradient.reshape(-1, *self.inputs[0].shape)]

    def source_of(self, position: Position) -> tuple[str, Position]:
        """Return the input position with the same flat index."""
        before = self.inputs[0]
        index = np.ravel_multi_index(position, self.layer.shape)
        return before.name, tuple(int(each) for each in np.unravel_index(index, before.shape))

    def input_boxes(self, box: Box) -> list[Box] | None:
        """Return the same box; None where the shape changes."""
        return [box] if self.layer.shape == self.inputs[0].shape else None


class Flatten(Identity):
    """All values on one axis."""

    name_prefix = "flatten"
    description = message("Arranges all values in one row.")
    config_keys = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the number of values."""
        return (math.prod(inputs[0]),)


class Reshape(Identity):
    """The same values in another shape."""

    name_prefix = "reshape"
    description = message("Gives the values another shape, in the same order.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "target_shape",
            message("Shape"),
            message("The new shape, e.g. 7×7×16; one size may be -1: whatever is left"),
            (-1,),
            -1,
            1_000_000,
            lengths=(1, 2, 3),
            always_shown=True,
        ),
    )

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the target shape, -1 replaced by the remaining size."""
        target, values = _sizes(options["target_shape"]), math.prod(inputs[0])
        known = math.prod(size for size in target if size != -1)
        unknown = target.count(-1)
        if known < 1 or unknown > 1 or (values % known if unknown else values != known):
            raise UserError(
                "Reshape cannot arrange {values:,} values as {shape}; choose other sizes.",
                values=values,
                shape=shape_text(target),
            )
        return tuple(values // known if size == -1 else size for size in target)


class Permute(Rearranging):
    """Reorders the axes."""

    name_prefix = "permute"
    description = message("Swaps axes, e.g. rows and columns.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "dims",
            message("Axes"),
            message("The new order of the axes: 2×1×3 exchanges rows and columns"),
            (2, 1, 3),
            1,
            3,
            lengths=(1, 2, 3),
            always_shown=True,
        ),
    )

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the sizes in the new order."""
        order = _sizes(options["dims"])
        if sorted(order) != list(range(1, len(inputs[0]) + 1)):
            raise UserError(
                "Permute needs each axis from 1 to {count} exactly once; correct the order.",
                count=len(inputs[0]),
            )
        return tuple(inputs[0][axis - 1] for axis in order)

    def _build(self) -> None:
        self.order = tuple(int(axis) - 1 for axis in self._option("dims", ()))
        if sorted(self.order) != list(range(len(self.layer.shape))):
            raise ValueError("not a permutation of the axes")

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the values with reordered axes."""
        return inputs[0].transpose(0, *(axis + 1 for axis in self.order))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient in the original order of axes."""
        return [gradient.transpose(0, *(self.order.index(axis) + 1 for axis in range(len(self.order))))]

    def source_of(self, position: Position) -> tuple[str, Position]:
        """Return the position in the original order of axes."""
        return self.inputs[0].name, tuple(position[self.order.index(axis)] for axis in range(len(position)))

    def input_boxes(self, box: Box) -> list[Box] | None:
        """Return the box, transposed with rows and columns; None where channels change their axis."""
        if self.order == (0, 1, 2):
            return [box]
        if self.order == (1, 0, 2):
            return [Box(box.left, box.top, box.right, box.bottom)]
        return None


def _sizes(option: Any) -> Shape:
    """Return the sizes in an option that holds a tuple or list."""
    return tuple(int(size) for size in option)


def _margins(option: Any) -> tuple[Pair, Pair]:
    """Return ((top, bottom), (left, right)) from a number, two numbers or two pairs, as in Keras.

    Raises:
        ValueError: the option holds something else.
    """
    is_pair = isinstance(option, (list, tuple)) and len(option) == 2
    rows, columns = option if is_pair else (option, option)
    return pair(rows, least=0), pair(columns, least=0)


class _Margins2D(Rearranging):
    """Base class of layers that add or remove margins; `options` has one element.

    Attributes:
        sign: 1 where margins are added, -1 where they are removed.
        default_margins: Keras' default.
    """

    config_keys = ("data_format",)
    keeps_channels = True
    sign: ClassVar[int]
    default_margins: ClassVar[int]

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape with or without the margins."""
        height, width, channels = cls.map_shape(inputs[0])
        rows, columns = _margins(options[cls.options[0].name])
        return max(0, height + cls.sign * sum(rows)), max(0, width + cls.sign * sum(columns)), channels

    def _build(self) -> None:
        self._check_image_input()
        (top, _), (left, _) = _margins(self._option(self.options[0].name, self.default_margins))
        self._offset = self.sign * top, self.sign * left
        height, width, _ = self.inputs[0].shape if self.sign > 0 else self.layer.shape
        self._inner = (slice(None), slice(top, top + height), slice(left, left + width))

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the maps with or without the margins."""
        return self._pad(inputs[0], self.layer.shape) if self.sign > 0 else inputs[0][self._inner]

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient without the margins, or with zeros in them."""
        return [gradient[self._inner] if self.sign > 0 else self._pad(gradient, self.inputs[0].shape)]

    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """Return the shifted position; None in the padding."""
        row, column, channel = position[0] - self._offset[0], position[1] - self._offset[1], position[2]
        height, width, _ = self.inputs[0].shape
        if not (0 <= row < height and 0 <= column < width):
            return None
        return self.inputs[0].name, (row, column, channel)

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the shifted box."""
        return [box.moved(-self._offset[0], -self._offset[1])]

    def _pad(self, maps: Batch, shape: Shape) -> Batch:
        padded = np.zeros((len(maps), *shape), dtype=np.float32)
        padded[self._inner] = maps
        return padded


class ZeroPadding2D(_Margins2D):
    """Adds margins of zeros."""

    name_prefix = "padding"
    description = message("Adds a border of zeros around the maps.")
    options: ClassVar[tuple[Option, ...]] = (
        replace(_MARGINS, name="padding", title=message("Margins"), explanation=_ADDED, default=1),
    )
    sign = 1
    default_margins = 1


class Cropping2D(_Margins2D):
    """Removes margins."""

    name_prefix = "cropping"
    description = message("Removes a border from the maps.")
    options: ClassVar[tuple[Option, ...]] = (
        replace(_MARGINS, name="cropping", title=message("Margins"), explanation=_CUT, default=1),
    )
    sign = -1
    default_margins = 0
