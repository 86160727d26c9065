"""Convolutions over images."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

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
from desktop_app.networks.layers.windows import box_center, layer_windows, pair, window_count

_MAX_UNFOLDED_VALUES = 400_000
"""Largest number of window pixels that are unfolded at once: about the size of a processor's cache."""

WindowFactors: TypeAlias = tuple[Box, tuple[int, ...], Activation, NDArray[np.bool_], Activation]
"""Box, channels, patches, inside and kernels of a WindowSum."""


class KernelOperation(ActivatedOperation):
    """Base class of convolutions and transposed convolutions."""

    config_keys: ClassVar[tuple[str, ...]] = ("data_format",)
    has_filters = True
    has_unbounded_output = True

    channels: int
    bias: Activation | None

    @abstractmethod
    def factors(self, position: Position, activation: Activation) -> WindowFactors:
        """Return the factors of the value at a position, given the input (height, width, channels)."""

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the sum of patch times kernel over channels, plus bias.

        The source is the center of the window in the channel with the largest absolute sum.
        """
        box, channels, patches, inside, kernels = self.factors(position, inputs[0])
        sums = (patches * kernels).sum(axis=(1, 2), dtype=np.float64)
        bias = None if self.bias is None else float(self.bias[position[-1]])
        total = float(sums.sum()) + (bias or 0.0)
        step = WindowSum(box, channels, patches, inside, kernels, sums.astype(np.float32), bias)
        height, width, _ = inputs[0].shape
        source = (*box_center(box, (height, width)), channels[int(np.abs(sums).argmax())])
        return Arithmetic(
            self.layer.name,
            position,
            step,
            total,
            self.function.name,
            self.apply_function(total, position, inputs),
            ((self.inputs[0].name, source),),
        )


class Convolution(KernelOperation):
    """Base class of convolutions."""

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return (rows of windows, columns of windows, filters)."""
        shape = cls.map_shape(inputs[0])
        if max(pair(options["strides"])) > 1 and max(pair(options["dilation_rate"])) > 1:
            raise UserError(
                "{kind} cannot have both a stride and a dilation; set one of them to 1.", kind=cls.keras_name
            )
        return (*window_count(shape[:2], options["kernel_size"], options), cls.filters_of(shape, options))

    @classmethod
    def filters_of(cls, shape: Shape, options: Options) -> int:
        """Return the number of output channels for an input of this shape."""
        return int_option(options, "filters")

    def _build(self) -> None:
        self._check_image_input()
        height, width, self.channels = self.inputs[0].shape
        self.filters = self.layer.shape[-1]
        self.windows = layer_windows((height, width), self._option("kernel_size", None), self.layer.options)
        if self.layer.shape[:2] != self.windows.count:
            raise ValueError("the output has an unexpected shape")
        self.function = function_named(self._option("activation", None))
        self.bias = self._bias(self.filters)

    @abstractmethod
    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """Return the input channels of a filter and its kernels, float32 (channels, height, width)."""

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the area that the windows cover."""
        return [self.windows.input_box(box)]

    def factors(self, position: Position, activation: Activation) -> WindowFactors:
        """Return the window at the position and the kernels of the filter."""
        row, column, filter_index = position
        channels, kernels = self.kernels(filter_index)
        patches, inside = self.windows.patch(activation, row, column)
        box = self.windows.input_box(Box(row, column, row + 1, column + 1))
        return box, channels, patches[list(channels)], inside, kernels


class Conv2D(Convolution):
    """A convolution over all input channels, or over those of a group."""

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
        """Return (rows of windows, columns of windows, filters)."""
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
        """Return the numbers of parameters in kernels and biases."""
        rows, columns = pair(options["kernel_size"])
        channels = inputs[0][2] // int_option(options, "groups")
        return int_option(options, "filters") * (
            rows * columns * channels + int_option(options, "use_bias")
        ), 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the kernel unchanged."""
        return weights["kernel"]

    def _build(self) -> None:
        super()._build()
        self.groups = int(self._option("groups", 1))
        if self.channels % self.groups or self.filters % self.groups:
            raise ValueError("the groups do not divide the channels")
        self.kernel = self._weight("kernel", (*self.windows.size, self.channels // self.groups, self.filters))
        # (groups, window height * width * channels of a group, filters of a group)
        matrices = self.kernel.reshape(-1, self.groups, self.filters // self.groups)
        self._matrices = np.ascontiguousarray(matrices.transpose(1, 0, 2))
        self._transposed = np.ascontiguousarray(self._matrices.transpose(0, 2, 1))

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the sums of window times kernel, plus bias."""
        return self._in_chunks(inputs[0], self._sums)

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient times the kernels, added at the positions of the windows."""
        return [self._in_chunks(gradient, self._sums_backward)]

    def _in_chunks(self, batch: Batch, compute: Callable[[Batch], Batch]) -> Batch:
        """Apply a function to parts of a batch, which limits the memory for unfolded windows."""
        rows, columns = self.windows.count
        size = max(1, _MAX_UNFOLDED_VALUES // (rows * columns * self.kernel[..., 0].size * self.groups))
        if len(batch) <= size:
            return compute(batch)
        return np.concatenate([compute(batch[start : start + size]) for start in range(0, len(batch), size)])

    def _sums(self, maps: Batch) -> Batch:
        unfolded = self.windows.unfold(maps)
        n, rows, columns = unfolded.shape[:3]
        if self.groups == 1:
            sums = unfolded.reshape(n * rows * columns, -1) @ self._matrices[0]
        else:
            pixels = unfolded.reshape(n * rows * columns, -1, self.groups, self.channels // self.groups)
            grouped = pixels.transpose(2, 0, 1, 3).reshape(self.groups, n * rows * columns, -1)
            sums = np.matmul(grouped, self._matrices).transpose(1, 0, 2).reshape(-1, self.filters)
        if self.bias is not None:
            sums += self.bias
        return np.asarray(sums).reshape(n, rows, columns, self.filters)

    def _sums_backward(self, gradient: Batch) -> Batch:
        rows = gradient.reshape(-1, self.filters)
        if self.groups == 1:
            unfolded = rows @ self._transposed[0]
        else:
            by_group = rows.reshape(len(rows), self.groups, -1).transpose(1, 0, 2)
            grouped = np.matmul(by_group, self._transposed)
            pixels = grouped.reshape(self.groups, len(rows), -1, self.channels // self.groups)
            unfolded = pixels.transpose(1, 2, 0, 3)
        shape = (len(gradient), *self.windows.count, *self.windows.size, self.channels)
        return self.windows.fold(unfolded.reshape(shape))

    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """Return the channels of the filter's group and their kernels."""
        size = self.channels // self.groups
        first = filter_index // (self.filters // self.groups) * size
        kernels = self.kernel[..., filter_index].transpose(2, 0, 1)
        return tuple(range(first, first + size)), np.ascontiguousarray(kernels)
