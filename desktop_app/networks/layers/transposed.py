"""Convolutions the other way round: every value is spread over a window of larger maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position, WindowSum
from desktop_app.networks.layers.common import ACTIVATION, BIAS, FILTERS, KERNEL, PADDING, STRIDES
from desktop_app.networks.layers.functions import function_named
from desktop_app.networks.layers.operation import ActivatedOperation, Activation, Batch
from desktop_app.networks.layers.options import Option, Options, Shape, int_option
from desktop_app.networks.layers.windows import box_center, layer_windows, pair, take_patch

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo

_Taps = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows (or columns) of the maps before, and of the kernel, that meet in one new row."""


class Conv2DTranspose(ActivatedOperation):
    """A transposed convolution: what a convolution does to gradients, done to values."""

    name_prefix = "up_conv"
    description = message(
        "Enlarges maps: spreads each value over a window, weighted by a kernel, and sums up."
    )
    options: ClassVar[tuple[Option, ...]] = (FILTERS, KERNEL, STRIDES, PADDING, ACTIVATION, BIAS)
    config_keys = ("data_format", "dilation_rate", "output_padding")
    has_filters = True
    has_unbounded_output = True

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """As large as the maps of which a convolution with these options makes the ones before."""
        height, width, _ = cls.map_shape(inputs[0])
        sizes, strides = pair(options["kernel_size"]), pair(options["strides"])
        height, width = (
            places * stride + (max(size - stride, 0) if options["padding"] == "valid" else 0)
            for places, size, stride in zip((height, width), sizes, strides, strict=True)
        )
        return height, width, int_option(options, "filters")

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """The weights of all kernels, and a bias for each filter."""
        rows, columns = pair(options["kernel_size"])
        return int_option(options, "filters") * (
            rows * columns * inputs[0][2] + int_option(options, "use_bias")
        ), 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the kernel with the input channels before the filters."""
        return weights["kernel"].transpose(0, 1, 3, 2)

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Find where the windows lie on the new maps.

        Raises:
            ValueError: not a picture with its channels last, dilation, or a kernel that does not fit.
        """
        super().__init__(layer, inputs, weights)
        self._check_image_input()
        if pair(self._option("dilation_rate", 1)) != (1, 1):
            raise ValueError("only without dilation")
        height, width, self.channels = inputs[0].shape
        rows, columns, self.filters = layer.shape
        self.windows = layer_windows((rows, columns), self._option("kernel_size", None), layer.options)
        if self.windows.count != (height, width):
            raise ValueError("the output has an unexpected shape")
        self.kernel = self._weight("kernel", (*self.windows.size, self.filters, self.channels))
        self._matrix = np.ascontiguousarray(self.kernel.reshape(-1, self.channels))
        self.function = function_named(self._option("activation", None))
        self.bias = self._bias(self.filters)

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Every value times its kernels, added up where the windows overlap, and the bias."""
        n, height, width, _ = inputs[0].shape
        spread = inputs[0].reshape(-1, self.channels) @ self._matrix.T
        sums = self.windows.fold(spread.reshape(n, height, width, *self.windows.size, self.filters))
        return sums if self.bias is None else sums + self.bias

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """What lies under each window, times the kernels."""
        columns = self.windows.unfold(gradient).reshape(-1, len(self._matrix))
        return [(columns @ self._matrix).reshape(inputs[0].shape)]

    def input_boxes(self, box: Box) -> list[Box]:
        """The values whose windows reach into the box."""
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

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The values whose windows reach the place, times the weights with which they do."""
        row, column, filter_index = position
        (rows, kernel_rows), (columns, kernel_columns) = self._taps(0, row), self._taps(1, column)
        patches, inside = take_patch(inputs[0], rows, columns)
        weights = self.kernel[kernel_rows[:, None], kernel_columns, filter_index].transpose(2, 0, 1)
        kernels = np.ascontiguousarray(weights)
        sums = (patches * kernels).sum(axis=(1, 2), dtype=np.float64)
        bias = None if self.bias is None else float(self.bias[filter_index])
        before = float(sums.sum()) + (bias or 0.0)
        box = self.input_boxes(Box(row, column, row + 1, column + 1))[0]
        step = WindowSum(
            box, tuple(range(self.channels)), patches, inside, kernels, sums.astype(np.float32), bias
        )
        center = box_center(box, inputs[0].shape[:2])
        return Arithmetic(
            self.layer.name,
            position,
            step,
            before,
            self.function.name,
            self.apply_function(before, position, inputs),
            ((self.inputs[0].name, (*center, int(np.abs(sums).argmax()))),),
        )

    def _taps(self, axis: int, place: int) -> _Taps:
        """Which rows (or columns) before, and which of the kernel, meet in one new row."""
        size, stride = self.windows.size[axis], self.windows.strides[axis]
        reach = place + self.windows.margins[axis]
        taps = np.arange(reach % stride, size, stride)[::-1]
        if not len(taps):
            # Between windows that are smaller than the stride there is nothing.
            return np.array([-1]), np.array([0])
        return (reach - taps) // stride, taps
