"""Transposed convolutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Box, Position
from desktop_app.networks.layers.common import ACTIVATION, BIAS, FILTERS, KERNEL, PADDING, STRIDES
from desktop_app.networks.layers.convolution import KernelOperation, WindowFactors
from desktop_app.networks.layers.functions import function_named
from desktop_app.networks.layers.operation import Activation, Batch
from desktop_app.networks.layers.options import Option, Options, Shape, int_option
from desktop_app.networks.layers.windows import layer_windows, pair, take_patch


class Conv2DTranspose(KernelOperation):
    """A transposed convolution: each input value, times a kernel, is added to a window of the output."""

    name_prefix = "up_conv"
    description = message(
        "Enlarges maps: spreads each value over a window, weighted by a kernel, and sums up."
    )
    options: ClassVar[tuple[Option, ...]] = (FILTERS, KERNEL, STRIDES, PADDING, ACTIVATION, BIAS)
    config_keys = ("data_format", "dilation_rate", "output_padding")

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the input shape of the convolution of which this is the transpose."""
        height, width, _ = cls.map_shape(inputs[0])
        sizes, strides = pair(options["kernel_size"]), pair(options["strides"])
        height, width = (
            length * stride + (max(size - stride, 0) if options["padding"] == "valid" else 0)
            for length, size, stride in zip((height, width), sizes, strides, strict=True)
        )
        return height, width, int_option(options, "filters")

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers of parameters in kernels and biases."""
        rows, columns = pair(options["kernel_size"])
        weights = rows * columns * inputs[0][2] + int_option(options, "use_bias")
        return int_option(options, "filters") * weights, 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the kernel with its last two axes swapped."""
        return weights["kernel"].transpose(0, 1, 3, 2)

    def _build(self) -> None:
        self._check_image_input()
        if pair(self._option("dilation_rate", 1)) != (1, 1):
            raise ValueError("dilation is not supported")
        height, width, self.channels = self.inputs[0].shape
        rows, columns, self.filters = self.layer.shape
        self.windows = layer_windows((rows, columns), self._option("kernel_size", None), self.layer.options)
        if self.windows.count != (height, width):
            raise ValueError("the output has an unexpected shape")
        self.kernel = self._weight("kernel", (*self.windows.size, self.filters, self.channels))
        self._matrix = np.ascontiguousarray(self.kernel.reshape(-1, self.channels))
        self.function = function_named(self._option("activation", None))
        self.bias = self._bias(self.filters)

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the sums of value times kernel where windows overlap, plus bias."""
        n, height, width, _ = inputs[0].shape
        products = inputs[0].reshape(-1, self.channels) @ self._matrix.T
        sums = self.windows.fold(products.reshape(n, height, width, *self.windows.size, self.filters))
        return sums if self.bias is None else sums + self.bias

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient within each window times the kernels."""
        unfolded = self.windows.unfold(gradient).reshape(-1, len(self._matrix))
        return [(unfolded @ self._matrix).reshape(inputs[0].shape)]

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the input values whose windows overlap the box."""
        (top, bottom), (left, right) = (
            (
                -((size - 1 - margin - first) // stride),
                (last - 1 + margin) // stride + 1,
            )
            for first, last, size, stride, margin in zip(
                (box.top, box.left),
                (box.bottom, box.right),
                self.windows.size,
                self.windows.strides,
                self.windows.margins,
                strict=True,
            )
        )
        return [Box(top, left, bottom, right)]

    def factors(self, position: Position, activation: Activation) -> WindowFactors:
        """Return the input values whose windows cover the position, and their weights."""
        row, column, filter_index = position
        rows, kernel_rows = self._input_and_kernel_indices(0, row)
        columns, kernel_columns = self._input_and_kernel_indices(1, column)
        patches, inside = take_patch(activation, rows, columns)
        kernels = self.kernel[kernel_rows[:, None], kernel_columns, filter_index].transpose(2, 0, 1)
        (box,) = self.input_boxes(Box(row, column, row + 1, column + 1))
        return box, tuple(range(self.channels)), patches, inside, np.ascontiguousarray(kernels)

    def _input_and_kernel_indices(self, axis: int, index: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the input rows (or columns) that contribute to an output row, and those of the kernel."""
        size, stride = self.windows.size[axis], self.windows.strides[axis]
        padded_index = index + self.windows.margins[axis]
        kernel_indices = np.arange(padded_index % stride, size, stride)[::-1]
        if not len(kernel_indices):
            # A stride larger than the kernel leaves gaps without any contribution.
            return np.array([-1]), np.array([0])
        return (padded_index - kernel_indices) // stride, kernel_indices
