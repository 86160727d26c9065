"""Depthwise and separable convolutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

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


def depthwise(windows: Windows, maps: Batch, kernel: Activation) -> Batch:
    """Convolve each channel with its own kernels.

    Args:
        windows: positions of the kernels.
        maps: (n, height, width, channels).
        kernel: (window height, window width, channels, multiplier).

    Returns:
        (n, rows, columns, channels * multiplier), the results of a channel next to each other.
    """
    multiplier = kernel.shape[3]
    if multiplier > 1:
        maps = np.repeat(maps, multiplier, axis=3)
    factors = kernel.reshape(-1, maps.shape[3])
    sums = np.zeros((len(maps), *windows.count, maps.shape[3]), dtype=np.float32)
    products = np.empty_like(sums[:1])
    padded = windows.pad(maps)
    # The values of one input stay in the processor's cache.
    for number in range(len(maps)):
        one, total = padded[number : number + 1], sums[number : number + 1]
        for pixels, factor in zip(windows.pixels(one), factors, strict=True):
            np.multiply(pixels, factor, out=products)
            total += products
    return sums


def _depthwise_backward(windows: Windows, gradient: Batch, kernel: Activation) -> Batch:
    """Return the gradient with respect to the maps, given that with respect to depthwise()."""
    n, channels, multiplier = len(gradient), kernel.shape[2], kernel.shape[3]
    factors = kernel.reshape(-1, channels * multiplier)
    padded = np.zeros((n, *windows.padded_size, channels * multiplier), dtype=np.float32)
    products = np.empty_like(gradient[:1])
    for number in range(n):
        one, total = gradient[number : number + 1], padded[number : number + 1]
        for target, factor in zip(windows.pixels(total), factors, strict=True):
            np.multiply(one, factor, out=products)
            np.add(target, products, out=target)
    back = windows.crop(padded)
    if multiplier == 1:
        return back
    return np.asarray(back.reshape(n, *windows.input_size, channels, multiplier).sum(axis=4))


class PerChannelConvolution(Convolution):
    """Base class of convolutions with separate kernels for each input channel."""

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape; TensorFlow requires equal strides."""
        if len(set(pair(options["strides"]))) > 1:
            raise UserError("{kind} needs equal strides; set both to the same number.", kind=cls.keras_name)
        return super().shape_of(inputs, options)


class DepthwiseConv2D(PerChannelConvolution):
    """A convolution whose filters take one input channel each."""

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
        """Return the number of input channels times the multiplier."""
        return shape[2] * int_option(options, "depth_multiplier")

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers of parameters in kernels and biases."""
        rows, columns = pair(options["kernel_size"])
        filters = cls.filters_of(inputs[0], options)
        return filters * (rows * columns + int_option(options, "use_bias")), 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return one kernel for each filter."""
        height, width, channels, multiplier = weights["kernel"].shape
        return weights["kernel"].reshape(height, width, 1, channels * multiplier)

    def _build(self) -> None:
        super()._build()
        self.multiplier = int(self._option("depth_multiplier", 1))
        self.kernel = self._weight("kernel", (*self.windows.size, self.channels, self.multiplier))

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the sums of window times kernel, plus bias."""
        sums = depthwise(self.windows, inputs[0], self.kernel)
        return sums if self.bias is None else sums + self.bias

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient times the kernels, added at the positions of the windows."""
        return [_depthwise_backward(self.windows, gradient, self.kernel)]

    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """Return the only channel and its kernel."""
        channel, which = divmod(filter_index, self.multiplier)
        return (channel,), np.ascontiguousarray(self.kernel[None, :, :, channel, which])


class SeparableConv2D(PerChannelConvolution):
    """A depthwise convolution, followed by a weighted sum of its channels at each position.

    Explained as one convolution whose kernels are the products of both weights.
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
        """Return the numbers of parameters in depthwise kernels, pointwise kernels and biases."""
        rows, columns = pair(options["kernel_size"])
        channels = inputs[0][2] * int_option(options, "depth_multiplier")
        pointwise = int_option(options, "filters") * (channels + int_option(options, "use_bias"))
        return channels * rows * columns + pointwise, 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the products of both weights, summed over the intermediate channels."""
        depthwise_kernel = weights["depthwise_kernel"]
        _, _, channels, multiplier = depthwise_kernel.shape
        pointwise_kernel = weights["pointwise_kernel"].reshape(channels, multiplier, -1)
        return np.asarray(np.einsum("hwcm,cmf->hwcf", depthwise_kernel, pointwise_kernel))

    def _build(self) -> None:
        super()._build()
        multiplier = int(self._option("depth_multiplier", 1))
        self.depthwise = self._weight("depthwise_kernel", (*self.windows.size, self.channels, multiplier))
        self.pointwise = self._weight("pointwise_kernel", (1, 1, self.channels * multiplier, self.filters))[
            0, 0
        ]

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the weighted sums of the depthwise results, plus bias."""
        intermediate = depthwise(self.windows, inputs[0], self.depthwise)
        sums = intermediate.reshape(-1, len(self.pointwise)) @ self.pointwise
        if self.bias is not None:
            sums += self.bias
        return np.asarray(sums).reshape(*intermediate.shape[:3], self.filters)

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient, computed through the weighted sums and then the depthwise kernels."""
        intermediate = gradient.reshape(-1, self.filters) @ self.pointwise.T
        return [
            _depthwise_backward(self.windows, intermediate.reshape(*gradient.shape[:3], -1), self.depthwise)
        ]

    def kernels(self, filter_index: int) -> tuple[tuple[int, ...], Activation]:
        """Return all channels, and for each the sum of its kernels times their weights."""
        factors = self.pointwise[:, filter_index].reshape(self.channels, -1)
        kernels = (self.depthwise * factors).sum(axis=3).transpose(2, 0, 1)
        return tuple(range(self.channels)), np.ascontiguousarray(kernels)
