"""How one value of a feature map came about, as plain values to show.

Coordinates are rows and columns of feature maps, from 0; boxes are half open and may reach beyond
the edges of a map, where padding lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float32]

Position: TypeAlias = tuple[int, ...]
"""(row, column, channel) in a picture, (unit,) in a row of units; an index into an activation."""


@dataclass(frozen=True)
class Box:
    """A rectangle of a feature map: rows top to bottom - 1, columns left to right - 1."""

    top: int
    left: int
    bottom: int
    right: int

    def clipped(self, height: int, width: int) -> Box:
        """The part inside a map of this size; empty boxes stay where they are."""
        return Box(
            min(max(self.top, 0), height),
            min(max(self.left, 0), width),
            min(max(self.bottom, 0), height),
            min(max(self.right, 0), width),
        )

    def moved(self, rows: int, columns: int) -> Box:
        """The same size, this much further down and to the right."""
        return Box(self.top + rows, self.left + columns, self.bottom + rows, self.right + columns)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )


@dataclass(frozen=True, eq=False)
class WindowSum:
    """A sum of windows: patch times kernel for each input channel, summed, and a bias.

    Attributes:
        box: what the window covers of the layer before, padding included; with dilation only every
            dilation-th of its pixels takes part, and patches and kernels hold just those.
        channels: numbers of the input channels that take part, in order.
        patches: float32 (channels, kernel height, kernel width), 0 in the padding.
        inside: bool (kernel height, kernel width), False in the padding.
        kernels: float32, the same shape as patches.
        sums: float32 (channels,), each channel's sum of patch times kernel.
        bias: None where the layer has none.
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
    """A pooling window over one channel: the largest value wins, or the mean is taken.

    Attributes:
        box: what the window covers of the layer before, padding included.
        channel: of the layer before.
        patch: float32 (height, width) of the window, 0 in the padding.
        inside: bool (height, width), False in the padding; only what is inside counts.
        winner: row and column within the patch of the largest value; None for a mean.
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
        count: of how many values of the layer before mean and variance are; 0 where they are what
            the batches of the training made them.
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
    """A dense unit: every input times its weight, summed, and a bias.

    Attributes:
        inputs, weights: float32 (units,), the last axis of the layer before.
        bias: None where the layer has none.
    """

    inputs: Values
    weights: Values
    bias: float | None


@dataclass(frozen=True, eq=False)
class Combined:
    """One value from each of several layers, or several values of one, joined by an operation.

    Attributes:
        operation: "add", "multiply", "divide", "average", "maximum", "minimum", "subtract",
            "softmax" or "function" (the activation alone, of one value).
        values: float32 (n,), in the order of the layer's inputs; for softmax, all that compete.
    """

    operation: str
    values: Values


@dataclass(frozen=True)
class Rearranged:
    """The value comes unchanged from another place: flatten, reshape, padding, cropping, concatenation.

    Attributes:
        layer: where it comes from; empty for padding and for the model input, which come from nowhere.
        position: index into that layer's activation.
    """

    layer: str
    position: Position


Step: TypeAlias = WindowSum | PoolWindow | NormalizedValue | WeightedSum | Combined | Rearranged


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """How one value came about.

    Attributes:
        layer: its name.
        position: index into the layer's activation.
        step: the sum, window or choice.
        before: what the step gives, before the activation function.
        function: name of the activation function, "linear" where there is none.
        value: the result, which the feature map shows at the position.
        sources: for each input of the layer that takes part, its name and where to go on asking: the
            index of the value, of the one that won or contributes most, or, in pictures, of the
            middle of the window in the channel that contributes most.
    """

    layer: str
    position: Position
    step: Step
    before: float
    function: str
    value: float
    sources: tuple[tuple[str, Position], ...]
