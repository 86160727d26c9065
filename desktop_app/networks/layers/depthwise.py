"""Convolutions that keep channels apart: each output channel sees one input channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.networks.layers.common import (
    ACTIVATION,
    BIAS,
    DILATION,
    FILTERS,
    KERNEL,
    MULTIPLIER,
    PADDING,
    STRIDES,
)
from desktop_app.networks.layers.convolution import Convolution
from desktop_app.networks.layers.operation import Activation, Batch
from desktop_app.networks.layers.options import Option, Options, Shape, int_option
from desktop_app.networks.layers.windows import Windows, pair

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo


def depthwise(windows: Windows, pictures: Batch, kernel: Activation) -> Batch:
    """Each channel times kernels of its own.

    Args:
        windows: where they lie.
        pictures: (n, height, width, channels).
        kernel: (window height, window width, channels, multiplier).

    Returns:
        (n, rows, columns, channels * multiplier), the results of a channel side by side.
    """
    multiplier = kernel.shape[3]
    if multiplier > 1:
        pictures = np.repeat(pictures, multiplier, axis=3)
    factors = kernel.reshape(-1, pictures.shape[3])
    sums = np.zeros((len(pictures), *windows.count, pictures.shape[3]), dtype=np.float32)
    for pixels, factor in zip(windows.pixels(windows.pad(pictures)), factors, strict=True):
        sums += pixels * factor
    return sums


def depthwise_back(windows: Windows, gradient: Batch, kernel: Activation) -> Batch:
    """The gradient with respect to the pictures, given that with respect to depthwise()'s result."""
    n, channels, multiplier = len(gradient), kernel.shape[2], kernel.shape[3]
    factors = kernel.reshape(-1, channels * multiplier)
    back = np.zeros((n, *windows.padded_size, channels * multiplier), dtype=np.float32)
    for under, factor in zip(windows.pixels(back), factors, strict=True):
        np.add(under, gradient * factor, out=under)
    inside = windows.crop(back)
    if multiplier == 1:
        return inside
    return np.asarray(inside.reshape(n, *windows.input_size, channels, multiplier).sum(axis=4))


class PerChannelConvolution(Convolution):
    """What convolutions that keep channels apart have in common."""

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """As all convolutions; TensorFlow takes them only with one stride down and across."""
        if len(set(pair(options["strides"]))) > 1:
            raise UserError("{kind} needs equal strides; set both to the same number.", kind=cls.keras_name)
        return super().shape_of(inputs, options)


class DepthwiseConv2D(PerChannelConvolution):
    """A convolution whose filters see one input channel each."""

    name_prefix = "depthwise"
    description = message("Slides a separate kernel over each map; maps are not mixed.")
    options: ClassVar[tuple[Option, ...]] = (
        KERNEL,
        STRIDES,
        PADDING,
        ACTIVATION,
        BIAS,
        DILATION,
        MULTIPLIER,
    )

    @classmethod
    def filters_of(cls, shape: Shape, options: Options) -> int:
        """As many for each map as the multiplier says."""
        return shape[2] * int_option(options, "depth_multiplier")

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """A kernel and a bias for each map that comes out."""
        rows, columns = pair(options["kernel_size"])
        filters = cls.filters_of(inputs[0], options)
        return filters * (rows * columns + int_option(options, "use_bias")), 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return one kernel for each filter."""
        height, width, channels, multiplier = weights["kernel"].shape
        return weights["kernel"].reshape(height, width, 1, channels * multiplier)

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the kernels.

        Raises:
            ValueError: see Convolution, or the kernel has an unexpected shape.
        """
        super().__init__(layer, inputs, weights)
        self.multiplier = int(self._option("depth_multiplier", 1))
        self.kernel = self._weight("kernel", (*self.windows.size, self.channels, self.multiplier))

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """The sums of windows times kernels, and the bias."""
        sums = depthwise(self.windows, inputs[0], self.kernel)
        return sums if self.bias is None else sums + self.bias

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """The gradient sent back through the kernels to where the windows lie."""
        return [depthwise_back(self.windows, gradient, self.kernel)]

    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """The one channel that takes part, and its kernel."""
        channel, which = divmod(filter_index, self.multiplier)
        return (channel,), np.ascontiguousarray(self.kernel[None, :, :, channel, which])


class SeparableConv2D(PerChannelConvolution):
    """A depthwise convolution, and a weighted sum of its channels at each place.

    The two are one convolution whose kernels are products of both weights, and are explained so:
    nobody sees what lies between.
    """

    name_prefix = "separable"
    description = message("A depthwise convolution, followed by a weighted sum of its maps at each position.")
    options: ClassVar[tuple[Option, ...]] = (
        FILTERS,
        KERNEL,
        STRIDES,
        PADDING,
        ACTIVATION,
        BIAS,
        DILATION,
        MULTIPLIER,
    )

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """A kernel for each map between; as many weights and a bias for each filter."""
        rows, columns = pair(options["kernel_size"])
        between = inputs[0][2] * int_option(options, "depth_multiplier")
        mixing = int_option(options, "filters") * (between + int_option(options, "use_bias"))
        return between * rows * columns + mixing, 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the products of both weights, summed over the channels between."""
        depthwise_kernel = weights["depthwise_kernel"]
        _, _, channels, multiplier = depthwise_kernel.shape
        pointwise_kernel = weights["pointwise_kernel"].reshape(channels, multiplier, -1)
        return np.asarray(np.einsum("hwcm,cmf->hwcf", depthwise_kernel, pointwise_kernel))

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the kernels.

        Raises:
            ValueError: see Convolution, or a kernel has an unexpected shape.
        """
        super().__init__(layer, inputs, weights)
        multiplier = int(self._option("depth_multiplier", 1))
        deep = self.channels * multiplier
        self.depthwise = self._weight("depthwise_kernel", (*self.windows.size, self.channels, multiplier))
        self.pointwise = self._weight("pointwise_kernel", (1, 1, deep, self.filters))[0, 0]

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """The weighted sums of the depthwise results, and the bias."""
        between = depthwise(self.windows, inputs[0], self.depthwise)
        sums = between.reshape(-1, len(self.pointwise)) @ self.pointwise
        if self.bias is not None:
            sums += self.bias
        return np.asarray(sums).reshape(*between.shape[:3], self.filters)

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """The gradient through the weighted sums, then through the kernels."""
        between = gradient.reshape(-1, self.filters) @ self.pointwise.T
        return [depthwise_back(self.windows, between.reshape(*gradient.shape[:3], -1), self.depthwise)]

    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """All channels, and for each the sum of its kernels times their weights."""
        shares = self.pointwise[:, filter_index].reshape(self.channels, -1)
        kernels = (self.depthwise * shares).sum(axis=3).transpose(2, 0, 1)
        return tuple(range(self.channels)), np.ascontiguousarray(kernels)
