"""The calculation of one value of a feature map, as plain values to show.

Coordinates are rows and columns of feature maps, counted from 0. Boxes are half open and may extend
beyond the edges of a map into the padding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float32]

Position: TypeAlias = tuple[int, ...]
"""Index into an activation: (row, column, channel) for feature maps, (unit,) for dense layers."""


@dataclass(frozen=True)
class Box:
    """A rectangle of a feature map: rows top to bottom - 1, columns left to right - 1."""

    top: int
    left: int
    bottom: int
    right: int

    def clipped(self, height: int, width: int) -> Box:
        """Return the part inside a map of this size; it is empty if the box lies outside."""
        return Box(
            min(max(self.top, 0), height),
            min(max(self.left, 0), width),
            min(max(self.bottom, 0), height),
            min(max(self.right, 0), width),
        )

    def moved(self, rows: int, columns: int) -> Box:
        """Return a box of the same size, moved down and to the right."""
        return Box(self.top + rows, self.left + columns, self.bottom + rows, self.right + columns)

    def union(self, other: Box) -> Box:
        """Return the smallest box that contains both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


@dataclass(frozen=True, eq=False)
class WindowSum:
    """A convolution at one position: patch times kernel for each input channel, summed, plus the bias.

    Attributes:
        box: window in the input layer, padding included. With dilation, patches and kernels hold only
            every dilation-th pixel of it.
        channels: input channels that take part, ascending.
        patches: float32 (channels, kernel height, kernel width), 0 in the padding.
        inside: bool (kernel height, kernel width), False in the padding.
        kernels: float32, same shape as patches.
        sums: float32 (channels,), sum of patch times kernel for each channel.
        bias: None if the layer has no bias.
    """

    box: Box
    channels: tuple[int, ...]
    patches: Values
    inside: NDArray[np.bool_]
    kernels: Values
    sums: Values
    bias: float | None


@dataclass(frozen=True, eq=False)
class PoolWindow:
    """Maximum or average pooling of one window of one channel.

    Attributes:
        box: window in the input layer, padding included.
        channel: channel of the input layer.
        patch: float32 (height, width), 0 in the padding.
        inside: bool (height, width), False in the padding, which does not count.
        winner: row and column of the maximum within the patch; None for average pooling.
    """

    box: Box
    channel: int
    patch: Values
    inside: NDArray[np.bool_]
    winner: tuple[int, int] | None


@dataclass(frozen=True)
class NormalizedValue:
    """Normalization: gamma * (value - mean) / sqrt(variance + epsilon) + beta.

    Attributes:
        count: number of input values from which mean and variance were computed; 0 for the moving
            averages of batch normalization.
    """

    value: float
    mean: float
    variance: float
    gamma: float
    beta: float
    epsilon: float
    count: int = 0


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """A dense unit: inputs times weights, summed, plus the bias.

    Attributes:
        inputs, weights: float32 (units,), along the last axis of the input layer.
        bias: None if the layer has no bias.
    """

    inputs: Values
    weights: Values
    bias: float | None


@dataclass(frozen=True, eq=False)
class Combined:
    """An operation on one value of each of several layers, or on several values of one layer.

    Attributes:
        operation: "add", "multiply", "divide", "average", "maximum", "minimum", "subtract",
            "softmax" or "function" (an activation function of one value).
        values: float32 (n,), in the order of the layer's inputs; for softmax, all values of the axis.
    """

    operation: str
    values: Values


@dataclass(frozen=True)
class Rearranged:
    """A value copied unchanged: flatten, reshape, padding, cropping, or concatenation.

    Attributes:
        layer: source layer; empty for padding and for the model input, which have no source.
        position: index into the source layer's activation.
    """

    layer: str
    position: Position


Step: TypeAlias = WindowSum | PoolWindow | NormalizedValue | WeightedSum | Combined | Rearranged


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """The calculation of one value.

    Attributes:
        layer: name of the layer.
        position: index into the layer's activation.
        step: the operation with its operands.
        pre_activation: result of the step, before the activation function.
        function: name of the activation function; "linear" if there is none.
        value: the result, equal to the activation at the position.
        sources: for each input that takes part, the name of the layer and the position to explain
            next: that of the copied value, of the maximum, of the largest contribution, or, for
            windows, the center of the window in the channel with the largest contribution.
    """

    layer: str
    position: Position
    step: Step
    pre_activation: float
    function: str
    value: float
    sources: tuple[tuple[str, Position], ...]
