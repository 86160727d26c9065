"""Keras operations that are not layers but occur in imported models: x / y, keras.ops.relu(x)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Arithmetic, Box, Position, WindowSum
from desktop_app.networks.layers.activation import FunctionLayer
from desktop_app.networks.layers.functions import (
    Function,
    approximate_gelu,
    elu,
    function_named,
    function_of_input,
    function_of_output,
    leaky_relu,
)
from desktop_app.networks.layers.merging import (
    Add,
    Maximum,
    Merging,
    Minimum,
    Multiply,
    Subtract,
)
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.pooling import GlobalAveragePooling2D, GlobalMaxPooling2D, GlobalPooling

_GetOption = Callable[[str, Any], Any]

_NAMED = {
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "LogSoftmax": "log_softmax",
    "Relu": "relu",
    "Relu6": "relu6",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "Silu": "silu",
    "Softmax": "softmax",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Tanh": "tanh",
}
_WITH_OPTIONS: dict[str, Callable[[_GetOption], Function]] = {
    "Elu": lambda option: elu(float(option("alpha", 1.0))),
    "Gelu": lambda option: approximate_gelu() if option("approximate", True) else function_named("gelu"),
    "LeakyRelu": lambda option: leaky_relu(float(option("negative_slope", 0.2))),
}
_PLAIN = {
    "Absolute": function_of_input("abs", np.abs, lambda x: np.asarray(np.sign(x), dtype=np.float32)),
    "Exp": function_of_output("exp", np.exp, lambda y: y),
    "Log": function_of_input("log", np.log, lambda x: np.float32(1) / x),
    "Negative": function_of_input("negative", np.negative, lambda x: np.full_like(x, -1)),
    "Sqrt": function_of_output("sqrt", np.sqrt, lambda y: np.float32(0.5) / y),
    "Square": function_of_input("square", np.square, lambda x: 2 * x),
}


class FunctionOperation(FunctionLayer):
    """A function of each value, or of the channels at each position, chosen by the name of the operation."""

    config_keys = ("alpha", "approximate", "axis", "negative_slope")

    def _make_function(self) -> Function:
        name = self.layer.kind.removeprefix("ops.")
        if self._option("axis", -1) not in (-1, len(self.layer.shape)):
            raise ValueError("only the last axis is supported")
        if name in _NAMED:
            return function_named(_NAMED[name])
        return _PLAIN[name] if name in _PLAIN else _WITH_OPTIONS[name](self._option)


class Divide(Merging):
    """The quotient of two inputs."""

    ufunc = np.divide

    def merge_backward(self, gradient: Batch, values: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient divided by the divisor, and the negative of that times the quotient."""
        back = gradient / values[1]
        return [back, -back * output]


class SpatialReduction(GlobalPooling):
    """A reduction over rows and columns; other axes are not supported."""

    config_keys = ("axis", "keepdims")

    def _build(self) -> None:
        super()._build()
        axes = self._option("axis", None)
        rank = len(self.inputs[0].shape) + 1
        if not isinstance(axes, list | tuple) or {axis % rank for axis in axes} != {1, 2}:
            raise ValueError("only rows and columns are supported")


class Mean(SpatialReduction, GlobalAveragePooling2D):
    """The mean of each map."""


class Max(SpatialReduction, GlobalMaxPooling2D):
    """The maximum of each map."""


class Sum(SpatialReduction):
    """The sum of each map."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the sum of each channel."""
        return np.asarray(inputs[0].sum(axis=(1, 2)).reshape(-1, *self.layer.shape))

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient for every pixel."""
        return [np.broadcast_to(gradient.reshape(len(gradient), 1, 1, -1), inputs[0].shape)]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the sum over the whole map as a window with weights of 1."""
        channel = position[-1]
        patch = np.ascontiguousarray(inputs[0][..., channel])
        total, _ = self._pool(patch)
        row, column = np.unravel_index(int(np.abs(patch).argmax()), patch.shape)
        step = WindowSum(
            Box(0, 0, *patch.shape),
            (channel,),
            patch[None],
            np.ones(patch.shape, dtype=np.bool_),
            np.ones((1, *patch.shape), dtype=np.float32),
            np.array([total], dtype=np.float32),
            None,
        )
        sources = ((self.inputs[0].name, (int(row), int(column), channel)),)
        return Arithmetic(self.layer.name, position, step, total, "linear", total, sources)

    def _pool(self, patch: NDArray[np.float32]) -> tuple[float, tuple[int, int] | None]:
        """Return the sum."""
        return float(patch.sum(dtype=np.float64)), None


KERAS_OPERATIONS: Mapping[str, type[Operation]] = MappingProxyType(
    {
        "Add": Add,
        "Divide": Divide,
        "Max": Max,
        "Maximum": Maximum,
        "Mean": Mean,
        "Minimum": Minimum,
        "Multiply": Multiply,
        "Subtract": Subtract,
        "Sum": Sum,
        "TrueDivide": Divide,
        **dict.fromkeys((*_NAMED, *_WITH_OPTIONS, *_PLAIN), FunctionOperation),
    }
)
"""Kinds by Keras class name without the prefix "ops."."""
