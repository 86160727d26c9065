"""The weights of a layer, arranged as filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.layers.registry import convolution_kernels, is_identity, keeps_channels
from desktop_app.networks.network_info import LayerInfo, NetworkInfo

Values: TypeAlias = NDArray[np.float32]

_VECTORS = ("gamma", "scale", "beta", "moving_mean", "moving_variance", "alpha", "mean", "variance")
"""Weights with one number for each channel, in display order."""


@dataclass(frozen=True, eq=False)
class Kernels:
    """Filters with an image for each input channel.

    Attributes:
        values: float32 (height, width, inputs, filters).
        biases: float32 (filters,), or None.
        first_inputs: int64 (filters,), channel of the previous layer that the first kernel of a filter
            reads; not 0 in depthwise and grouped convolutions.
        is_rgb: whether the three inputs are red, green and blue of the model input.
        is_folded: whether these are weights of a dense layer, reshaped to the maps before Flatten.
    """

    values: Values
    biases: Values | None
    first_inputs: NDArray[np.int64]
    is_rgb: bool = False
    is_folded: bool = False

    @property
    def inputs(self) -> int:
        """Number of kernels of each filter."""
        return int(self.values.shape[2])

    @property
    def count(self) -> int:
        """Number of filters."""
        return int(self.values.shape[3])


@dataclass(frozen=True, eq=False)
class Matrix:
    """Filters with one weight for each input.

    Attributes:
        values: float32 (inputs, units).
        biases: float32 (units,), or None.
    """

    values: Values
    biases: Values | None

    @property
    def count(self) -> int:
        """Number of units."""
        return int(self.values.shape[1])


@dataclass(frozen=True, eq=False)
class Vectors:
    """Weights with one number for each channel, e.g. of batch normalization.

    Attributes:
        values: float32 (channels,) by Keras weight name, in display order.
    """

    values: Mapping[str, Values]

    @property
    def count(self) -> int:
        """Number of channels."""
        return len(next(iter(self.values.values())))


Filters: TypeAlias = Kernels | Matrix | Vectors


def filters_of(network: NetworkInfo, name: str, weights: Mapping[str, Values]) -> Filters | None:
    """Return the weights of a layer as filters.

    Args:
        network: the network of the layer.
        name: name of the layer.
        weights: weights of the layer by Keras weight name, e.g. "kernel", "bias".

    Returns:
        None if the layer has no weights that can be shown.
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
    """Return the Euclidean norm of each kernel, float32 (inputs, filters)."""
    norms: Values = np.sqrt(np.square(kernels.values).sum(axis=(0, 1)))
    return norms


def filter_norms(kernels: Kernels) -> Values:
    """Return the Euclidean norm of each filter over all its kernels, float32 (filters,)."""
    norms: Values = np.sqrt(np.square(kernels.values).sum(axis=(0, 1, 2)))
    return norms


def rgb_kernels(kernels: Kernels) -> NDArray[np.uint8]:
    """Return kernels of three inputs as red, green and blue images; zero is the middle grey.

    Returns:
        uint8 (filters, height, width, 3); the largest magnitude of the layer is 0 or 255.
    """
    magnitude = float(np.abs(kernels.values).max(initial=0.0)) or 1.0
    shares = 0.5 + kernels.values.transpose(3, 0, 1, 2) / np.float32(2 * magnitude)
    colours: NDArray[np.uint8] = np.rint(shares * np.float32(255)).astype(np.uint8)
    return colours


def _flattened_layer(network: NetworkInfo, layer: LayerInfo) -> LayerInfo | None:
    """Return the layer whose maps a dense layer reads through Flatten; None if there is none."""
    while len(layer.inputs) == 1:
        before = network.layer(layer.inputs[0])
        if len(before.shape) == 3:
            return before
        if not is_identity(before):
            return None
        layer = before
    return None


def _dense(network: NetworkInfo, layer: LayerInfo, kernel: Values, biases: Values | None) -> Filters:
    """Return dense weights, reshaped to the maps before Flatten if there are any."""
    (before,) = (network.layer(name) for name in layer.inputs)
    maps = _flattened_layer(network, layer) if len(before.shape) == 1 else None
    if maps is None or np.prod(maps.shape) != len(kernel):
        return Matrix(kernel, biases)
    folded = kernel.reshape(*maps.shape, kernel.shape[1])
    first_inputs = np.zeros(folded.shape[-1], dtype=np.int64)
    return Kernels(folded, biases, first_inputs, _is_rgb(network, maps), is_folded=True)


def _kernels(network: NetworkInfo, layer: LayerInfo, values: Values, biases: Values | None) -> Filters:
    """Return kernels; ungrouped kernels of one pixel are a matrix."""
    _, _, inputs, count = values.shape
    (before,) = (network.layer(name) for name in layer.inputs)
    groups = max(1, before.shape[-1] // max(1, inputs))
    if values.shape[:2] == (1, 1) and groups == 1:
        return Matrix(values[0, 0], biases)
    first_inputs = np.arange(count) // max(1, count // groups) * inputs
    return Kernels(values, biases, first_inputs, _is_rgb(network, before))


def _vectors(weights: Mapping[str, Values]) -> Vectors | None:
    """Return the known weights with one number for each channel."""
    flat = {name: values.ravel() for name, values in weights.items() if max(values.shape, default=0) > 0}
    flat = {name: values for name, values in flat.items() if len(values) == max(weights[name].shape)}
    known = [name for name in _VECTORS if name in flat]
    shown = {name: flat[name] for name in known if len(flat[name]) == len(flat[known[0]])}
    return Vectors(shown) if shown else None


def _is_rgb(network: NetworkInfo, layer: LayerInfo) -> bool:
    """Return whether the channels of a layer are red, green and blue of the model input."""
    while layer.shape[-1] == 3 and len(layer.inputs) == 1 and (is_identity(layer) or keeps_channels(layer)):
        layer = network.layer(layer.inputs[0])
    return layer.kind == "InputLayer" and len(layer.shape) == 3 and layer.shape[-1] == 3
