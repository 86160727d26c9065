"""Activation functions with their slopes, as Keras 3 defines them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float32]

Slope: TypeAlias = Callable[[Values], NDArray[np.float32] | NDArray[np.bool_]]
"""From a function's output or input to its slope there."""

_SELU_SCALE, _SELU_ALPHA = 1.05070098, 1.67326324
_FARTHEST, _STEPS = 9.0, 4096
"""Where a float32 normal distribution has reached 0 and 1, and the knots of its table."""


@dataclass(frozen=True)
class Function:
    """An activation function, of float32 arrays of any shape; their last axis holds the channels.

    Attributes:
        name: as Keras has it.
        value: the function.
        backward: the gradient before the function from the gradient behind it and, in the second
            place, the function's output if from_output, its input otherwise.
        from_output: whether the output alone tells the slope, so that nobody has to keep the input.
    """

    name: str
    value: Callable[[Values], Values]
    backward: Callable[[Values, Values], Values]
    from_output: bool = True


def function_named(option: Any) -> Function:
    """The function that a layer's option "activation" names; None is the linear one.

    Raises:
        ValueError: there is none of this name, or the option is not a name.
    """
    name = "linear" if option is None else option
    if not isinstance(name, str) or name not in _FUNCTIONS:
        raise ValueError(f"unknown activation function {name!r}")
    return _FUNCTIONS[name]


def is_softmax(function: Function) -> bool:
    """Whether the function makes probabilities that compete, or their logarithms."""
    return function.name in ("softmax", "log_softmax")


def softmax(x: Values) -> Values:
    """Probabilities over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def relu(negative_slope: float, max_value: float | None, threshold: float) -> Function:
    """ReLU with Keras' three numbers."""
    if negative_slope == 0 and max_value is None and threshold == 0:
        return _FUNCTIONS["relu"]

    def value(x: Values) -> Values:
        y = np.where(x > threshold, x, np.float32(0))
        if max_value is not None:
            y = np.clip(y, 0, max_value)
        return np.asarray(y - negative_slope * np.maximum(threshold - x, 0))

    def slope(x: Values) -> Values:
        above = x > threshold if max_value is None else (x > threshold) & (x < max_value)
        return above + np.float32(negative_slope) * (x < threshold)

    return Function("relu", value, lambda gradient, x: gradient * slope(x), from_output=False)


def leaky_relu(negative_slope: float) -> Function:
    """Multiplies what is negative by a number."""
    return elementwise(
        "leaky_relu",
        lambda x: np.where(x > 0, x, negative_slope * x),
        lambda y: np.where(y > 0, np.float32(1), np.float32(negative_slope)),
    )


def elu(alpha: float) -> Function:
    """Exponential linear unit."""
    return elementwise(
        "elu",
        lambda x: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
        lambda y: np.where(y > 0, np.float32(1), y + np.float32(alpha)),
    )


def prelu(alpha: Values) -> Function:
    """Multiplies what is negative by a learned number; alpha fits the last axes."""
    return Function(
        "prelu",
        lambda x: np.where(x > 0, x, alpha * x),
        lambda gradient, x: gradient * np.where(x > 0, np.float32(1), alpha),
        from_output=False,
    )


def gelu_by_tanh() -> Function:
    """The function gelu, approximated as Keras does it."""
    factor = np.float32(math.sqrt(2 / math.pi))

    def bent(x: Values) -> Values:
        return np.tanh(factor * (x + np.float32(0.044715) * x**3))

    def slope(x: Values) -> Values:
        y = bent(x)
        inner = factor * (1 + np.float32(3 * 0.044715) * x**2)
        return np.asarray((1 + y) / 2 + x / 2 * (1 - y * y) * inner)

    return of_input("gelu", lambda x: np.float32(0.5) * x * (1 + bent(x)), slope)


def elementwise(name: str, value: Callable[[Values], Values], slope: Slope) -> Function:
    """A function whose output tells its slope."""
    return Function(name, value, lambda gradient, y: gradient * slope(y))


def of_input(name: str, value: Callable[[Values], Values], slope: Slope) -> Function:
    """A function whose slope only its input tells."""
    return Function(name, value, lambda gradient, x: gradient * slope(x), from_output=False)


def _sigmoid(x: Values) -> Values:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, np.float32(1), small) / (1 + small))


def _selu(x: Values) -> Values:
    below = np.float32(_SELU_SCALE * _SELU_ALPHA) * np.expm1(np.minimum(x, 0))
    return np.asarray(np.where(x > 0, np.float32(_SELU_SCALE) * x, below))


def _selu_slope(y: Values) -> Values:
    return np.where(y > 0, np.float32(_SELU_SCALE), y + np.float32(_SELU_SCALE * _SELU_ALPHA))


def _exponential(x: Values) -> Values:
    with np.errstate(over="ignore"):
        return np.exp(x)


def _hard_sigmoid(x: Values) -> Values:
    return np.asarray(np.clip(x + 3, 0, 6) / 6, dtype=np.float32)


def _hard_silu_slope(x: Values) -> Values:
    return np.where(x <= -3, np.float32(0), np.where(x >= 3, np.float32(1), (2 * x + 3) / 6))


def _silu_slope(x: Values) -> Values:
    y = _sigmoid(x)
    return y * (1 + x * (1 - y))


@cache
def _normal_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The normal distribution's value and slope, by equal steps from -_FARTHEST to _FARTHEST."""
    knots = np.linspace(-_FARTHEST, _FARTHEST, _STEPS + 1)
    values = np.array([math.erfc(-knot / math.sqrt(2)) / 2 for knot in knots])
    return values, np.exp(-(knots**2) / 2) / math.sqrt(2 * math.pi)


def _normal(x: Values) -> Values:
    """The normal distribution function: cubic between knots, to float32 (numpy has no erf)."""
    values, slopes = _normal_table()
    step = 2 * _FARTHEST / _STEPS
    place = (np.clip(x.astype(np.float64), -_FARTHEST, _FARTHEST) + _FARTHEST) / step
    left = np.minimum(place.astype(np.intp), _STEPS - 1)
    t = place - left
    rise = values[left + 1] - values[left]
    start, end = slopes[left] * step, slopes[left + 1] * step
    cubic = start + t * (3 * rise - 2 * start - end + t * (start + end - 2 * rise))
    return np.asarray(values[left] + t * cubic, dtype=np.float32)


def _gelu_slope(x: Values) -> Values:
    return _normal(x) + x * np.exp(-(x**2) / 2) / np.float32(math.sqrt(2 * math.pi))


def _softmax_backward(gradient: Values, y: Values) -> Values:
    return np.asarray(y * (gradient - (gradient * y).sum(axis=-1, keepdims=True)))


def _log_softmax(x: Values) -> Values:
    below = x - x.max(axis=-1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1, keepdims=True)))


def _log_softmax_backward(gradient: Values, y: Values) -> Values:
    return np.asarray(gradient - np.exp(y) * gradient.sum(axis=-1, keepdims=True))


_SILU = of_input("silu", lambda x: x * _sigmoid(x), _silu_slope)
_HARD_SILU = of_input("hard_silu", lambda x: x * _hard_sigmoid(x), _hard_silu_slope)

_FUNCTIONS = {
    "linear": Function("linear", lambda x: x, lambda gradient, _: gradient),
    "relu": elementwise("relu", lambda x: np.maximum(x, 0), lambda y: y > 0),
    "relu6": elementwise("relu6", lambda x: np.clip(x, 0, 6), lambda y: (y > 0) & (y < 6)),
    "leaky_relu": leaky_relu(0.2),
    "elu": elu(1.0),
    "selu": elementwise("selu", _selu, _selu_slope),
    "gelu": of_input("gelu", lambda x: x * _normal(x), _gelu_slope),
    "sigmoid": elementwise("sigmoid", _sigmoid, lambda y: y * (1 - y)),
    "hard_sigmoid": elementwise(
        "hard_sigmoid", _hard_sigmoid, lambda y: ((y > 0) & (y < 1)) * np.float32(1 / 6)
    ),
    "silu": _SILU,
    "swish": _SILU,
    "hard_silu": _HARD_SILU,
    "hard_swish": _HARD_SILU,
    "tanh": elementwise("tanh", np.tanh, lambda y: 1 - y * y),
    "softplus": elementwise(
        "softplus", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), lambda y: -np.expm1(-y)
    ),
    "softsign": elementwise("softsign", lambda x: x / (1 + np.abs(x)), lambda y: (1 - np.abs(y)) ** 2),
    "exponential": elementwise("exponential", _exponential, lambda y: y),
    "softmax": Function("softmax", softmax, _softmax_backward),
    "log_softmax": Function("log_softmax", _log_softmax, _log_softmax_backward),
}

ACTIVATIONS = (
    "linear",
    "relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "leaky_relu",
    "relu6",
    "tanh",
    "sigmoid",
    "softplus",
    "softmax",
    "hard_sigmoid",
    "hard_silu",
    "softsign",
    "exponential",
)
"""The functions that a layer can end in, the usual ones first; each once, and not by its other name."""
