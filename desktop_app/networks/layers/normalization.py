"""Layers that multiply each channel by a factor and add an offset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from desktop_app.core.messages import message, message_template
from desktop_app.networks.arithmetic import Arithmetic, NormalizedValue, Position, WeightedSum
from desktop_app.networks.layers.common import CENTER, EPSILON, SCALE
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape, int_option


class Scaling(Operation):
    """Base class.

    Attributes:
        factor, offset: float32 (channels,).
    """

    factor: Activation
    offset: Activation

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the scaled values."""
        scaled = inputs[0] * self.factor
        scaled += self.offset
        return scaled

    def source_of(self, position: Position) -> tuple[str, Position]:
        """Return the same position."""
        return self.inputs[0].name, position

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient times the factor."""
        return [gradient * self.factor]


class BatchNormalization(Scaling):
    """Batch normalization at inference, with the moving averages of training."""

    name_prefix = "norm"
    description = message("Normalizes each channel to mean 0 and variance 1, with statistics from training.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "momentum",
            message("Momentum"),
            message(
                "How slowly mean and variance follow the batches of the training; lower if an epoch has few"
            ),
            0.99,
            0.0,
            0.9999,
            step=0.01,
            training_only=True,
            short=message_template("momentum {value}"),
        ),
        EPSILON,
        CENTER,
        SCALE,
    )
    config_keys = ("axis",)
    has_unbounded_output = True

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers in beta and gamma, and in mean and variance."""
        channels = inputs[0][-1]
        return channels * (int_option(options, "center") + int_option(options, "scale")), 2 * channels

    def _build(self) -> None:
        axis = self._option("axis", -1)
        if axis not in (-1, len(self.layer.shape)):
            raise ValueError("only the last axis is supported")
        shape = (self.layer.shape[-1],)
        self.mean = self._weight("moving_mean", shape)
        self.variance = self._weight("moving_variance", shape)
        ones = np.ones(shape, dtype=np.float32)
        self.gamma = self._weight("gamma", shape) if self._option("scale", True) else ones
        self.beta = self._weight("beta", shape) if self._option("center", True) else 0 * ones
        self.epsilon = float(self._option("epsilon", 1e-3))
        factor = self.gamma / np.sqrt(self.variance.astype(np.float64) + self.epsilon)
        self.factor = factor.astype(np.float32)
        self.offset = (self.beta - self.mean * factor).astype(np.float32)

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the parameters of the channel."""
        channel = position[-1]
        step = NormalizedValue(
            float(inputs[0][position]),
            float(self.mean[channel]),
            float(self.variance[channel]),
            float(self.gamma[channel]),
            float(self.beta[channel]),
            self.epsilon,
        )
        deviation = np.sqrt(step.variance + step.epsilon)
        value = float(step.gamma * (step.value - step.mean) / deviation + step.beta)
        sources = ((self.inputs[0].name, position),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)


class Rescaling(Scaling):
    """A fixed factor and offset for all values, or for each channel."""

    name_prefix = "rescaling"
    description = message("Multiplies all values by a factor and adds an offset.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "scale",
            message("Factor"),
            message("What all values are multiplied by"),
            1.0,
            -1000.0,
            1000.0,
            always_shown=True,
        ),
        Option(
            "offset",
            message("Offset"),
            message("What is added to all values"),
            0.0,
            -1000.0,
            1000.0,
            short=message_template("offset {value}"),
        ),
    )
    keeps_channels = True

    def _build(self) -> None:
        shape = (self.layer.shape[-1],)
        try:
            self.factor = np.broadcast_to(np.float32(self._option("scale", 1.0)), shape)
            self.offset = np.broadcast_to(np.float32(self._option("offset", 0.0)), shape)
        except TypeError as error:
            raise ValueError("scale and offset must be numbers") from error

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the value times the factor, plus offset."""
        channel = position[-1]
        value = float(inputs[0][position]) * float(self.factor[channel]) + float(self.offset[channel])
        step = WeightedSum(
            np.array([inputs[0][position]]), self.factor[channel : channel + 1], float(self.offset[channel])
        )
        sources = ((self.inputs[0].name, position),)
        return Arithmetic(self.layer.name, position, step, value, "linear", value, sources)
