"""Activation functions of Keras 3 and their derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float32]

Derivative: TypeAlias = Callable[[Values], NDArray[np.float32] | NDArray[np.bool_]]
"""Derivative of a function, computed from its output or its input."""

_SELU_SCALE, _SELU_ALPHA = 1.05070098, 1.67326324
_ERF_LIMIT = np.float32(4)
"""Beyond this, erf is 1 or -1 in float32."""

_ERF_NUMERATOR = (
    -2.72614225801306e-10,
    2.77068142495902e-08,
    -2.10102402082508e-06,
    -5.69250639462346e-05,
    -7.34990630326855e-04,
    -2.95459980854025e-03,
    -1.60960333262415e-02,
)
_ERF_DENOMINATOR = (
    -1.45660718464996e-05,
    -2.13374055278905e-04,
    -1.68282697438203e-03,
    -7.37332916720468e-03,
    -1.42647390514189e-02,
)
"""Coefficients of z², highest power first, of the rational function whose product with z is erf(z)."""


@dataclass(frozen=True)
class Function:
    """An activation function of float32 arrays of any shape with channels on the last axis.

    Attributes:
        name: Keras name.
        value: the function.
        backward: returns the gradient with respect to the input, given that with respect to the
            output and, as second argument, the output if uses_output, the input otherwise.
        uses_output: whether the output is enough to compute the derivative, so that the input need
            not be kept.
    """

    name: str
    value: Callable[[Values], Values]
    backward: Callable[[Values, Values], Values]
    uses_output: bool = True


def function_named(option: Any) -> Function:
    """Return the function for the option "activation" of a layer; None is "linear".

    Raises:
        ValueError: the option is not the name of a known function.
    """
    name = "linear" if option is None else option
    if not isinstance(name, str) or name not in _FUNCTIONS:
        raise ValueError(f"unknown activation function {name!r}")
    return _FUNCTIONS[name]


def is_softmax(function: Function) -> bool:
    """Whether the function is softmax or its logarithm, whose values depend on all channels."""
    return function.name in ("softmax", "log_softmax")


def softmax(x: Values) -> Values:
    """Return probabilities over the last axis."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def relu(negative_slope: float, max_value: float | None, threshold: float) -> Function:
    """Return ReLU with the three options of Keras' layer ReLU."""
    if negative_slope == 0 and max_value is None and threshold == 0:
        return _FUNCTIONS["relu"]

    def value(x: Values) -> Values:
        y = np.where(x > threshold, x, np.float32(0))
        if max_value is not None:
            y = np.clip(y, 0, max_value)
        return np.asarray(y - negative_slope * np.maximum(threshold - x, 0))

    def derivative(x: Values) -> Values:
        above = x > threshold if max_value is None else (x > threshold) & (x < max_value)
        return above + np.float32(negative_slope) * (x < threshold)

    return Function("relu", value, lambda gradient, x: gradient * derivative(x), uses_output=False)


def leaky_relu(negative_slope: float) -> Function:
    """Return the function that multiplies negative values by a number."""
    return function_of_output(
        "leaky_relu",
        lambda x: np.where(x > 0, x, negative_slope * x),
        lambda y: np.where(y > 0, np.float32(1), np.float32(negative_slope)),
    )


def elu(alpha: float) -> Function:
    """Return the exponential linear unit."""
    return function_of_output(
        "elu",
        lambda x: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
        lambda y: np.where(y > 0, np.float32(1), y + np.float32(alpha)),
    )


def prelu(alpha: Values) -> Function:
    """Return the function that multiplies negative values by alpha, which broadcasts to the last axes."""
    return Function(
        "prelu",
        lambda x: np.where(x > 0, x, alpha * x),
        lambda gradient, x: gradient * np.where(x > 0, np.float32(1), alpha),
        uses_output=False,
    )


def approximate_gelu() -> Function:
    """Return Keras' approximation of gelu by tanh."""
    factor = np.float32(math.sqrt(2 / math.pi))

    def tanh(x: Values) -> Values:
        return np.tanh(factor * (x + np.float32(0.044715) * x**3))

    def derivative(x: Values) -> Values:
        y = tanh(x)
        inner = factor * (1 + np.float32(3 * 0.044715) * x**2)
        return np.asarray((1 + y) / 2 + x / 2 * (1 - y * y) * inner)

    return function_of_input("gelu", lambda x: np.float32(0.5) * x * (1 + tanh(x)), derivative)


def function_of_output(name: str, value: Callable[[Values], Values], derivative: Derivative) -> Function:
    """Return an elementwise function whose derivative is computed from its output."""
    return Function(name, value, lambda gradient, y: gradient * derivative(y))


def function_of_input(name: str, value: Callable[[Values], Values], derivative: Derivative) -> Function:
    """Return an elementwise function whose derivative is computed from its input."""
    return Function(name, value, lambda gradient, x: gradient * derivative(x), uses_output=False)


def _sigmoid(x: Values) -> Values:
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, np.float32(1), small) / (1 + small))


def _selu(x: Values) -> Values:
    below = np.float32(_SELU_SCALE * _SELU_ALPHA) * np.expm1(np.minimum(x, 0))
    return np.asarray(np.where(x > 0, np.float32(_SELU_SCALE) * x, below))


def _selu_derivative(y: Values) -> Values:
    return np.where(y > 0, np.float32(_SELU_SCALE), y + np.float32(_SELU_SCALE * _SELU_ALPHA))


def _exponential(x: Values) -> Values:
    with np.errstate(over="ignore"):
        return np.exp(x)


def _hard_sigmoid(x: Values) -> Values:
    return np.asarray(np.clip(x + 3, 0, 6) / 6, dtype=np.float32)


def _hard_silu_derivative(x: Values) -> Values:
    return np.where(x <= -3, np.float32(0), np.where(x >= 3, np.float32(1), (2 * x + 3) / 6))


def _silu_derivative(x: Values) -> Values:
    y = _sigmoid(x)
    return y * (1 + x * (1 - y))


def _normal(x: Values) -> Values:
    """Return the normal distribution function, by the rational function of Eigen and TensorFlow.

    numpy has no erf. The absolute error is below 3e-7.
    """
    z = np.clip(x * np.float32(math.sqrt(0.5)), -_ERF_LIMIT, _ERF_LIMIT)
    squares = z * z
    erf = z * _polynomial(_ERF_NUMERATOR, squares)
    erf /= _polynomial(_ERF_DENOMINATOR, squares)
    erf *= np.float32(0.5)
    erf += np.float32(0.5)
    return np.asarray(erf)


def _polynomial(coefficients: tuple[float, ...], x: Values) -> Values:
    """Return a polynomial with the coefficient of the highest power first."""
    result = x * np.float32(coefficients[0])
    for coefficient in coefficients[1:-1]:
        result += np.float32(coefficient)
        result *= x
    result += np.float32(coefficients[-1])
    return result


def _gelu_derivative(x: Values) -> Values:
    return _normal(x) + x * np.exp(-(x**2) / 2) / np.float32(math.sqrt(2 * math.pi))


def _softmax_backward(gradient: Values, y: Values) -> Values:
    return np.asarray(y * (gradient - (gradient * y).sum(axis=-1, keepdims=True)))


def _log_softmax(x: Values) -> Values:
    below = x - x.max(axis=-1, keepdims=True)
    return np.asarray(below - np.log(np.exp(below).sum(axis=-1, keepdims=True)))


def _log_softmax_backward(gradient: Values, y: Values) -> Values:
    return np.asarray(gradient - np.exp(y) * gradient.sum(axis=-1, keepdims=True))


_SILU = function_of_input("silu", lambda x: x * _sigmoid(x), _silu_derivative)
_HARD_SILU = function_of_input("hard_silu", lambda x: x * _hard_sigmoid(x), _hard_silu_derivative)

_FUNCTIONS = {
    "linear": Function("linear", lambda x: x, lambda gradient, _: gradient),
    "relu": function_of_output("relu", lambda x: np.maximum(x, 0), lambda y: y > 0),
    "relu6": function_of_output("relu6", lambda x: np.clip(x, 0, 6), lambda y: (y > 0) & (y < 6)),
    "leaky_relu": leaky_relu(0.2),
    "elu": elu(1.0),
    "selu": function_of_output("selu", _selu, _selu_derivative),
    "gelu": function_of_input("gelu", lambda x: x * _normal(x), _gelu_derivative),
    "sigmoid": function_of_output("sigmoid", _sigmoid, lambda y: y * (1 - y)),
    "hard_sigmoid": function_of_output(
        "hard_sigmoid", _hard_sigmoid, lambda y: ((y > 0) & (y < 1)) * np.float32(1 / 6)
    ),
    "silu": _SILU,
    "swish": _SILU,
    "hard_silu": _HARD_SILU,
    "hard_swish": _HARD_SILU,
    "tanh": function_of_output("tanh", np.tanh, lambda y: 1 - y * y),
    "softplus": function_of_output(
        "softplus", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), lambda y: -np.expm1(-y)
    ),
    "softsign": function_of_output("softsign", lambda x: x / (1 + np.abs(x)), lambda y: (1 - np.abs(y)) ** 2),
    "exponential": function_of_output("exponential", _exponential, lambda y: y),
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
"""Names that are offered as activation functions, common ones first, without aliases."""
