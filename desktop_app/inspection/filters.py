"""Filters: the weights of a layer, arranged for looking at. Numpy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.layers.registry import convolution_kernels
from desktop_app.networks.network_info import LayerInfo, NetworkInfo

Values: TypeAlias = NDArray[np.float32]

_VECTORS = ("gamma", "scale", "beta", "moving_mean", "moving_variance", "alpha", "mean", "variance")
"""Weights that are one number a channel, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Kernels:
    """Filters that are pictures: one kernel for each input channel and filter.

    Attributes:
        values: float32 (height, width, inputs, filters).
        biases: float32 (filters,), or None where the layer has none.
        first_inputs: int64 (filters,), the channel of the layer before that a filter's first kernel
            reads; others than 0 in depthwise and grouped convolutions.
        is_rgb: whether the three inputs are red, green and blue of the model input.
        folded: whether these are a dense layer's weights, folded back into the picture it reads.
    """

    values: Values
    biases: Values | None
    first_inputs: NDArray[np.int64]
    is_rgb: bool = False
    is_folded: bool = False

    @property
    def inputs(self) -> int:
        """Kernels of each filter."""
        return int(self.values.shape[2])

    @property
    def count(self) -> int:
        """Number of filters."""
        return int(self.values.shape[3])


@dataclass(frozen=True, eq=False)
class Matrix:
    """Filters without a picture: one weight for each input and unit.

    Attributes:
        values: float32 (inputs, units).
        biases: float32 (units,), or None where the layer has none.
    """

    values: Values
    biases: Values | None

    @property
    def count(self) -> int:
        """Number of units."""
        return int(self.values.shape[1])


@dataclass(frozen=True, eq=False)
class Vectors:
    """No filters, but some numbers for each channel, as batch normalization has them.

    Attributes:
        values: Keras' name of a weight to float32 (channels,), in the order to show them in.
    """

    values: Mapping[str, Values]

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(next(iter(self.values.values())))


Filters: TypeAlias = Kernels | Matrix | Vectors


def filters_of(network: NetworkInfo, name: str, weights: Mapping[str, Values]) -> Filters | None:
    """The filters of a layer.

    Args:
        network: that the layer belongs to.
        name: of the layer.
        weights: of the layer by Keras' names, e.g. "kernel", "bias".

    Returns:
        None where the layer has no weights, or none that can be shown.
    """
    layer = network.layer(name)
    biases, kernel = weights.get("bias"), weights.get("kernel")
    kernels = convolution_kernels(layer.kind, weights)
    if kernels is not None:
        return _kernels(network, layer, kernels, biases)
    if kernel is not None:
        return _dense(network, layer, kernel, biases) if kernel.ndim == 2 else None
    return _vectors(weights)


def kernel_norms(kernels: Kernels) -> Values:
    """The size of every kernel: its Euclidean norm, float32 (inputs, filters)."""
    sizes: Values = np.sqrt(np.square(kernels.values).sum(axis=(0, 1)))
    return sizes


def filter_norms(kernels: Kernels) -> Values:
    """The size of every filter with all its kernels, float32 (filters,)."""
    sizes: Values = np.sqrt(np.square(kernels.values).sum(axis=(0, 1, 2)))
    return sizes


def rgb_kernels(kernels: Kernels) -> NDArray[np.uint8]:
    """Kernels of three inputs as red, green and blue; zero is the middle grey in each.

    Returns:
        uint8 (filters, height, width, 3); the largest weight of the layer takes an end of the range.
    """
    extreme = float(np.abs(kernels.values).max(initial=0.0)) or 1.0
    shares = 0.5 + kernels.values.transpose(3, 0, 1, 2) / np.float32(2 * extreme)
    colours: NDArray[np.uint8] = np.rint(shares * np.float32(255)).astype(np.uint8)
    return colours


def picture_behind(network: NetworkInfo, layer: LayerInfo) -> LayerInfo | None:
    """The layer with a picture that a dense layer reads, behind nothing but a flattening; else None."""
    while len(layer.inputs) == 1:
        before = network.layer(layer.inputs[0])
        if len(before.shape) == 3:
            return before
        if not before.is_identity:
            return None
        layer = before
    return None


def _dense(network: NetworkInfo, layer: LayerInfo, kernel: Values, biases: Values | None) -> Filters:
    """Folded into a picture where the units read one, else a matrix."""
    (before,) = (network.layer(name) for name in layer.inputs)
    picture = picture_behind(network, layer) if len(before.shape) == 1 else None
    if picture is None or np.prod(picture.shape) != len(kernel):
        return Matrix(kernel, biases)
    folded = kernel.reshape(*picture.shape, kernel.shape[1])
    return Kernels(folded, biases, _zeros(folded), _is_coloured(network, picture), is_folded=True)


def _kernels(network: NetworkInfo, layer: LayerInfo, values: Values, biases: Values | None) -> Filters:
    """Return kernels; ungrouped kernels of one pixel are a matrix."""
    _, _, inputs, count = values.shape
    (before,) = (network.layer(name) for name in layer.inputs)
    groups = max(1, before.shape[-1] // max(1, inputs))
    if values.shape[:2] == (1, 1) and groups == 1:
        return Matrix(values[0, 0], biases)
    first_inputs = np.arange(count) // max(1, count // groups) * inputs
    return Kernels(values, biases, first_inputs, _is_coloured(network, before))


def _vectors(weights: Mapping[str, Values]) -> Vectors | None:
    """Whatever has one number a channel, what is known first."""
    flat = {name: values.ravel() for name, values in weights.items() if max(values.shape, default=0) > 0}
    flat = {name: values for name, values in flat.items() if len(values) == max(weights[name].shape)}
    known = [name for name in _VECTORS if name in flat]
    shown = {name: flat[name] for name in known if len(flat[name]) == len(flat[known[0]])}
    return Vectors(shown) if shown else None


def _is_coloured(network: NetworkInfo, layer: LayerInfo) -> bool:
    """Whether the channels of a layer are red, green and blue of the model input."""
    while layer.shape[-1] == 3 and len(layer.inputs) == 1 and (layer.is_identity or layer.keeps_channels):
        layer = network.layer(layer.inputs[0])
    return layer.kind == "InputLayer" and len(layer.shape) == 3 and layer.shape[-1] == 3


def _zeros(values: Values) -> NDArray[np.int64]:
    return np.zeros(values.shape[-1], dtype=np.int64)
