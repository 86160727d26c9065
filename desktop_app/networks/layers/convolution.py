"""Convolutions: windows times kernels."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, WindowSum
from desktop_app.networks.layers.common import (
    ACTIVATION,
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KERNEL,
    PADDING,
    STRIDES,
)
from desktop_app.networks.layers.functions import function_named
from desktop_app.networks.layers.operation import ActivatedOperation, Activation, Batch
from desktop_app.networks.layers.options import Option, Options, Shape, int_option
from desktop_app.networks.layers.windows import layer_windows, pair, window_count

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo

_MOST_VALUES = 400_000
"""Of windows' pixels that are laid side by side at once: about what a processor's cache holds."""


class Convolution(ActivatedOperation):
    """What all convolutions have in common: windows, a bias, a function, and how to tell of them."""

    config_keys = ("data_format",)
    has_filters = True
    has_unbounded_output = True

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """One place for each window, one map for each filter."""
        shape = cls.map_shape(inputs[0])
        if max(pair(options["strides"])) > 1 and max(pair(options["dilation_rate"])) > 1:
            raise UserError(
                "{kind} cannot have both a stride and a dilation; set one of them to 1.", kind=cls.keras_name
            )
        return (*window_count(shape[:2], options["kernel_size"], options), cls.filters_of(shape, options))

    @classmethod
    def filters_of(cls, shape: Shape, options: Options) -> int:
        """How many maps come out."""
        return int_option(options, "filters")

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Find where the windows lie.

        Raises:
            ValueError: not a picture with its channels last, or an unknown function or padding.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()
        height, width, self.channels = inputs[0].shape
        self.filters = layer.shape[-1]
        self.windows = layer_windows((height, width), self._option("kernel_size", None), layer.options)
        if layer.shape[:2] != self.windows.count:
            raise ValueError("the output has an unexpected shape")
        self.function = function_named(self._option("activation", None))
        self.bias = self._bias(self.filters)

    @abstractmethod
    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """The input channels that take part in a filter, and (channels, height, width) for them."""

    def input_boxes(self, box: Box) -> list[Box]:
        """The part of the input that a box of the output depends on, padding included."""
        return [self.windows.input_box(box)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Patch times kernel for each input channel, summed, and a bias."""
        row, column, filter_index = position
        channels, kernels = self.kernels(filter_index)
        patches, inside = self.windows.patch(inputs[0], row, column)
        patches = patches[list(channels)]
        sums = (patches * kernels).sum(axis=(1, 2), dtype=np.float64)
        bias = None if self.bias is None else float(self.bias[filter_index])
        before = float(sums.sum()) + (bias or 0.0)
        step = WindowSum(
            self.windows.input_box(Box(row, column, row + 1, column + 1)),
            channels,
            patches,
            inside,
            kernels,
            sums.astype(np.float32),
            bias,
        )
        middle = self.windows.center(row, column)
        strongest = channels[int(np.abs(sums).argmax())]
        return Arithmetic(
            self.layer.name,
            position,
            step,
            before,
            self.function.name,
            self.apply_function(before, position, inputs),
            ((self.inputs[0].name, (*middle, strongest)),),
        )


class Conv2D(Convolution):
    """A convolution whose filters see all input channels, or those of their group."""

    name_prefix = "conv"
    description = message(
        "Slides kernels over the maps: each output is the weighted sum of the values under a kernel."
    )
    options: ClassVar[tuple[Option, ...]] = (
        FILTERS,
        KERNEL,
        STRIDES,
        PADDING,
        ACTIVATION,
        BIAS,
        DILATION,
        GROUPS,
    )

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """One place for each window, one map for each filter."""
        shape, groups = cls.map_shape(inputs[0]), int_option(options, "groups")
        if shape[2] % groups or int_option(options, "filters") % groups:
            raise UserError(
                "{kind} cannot split {channels} channels and {filters} filters into {groups} groups; "
                "choose a number that divides both.",
                kind=cls.keras_name,
                channels=shape[2],
                filters=options["filters"],
                groups=groups,
            )
        return super().shape_of(inputs, options)

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """The weights of all kernels, and a bias for each filter."""
        rows, columns = pair(options["kernel_size"])
        seen = inputs[0][2] // int_option(options, "groups")
        return int_option(options, "filters") * (rows * columns * seen + int_option(options, "use_bias")), 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the kernel as it is."""
        return weights["kernel"]

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Lay the kernels out for one matrix product a group.

        Raises:
            ValueError: see Convolution, or the kernel has an unexpected shape.
        """
        super().__init__(layer, inputs, weights)
        self.groups = int(self._option("groups", 1))
        if self.channels % self.groups or self.filters % self.groups:
            raise ValueError("the groups do not divide the channels")
        self.kernel = self._weight("kernel", (*self.windows.size, self.channels // self.groups, self.filters))
        # (groups, pixels of a window times channels of the group, filters of the group)
        matrices = self.kernel.reshape(-1, self.groups, self.filters // self.groups)
        self._matrices = np.ascontiguousarray(matrices.transpose(1, 0, 2))
        self._transposed = np.ascontiguousarray(self._matrices.transpose(0, 2, 1))

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """The sums of windows times kernels, and the bias."""
        return self._in_parts(inputs[0], self._sums)

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """The gradient sent back through the kernels to where the windows lie."""
        return [self._in_parts(gradient, self._sums_backward)]

    def _in_parts(self, batch: Batch, compute: Callable[[Batch], Batch]) -> Batch:
        """Compute a few of a batch at a time: the windows' pixels side by side take much memory."""
        rows, columns = self.windows.count
        together = max(1, _MOST_VALUES // (rows * columns * self.kernel[..., 0].size * self.groups))
        if len(batch) <= together:
            return compute(batch)
        parts = range(0, len(batch), together)
        return np.concatenate([compute(batch[first : first + together]) for first in parts])

    def _sums(self, pictures: Batch) -> Batch:
        """The sums of windows times kernels, and the bias."""
        columns = self.windows.unfold(pictures)
        n, places = len(columns), columns.shape[1] * columns.shape[2]
        if self.groups == 1:
            sums = columns.reshape(n * places, -1) @ self._matrices[0]
        else:
            pixels = columns.reshape(n * places, -1, self.groups, self.channels // self.groups)
            grouped = pixels.transpose(2, 0, 1, 3).reshape(self.groups, n * places, -1)
            sums = np.matmul(grouped, self._matrices).transpose(1, 0, 2).reshape(-1, self.filters)
        if self.bias is not None:
            sums += self.bias
        return np.asarray(sums).reshape(n, *self.windows.count, self.filters)

    def _sums_backward(self, gradient: Batch) -> Batch:
        """The gradient with respect to the pictures."""
        rows = gradient.reshape(-1, self.filters)
        if self.groups == 1:
            columns = rows @ self._transposed[0]
        else:
            by_group = rows.reshape(len(rows), self.groups, -1).transpose(1, 0, 2)
            grouped = np.matmul(by_group, self._transposed)
            pixels = grouped.reshape(self.groups, len(rows), -1, self.channels // self.groups)
            columns = pixels.transpose(1, 2, 0, 3)
        shape = (len(gradient), *self.windows.count, *self.windows.size, self.channels)
        return self.windows.fold(columns.reshape(shape))

    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """The channels of the filter's group, and a kernel for each."""
        size = self.channels // self.groups
        first = filter_index // (self.filters // self.groups) * size
        kernels = self.kernel[..., filter_index].transpose(2, 0, 1)
        return tuple(range(first, first + size)), np.ascontiguousarray(kernels)
