"""Activation layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message, message_template
from desktop_app.networks.arithmetic import Arithmetic, Box, Combined, Position
from desktop_app.networks.layers.functions import (
    ACTIVATIONS,
    Function,
    elu,
    function_named,
    is_softmax,
    leaky_relu,
    prelu,
    relu,
    softmax,
)
from desktop_app.networks.layers.operation import ActivatedOperation, Activation, Batch
from desktop_app.networks.layers.options import Option, Options, Shape


class FunctionLayer(ActivatedOperation):
    """Base class of layers that apply a function to each value, or softmax to the last axis."""

    def _build(self) -> None:
        self.function = self._make_function()

    def _make_function(self) -> Function:
        """Return the function for the options of the layer."""
        return function_named(self._option("activation", None))

    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the input."""
        return inputs[0]

    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient."""
        return [gradient]

    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """Return the same position; None for softmax."""
        return None if is_softmax(self.function) else (self.inputs[0].name, position)

    def input_boxes(self, box: Box) -> list[Box]:
        """Return the same box."""
        return [box]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the input value, for softmax all values at the position, and the function."""
        value = float(self.function.value(inputs[0])[position])
        sources = ((self.inputs[0].name, position),)
        if is_softmax(self.function):
            channels = np.ascontiguousarray(inputs[0][position[:-1]])
            probability = float(softmax(channels)[position[-1]])
            function = "linear" if self.function.name == "softmax" else "log"
            step = Combined("softmax", channels)
            return Arithmetic(self.layer.name, position, step, probability, function, value, sources)
        before = inputs[0][position]
        step = Combined("function", np.array([before]))
        return Arithmetic(self.layer.name, position, step, float(before), self.function.name, value, sources)


class ActivationByName(FunctionLayer):
    """The layer Activation: a function chosen by name."""

    keras_name = "Activation"
    name_prefix = "activation"
    description = message("Applies an activation function to every value.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "activation",
            message("Activation"),
            message("The function"),
            "relu",
            choices=ACTIVATIONS,
            always_shown=True,
        ),
    )
    has_unbounded_output = True


class ReLU(FunctionLayer):
    """ReLU with maximum, negative slope and threshold."""

    name_prefix = "relu"
    description = message("Sets negative values to 0.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "max_value",
            message("Largest"),
            message("No value becomes larger"),
            None,
            0.0,
            1000.0,
            none=message("any"),
            short=message_template("at most {value}"),
        ),
        Option(
            "negative_slope",
            message("Slope"),
            message("What is below the threshold is multiplied by this"),
            0.0,
            0.0,
            1.0,
            step=0.05,
            short=message_template("slope {value}"),
        ),
        Option(
            "threshold",
            message("Threshold"),
            message("What is below becomes 0"),
            0.0,
            0.0,
            1000.0,
            short=message_template("threshold {value}"),
        ),
    )

    def _make_function(self) -> Function:
        max_value = self._option("max_value", None)
        return relu(
            float(self._option("negative_slope", 0.0)),
            None if max_value is None else float(max_value),
            float(self._option("threshold", 0.0)),
        )


class LeakyReLU(FunctionLayer):
    """Multiplies negative values by a number."""

    name_prefix = "leaky"
    description = message("Multiplies negative values by a small factor.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "negative_slope",
            message("Slope"),
            message("What is negative is multiplied by this"),
            0.3,
            0.0,
            1.0,
            step=0.05,
            short=message_template("slope {value}"),
        ),
    )

    def _make_function(self) -> Function:
        return leaky_relu(float(self._option("negative_slope", 0.3)))


class ELU(FunctionLayer):
    """The exponential linear unit."""

    name_prefix = "elu"
    description = message("Maps negative values smoothly to a lower limit.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "alpha",
            message("Alpha"),
            message("What is negative goes no lower than minus this"),
            1.0,
            0.0,
            100.0,
            short=message_template("alpha {value}"),
        ),
    )

    def _make_function(self) -> Function:
        return elu(float(self._option("alpha", 1.0)))


class PReLU(FunctionLayer):
    """Multiplies negative values by learned numbers."""

    name_prefix = "prelu"
    description = message("Multiplies negative values by learned factors.")
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "shared_axes",
            message("Shared axes"),
            message("Axes along which one number serves all: 1×2 for the places of a map"),
            None,
            1,
            3,
            none=message("none"),
            lengths=(1, 2, 3),
            short=message_template("axes {value} shared"),
        ),
    )

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the input shape; check the shared axes."""
        axes = _axes(options["shared_axes"])
        if len(set(axes)) < len(axes) or max(axes, default=0) > len(inputs[0]):
            raise UserError(
                "PReLU shares axes from 1 to {count} here, each at most once; correct the axes.",
                count=len(inputs[0]),
            )
        return inputs[0]

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the number of slopes: one for each value, except along shared axes."""
        return math.prod(_slopes_shape(inputs[0], options["shared_axes"])), 0

    def _make_function(self) -> Function:
        return prelu(
            self._weight("alpha", _slopes_shape(self.layer.shape, self._option("shared_axes", None)))
        )


class Softmax(FunctionLayer):
    """Probabilities over the last axis."""

    name_prefix = "softmax"
    description = message("Turns values into probabilities that sum to 1.")
    config_keys = ("axis",)

    def _make_function(self) -> Function:
        if self._option("axis", -1) not in (-1, len(self.layer.shape)):
            raise ValueError("only the last axis is supported")
        return function_named("softmax")


def _axes(option: Any) -> tuple[int, ...]:
    """Return the numbers of axes, from 1 (the first after the batch), in an option that may be None."""
    if option is None:
        return ()
    return (option,) if isinstance(option, int) else tuple(option)


def _slopes_shape(shape: Shape, shared: Any) -> Shape:
    """Return the shape of the slopes of PReLU."""
    axes = _axes(shared)
    return tuple(1 if axis in axes else size for axis, size in enumerate(shape, 1))
