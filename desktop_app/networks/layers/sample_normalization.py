"""Normalization by mean and variance of the current input."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message, message_template
from desktop_app.networks.arithmetic import Arithmetic, Box, NormalizedValue, Position
from desktop_app.networks.layers.common import CENTER, EPSILON, SCALE
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape, int_option


class SampleNormalization(Operation):
    """Base class: (value - mean of group) / deviation of group * gamma + beta.

    Attributes:
        shape: shape of an activation in which each group consists of whole axes.
        axes: axes of a group in a batch of that shape.
        weights_shape: shape of gamma and beta.
    """

    shape: Shape
    axes: tuple[int, ...]
    weights_shape: Shape
    has_unbounded_output = True

    def _build(self) -> None:
        self._set_groups(self.layer.shape)
        ones = np.ones(self.weights_shape, dtype=np.float32)
        gamma = self._weight("gamma", ones.shape) if self._option("scale", True) else ones
        beta = self._weight("beta", ones.shape) if self._option("center", True) else 0 * ones
        self._gamma, self._beta = self._broadcastable(gamma), self._broadcastable(beta)
        self._epsilon = float(self._option("epsilon", 1e-3))

    @abstractmethod
    def _set_groups(self, shape: Shape) -> None:
        """Set shape, axes and weights_shape; raise ValueError for invalid options."""

    @abstractmethod
    def _broadcastable(self, weight: Activation) -> Activation:
        """Return gamma or beta in a shape that broadcasts to activations."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the normalized values times gamma, plus beta."""
        normalized, _ = self._normalized(inputs[0])
        return normalized.reshape(inputs[0].shape) * self._gamma + self._beta

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient through value, mean and deviation."""
        normalized, scale = self._normalized(inputs[0])
        scaled = (gradient * self._gamma).reshape(normalized.shape)
        mean = scaled.mean(axis=self.axes, keepdims=True)
        projection = (scaled * normalized).mean(axis=self.axes, keepdims=True)
        return [((scaled - mean - normalized * projection) * scale).reshape(inputs[0].shape)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the value with mean and variance of its group."""
        values = inputs[0].astype(np.float64).reshape(1, *self.shape)
        count = math.prod(values.shape[axis] for axis in self.axes)

        def at_position(statistic: Any) -> float:
            return float(np.broadcast_to(statistic, values.shape).reshape(self.layer.shape)[position])

        step = NormalizedValue(
            float(inputs[0][position]),
            at_position(values.mean(axis=self.axes, keepdims=True)),
            at_position(values.var(axis=self.axes, keepdims=True)),
            float(np.broadcast_to(self._gamma, self.layer.shape)[position]),
            float(np.broadcast_to(self._beta, self.layer.shape)[position]),
            self._epsilon,
            count,
        )
        deviation = math.sqrt(step.variance + step.epsilon)
        value = step.gamma * (step.value - step.mean) / deviation + step.beta
        sources = ((self.inputs[0].name, position),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)

    def _normalized(self, batch: Batch) -> tuple[Batch, Batch]:
        """Return the values of mean 0 and variance 1 in groups, and the inverse deviations."""
        values = batch.reshape(-1, *self.shape)
        centred = values - values.mean(axis=self.axes, keepdims=True)
        variance = np.square(centred).mean(axis=self.axes, keepdims=True)
        scale = 1 / np.sqrt(variance + np.float32(self._epsilon))
        return centred * scale, scale


class LayerNormalization(SampleNormalization):
    """Normalizes along some axes, usually over the channels at each position."""

    name_prefix = "layer_norm"
    description = message(
        "Normalizes the channels of each position, or all values, to mean 0 and variance 1."
    )
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "axis",
            message("Axes"),
            message("Along which mean and variance are taken: -1 the channels, 1×2×3 all values of maps"),
            -1,
            -3,
            3,
            lengths=(1, 2, 3),
            short=message_template("axes {value}"),
        ),
        EPSILON,
        CENTER,
        SCALE,
    )
    config_keys = ("rms_scaling",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the input shape; check the axes."""
        try:
            _axis_indices(options["axis"], len(inputs[0]))
        except ValueError as error:
            raise UserError(
                "LayerNormalization takes axes from 1 to {count} here, in ascending order, or -1; "
                "correct the axes.",
                count=len(inputs[0]),
            ) from error
        return inputs[0]

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers in beta and gamma."""
        sizes = [inputs[0][index] for index in _axis_indices(options["axis"], len(inputs[0]))]
        return math.prod(sizes) * (int_option(options, "center") + int_option(options, "scale")), 0

    def input_boxes(self, box: Box) -> list[Box] | None:
        """Return the same box where groups are channels at one position; None otherwise."""
        return [box] if self.axes == (len(self.layer.shape),) else None

    def _set_groups(self, shape: Shape) -> None:
        if self._option("rms_scaling", False):
            raise ValueError("rms_scaling is not supported")
        indices = _axis_indices(self._option("axis", -1), len(shape))
        self.shape, self.axes = shape, tuple(index + 1 for index in indices)
        self.weights_shape = tuple(shape[index] for index in indices)

    def _broadcastable(self, weight: Activation) -> Activation:
        sizes = [size if index + 1 in self.axes else 1 for index, size in enumerate(self.shape)]
        return weight.reshape(sizes)


class GroupNormalization(SampleNormalization):
    """Normalizes groups of neighbouring channels over all positions."""

    name_prefix = "group_norm"
    description = message("Normalizes groups of channels to mean 0 and variance 1.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "groups",
            message("Groups"),
            message("How many groups of channels; -1: each by itself"),
            8,
            -1,
            2048,
            always_shown=True,
            short=message_template("{value} groups"),
        ),
        EPSILON,
        CENTER,
        SCALE,
    )
    config_keys = ("axis",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the input shape; check the groups."""
        channels, groups = inputs[0][-1], int_option(options, "groups")
        if groups == 0 or channels % groups:
            raise UserError(
                "GroupNormalization cannot split {channels} channels into {groups} groups; choose a "
                "number that divides them.",
                channels=channels,
                groups=groups,
            )
        return inputs[0]

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers in beta and gamma."""
        return inputs[0][-1] * (int_option(options, "center") + int_option(options, "scale")), 0

    def input_boxes(self, box: Box) -> None:
        """Return None: each value depends on all positions."""

    def _set_groups(self, shape: Shape) -> None:
        channels, groups = shape[-1], int(self._option("groups", 32))
        groups = channels if groups == -1 else groups
        if self._option("axis", -1) not in (-1, len(shape)) or groups < 1 or channels % groups:
            raise ValueError("only equal groups of the last axis are supported")
        self.shape = (*shape[:-1], groups, channels // groups)
        self.axes = tuple(axis for axis in range(1, len(self.shape) + 1) if axis != len(shape))
        self.weights_shape = (channels,)

    def _broadcastable(self, weight: Activation) -> Activation:
        return weight


def _axis_indices(option: Any, axes: int) -> tuple[int, ...]:
    """Return indices into a shape, in ascending order, from the numbers of axes in an option.

    Raises:
        ValueError: invalid axes, or not in ascending order.
    """
    numbers = option if isinstance(option, list | tuple) else (option,)
    indices = tuple(number - 1 if number > 0 else number + axes for number in numbers)
    fits = all(number != 0 for number in numbers) and all(0 <= index < axes for index in indices)
    if not fits or not indices or list(indices) != sorted(set(indices)):
        raise ValueError("invalid axes")
    return indices
