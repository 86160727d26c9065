"""Layers that move values to other places and change none."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.text import shape_text
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, Rearranged
from desktop_app.networks.layers.common import MAX_SIZE
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.windows import Pair, pair

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo

_NOWHERE = Rearranged("", ())

_ADDED = message("Rows and columns of zeros on each side; 2+1×0+3: above and below, left and right")
_CUT = message("Rows and columns that are cut off on each side; 2+1×0+3: above and below, left and right")
_MARGINS = Option("", message(""), message(""), 1, 0, MAX_SIZE, lengths=(2,), margins=True, always_shown=True)


class Rearranging(Operation):
    """A layer each of whose values comes unchanged from one place, or from nowhere."""

    @abstractmethod
    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """The layer and place where a value comes from; None in padding."""

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The place where the value comes from."""
        source = self.source_of(position)
        if source is None:
            return Arithmetic(self.layer.name, position, _NOWHERE, 0.0, "linear", 0.0, ())
        name, place = source
        names = [layer.name for layer in self.inputs]
        value = float(inputs[names.index(name)][place])
        return Arithmetic(
            self.layer.name, position, Rearranged(name, place), value, "linear", value, (source,)
        )


class Input(Operation):
    """The model input: values that come from nowhere."""

    keras_name = "InputLayer"
    name_prefix = "input"
    description = message("Input of the network.")
    is_identity = True

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


class Identity(Rearranging):
    """Hands the values on in the same order, perhaps in another shape."""

    is_identity = True

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The values in the layer's shape."""
        return inputs[0].reshape(-1, *self.layer.shape)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient in the shape of the layer before."""
        return [gradient.reshape(-1, *self.inputs[0].shape)]

    def source_of(self, position: Position) -> tuple[str, Position]:
        """The place of the same number in the layer before."""
        before = self.inputs[0]
        place = np.ravel_multi_index(position, self.layer.shape)
        return before.name, tuple(int(index) for index in np.unravel_index(place, before.shape))

    def input_boxes(self, box: Box) -> list[Box] | None:
        """The same places where the shape is the same; anywhere otherwise."""
        return [box] if self.layer.shape == self.inputs[0].shape else None


class Flatten(Identity):
    """All values in one row."""

    name_prefix = "flatten"
    description = message("Arranges all values in one row.")
    config_keys = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """A row of all values."""
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
        """The shape that is asked for, its open size worked out."""
        wanted, values = _sizes(options["target_shape"]), math.prod(inputs[0])
        known = math.prod(size for size in wanted if size != -1)
        is_open = wanted.count(-1)
        if known < 1 or is_open > 1 or (values % known if is_open else values != known):
            raise UserError(
                "Reshape cannot arrange {values:,} values as {shape}; choose other sizes.",
                values=values,
                shape=shape_text(wanted),
            )
        return tuple(values // known if size == -1 else size for size in wanted)


class Permute(Rearranging):
    """Exchanges the axes."""

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
        """The sizes in the new order."""
        order = _sizes(options["dims"])
        if sorted(order) != list(range(1, len(inputs[0]) + 1)):
            raise UserError(
                "Permute needs each axis from 1 to {count} exactly once; correct the order.",
                count=len(inputs[0]),
            )
        return tuple(inputs[0][axis - 1] for axis in order)

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

    def source_of(self, position: Position) -> tuple[str, Position]:
        """The place with its axes exchanged back."""
        return self.inputs[0].name, tuple(position[self.order.index(axis)] for axis in range(len(position)))

    def input_boxes(self, box: Box) -> list[Box] | None:
        """The same places, rows and columns perhaps exchanged; anywhere where channels become places."""
        if self.order == (0, 1, 2):
            return [box]
        if self.order == (1, 0, 2):
            return [Box(box.left, box.top, box.right, box.bottom)]
        return None


def _sizes(option: Any) -> Shape:
    """Whole numbers from an option that holds a tuple of them."""
    return tuple(int(size) for size in option)


def _margins(option: Any) -> tuple[Pair, Pair]:
    """Rows above and below, columns left and right, as Keras' options hold them.

    Raises:
        ValueError: they hold something else.
    """
    is_pair = isinstance(option, (list, tuple)) and len(option) == 2
    rows, columns = option if is_pair else (option, option)
    return pair(rows, least=0), pair(columns, least=0)


class ZeroPadding2D(Rearranging):
    """Puts zeros around a picture."""

    name_prefix = "padding"
    description = message("Adds a border of zeros around the maps.")
    options: ClassVar[tuple[Option, ...]] = (
        replace(_MARGINS, name="padding", title=message("Margins"), explanation=_ADDED, default=1),
    )
    config_keys = ("data_format",)
    keeps_channels = True

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """The maps with their margins."""
        height, width, channels = cls.map_shape(inputs[0])
        rows, columns = _margins(options["padding"])
        return height + sum(rows), width + sum(columns), channels

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the margins.

        Raises:
            ValueError: they are no margins, or it is no picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()
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

    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """The place without the margins; None in them."""
        row, column, channel = position[0] - self.top, position[1] - self.left, position[2]
        if not (0 <= row < self.height and 0 <= column < self.width):
            return None
        return self.inputs[0].name, (row, column, channel)

    def input_boxes(self, box: Box) -> list[Box]:
        """The places without the margins."""
        return [box.moved(-self.top, -self.left)]

    def _inside(self, padded: Batch) -> Batch:
        """The part within the margins."""
        return padded[:, self.top : self.top + self.height, self.left : self.left + self.width]


class Cropping2D(Rearranging):
    """Cuts margins off a picture."""

    name_prefix = "cropping"
    description = message("Removes a border from the maps.")
    options: ClassVar[tuple[Option, ...]] = (
        replace(_MARGINS, name="cropping", title=message("Margins"), explanation=_CUT, default=1),
    )
    config_keys = ("data_format",)
    keeps_channels = True

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """The maps without their margins."""
        height, width, channels = cls.map_shape(inputs[0])
        rows, columns = _margins(options["cropping"])
        return max(0, height - sum(rows)), max(0, width - sum(columns)), channels

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the margins.

        Raises:
            ValueError: they are no margins, or it is no picture with its channels last.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()
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

    def source_of(self, position: Position) -> tuple[str, Position]:
        """The place with the margins."""
        row, column, channel = position
        return self.inputs[0].name, (row + self.top, column + self.left, channel)

    def input_boxes(self, box: Box) -> list[Box]:
        """The places with the margins."""
        return [box.moved(self.top, self.left)]

    def _inside(self, pictures: Batch) -> Batch:
        """The part within the margins."""
        return pictures[:, self.top : self.top + self.height, self.left : self.left + self.width]
