"""Normalization by the mean and variance of what a layer is given, now and not in training."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Box, NormalizedValue, Position
from desktop_app.networks.layers.common import CENTER, EPSILON, SCALE
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape, int_option

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo


class SampleNormalization(Operation):
    """Values of a group less their mean, by their deviation, times gamma, plus beta.

    Attributes:
        shape: of one activation, whose axes are such that a group lies along whole axes.
        axes: of a batch in that shape, which one group lies along.
        weights_shape: of gamma and beta.
    """

    shape: Shape
    axes: tuple[int, ...]
    weights_shape: Shape
    has_unbounded_output = True

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the weights.

        Raises:
            ValueError: an option or a weight does not fit.
        """
        super().__init__(layer, inputs, weights)
        self._set_groups(layer.shape)
        ones = np.ones(self.weights_shape, dtype=np.float32)
        gamma = self._weight("gamma", ones.shape) if self._option("scale", True) else ones
        beta = self._weight("beta", ones.shape) if self._option("center", True) else 0 * ones
        self._gamma, self._beta = self._to_broadcast(gamma), self._to_broadcast(beta)
        self._epsilon = float(self._option("epsilon", 1e-3))

    @abstractmethod
    def _set_groups(self, shape: Shape) -> None:
        """Set shape, axes and weights_shape for activations of a shape; ValueError where that cannot be."""

    @abstractmethod
    def _to_broadcast(self, weight: Activation) -> Activation:
        """Gamma or beta in a shape that fits activations."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The normalized values, times gamma, plus beta."""
        normalized, _ = self._normalized(inputs[0])
        return normalized.reshape(inputs[0].shape) * self._gamma + self._beta

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """The gradient, less what mean and deviation take up."""
        normalized, scale = self._normalized(inputs[0])
        ahead = (gradient * self._gamma).reshape(normalized.shape)
        mean = ahead.mean(axis=self.axes, keepdims=True)
        along = (ahead * normalized).mean(axis=self.axes, keepdims=True)
        return [((ahead - mean - normalized * along) * scale).reshape(inputs[0].shape)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """The value, and mean and variance of its group."""
        values = inputs[0].astype(np.float64).reshape(1, *self.shape)
        count = math.prod(values.shape[axis] for axis in self.axes)

        def here(found: Any) -> float:
            return float(np.broadcast_to(found, values.shape).reshape(self.layer.shape)[position])

        step = NormalizedValue(
            float(inputs[0][position]),
            here(values.mean(axis=self.axes, keepdims=True)),
            here(values.var(axis=self.axes, keepdims=True)),
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
        """The values without gamma and beta in groups, and what their differences were multiplied by."""
        values = batch.reshape(-1, *self.shape)
        centred = values - values.mean(axis=self.axes, keepdims=True)
        variance = np.square(centred).mean(axis=self.axes, keepdims=True)
        scale = 1 / np.sqrt(variance + np.float32(self._epsilon))
        return centred * scale, scale


class LayerNormalization(SampleNormalization):
    """Groups are the values along some axes, mostly the channels of one place."""

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
            short="axes {value}",
        ),
        EPSILON,
        CENTER,
        SCALE,
    )
    config_keys = ("rms_scaling",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """As it is given."""
        try:
            _places(options["axis"], len(inputs[0]))
        except ValueError as error:
            raise UserError(
                "LayerNormalization takes axes from 1 to {count} here, in ascending order, or -1; "
                "correct the axes.",
                count=len(inputs[0]),
            ) from error
        return inputs[0]

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Beta and gamma for each value along the axes."""
        sizes = [inputs[0][place] for place in _places(options["axis"], len(inputs[0]))]
        return math.prod(sizes) * (int_option(options, "center") + int_option(options, "scale")), 0

    def input_boxes(self, box: Box) -> list[Box] | None:
        """The same place where only channels count; anywhere otherwise."""
        return [box] if self.axes == (len(self.layer.shape),) else None

    def _set_groups(self, shape: Shape) -> None:
        if self._option("rms_scaling", False):
            raise ValueError("only with mean and variance")
        places = _places(self._option("axis", -1), len(shape))
        self.shape, self.axes = shape, tuple(place + 1 for place in places)
        self.weights_shape = tuple(shape[place] for place in places)

    def _to_broadcast(self, weight: Activation) -> Activation:
        sizes = [size if place + 1 in self.axes else 1 for place, size in enumerate(self.shape)]
        return weight.reshape(sizes)


class GroupNormalization(SampleNormalization):
    """Groups are some neighbouring channels of all places."""

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
            short="{value} groups",
        ),
        EPSILON,
        CENTER,
        SCALE,
    )
    config_keys = ("axis",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """As it is given; the groups must divide the channels."""
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
        """Beta and gamma for each channel."""
        return inputs[0][-1] * (int_option(options, "center") + int_option(options, "scale")), 0

    def input_boxes(self, box: Box) -> None:
        """Every value depends on all places."""

    def _set_groups(self, shape: Shape) -> None:
        channels, groups = shape[-1], int(self._option("groups", 32))
        groups = channels if groups == -1 else groups
        if self._option("axis", -1) not in (-1, len(shape)) or groups < 1 or channels % groups:
            raise ValueError("only over the last axis, in groups of one size")
        self.shape = (*shape[:-1], groups, channels // groups)
        self.axes = tuple(axis for axis in range(1, len(self.shape) + 1) if axis != len(shape))
        self.weights_shape = (channels,)

    def _to_broadcast(self, weight: Activation) -> Activation:
        return weight


def _places(option: Any, axes: int) -> tuple[int, ...]:
    """Places in a shape, in order, from the numbers of axes that an option holds.

    Raises:
        ValueError: they are no axes, or not in order.
    """
    numbers = option if isinstance(option, list | tuple) else (option,)
    places = tuple(number - 1 if number > 0 else number + axes for number in numbers)
    fits = all(number != 0 for number in numbers) and all(0 <= place < axes for place in places)
    if not fits or not places or list(places) != sorted(set(places)):
        raise ValueError("not axes in order")
    return places
