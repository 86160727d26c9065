"""Layers over sequences, (steps, channels), computed by 2D layers on maps of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from desktop_app.core.messages import message
from desktop_app.networks.arithmetic import Arithmetic, Position
from desktop_app.networks.layers.common import (
    ACTIVATION,
    BIAS,
    DILATION,
    FILTERS,
    GROUPS,
    KEEP_DIMS,
    KERNEL,
    PADDING,
    POOL,
    POOL_STRIDES,
    STRIDES,
    with_one_size,
)
from desktop_app.networks.layers.convolution import Conv2D
from desktop_app.networks.layers.operation import Activation, Batch, Operation
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)

_SIZES = ("kernel_size", "strides", "dilation_rate", "pool_size")
"""Options with one number in 1D layers and two in 2D layers."""


class Layer1D(Operation):
    """Base class of 1D layers.

    Attributes:
        kind_2d: the kind of the corresponding 2D layer.
    """

    kind_2d: ClassVar[type[Operation]]
    config_keys = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the shape of the 2D layer without the row."""
        cls.sequence_shape(inputs[0])
        shape = cls.kind_2d.shape_of(*_arguments_2d(inputs, options))
        return shape[1:] if len(shape) > 1 else shape

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers of the 2D layer."""
        return cls.kind_2d.parameters_of(*_arguments_2d(inputs, options))

    def _build(self) -> None:
        options = _options_2d(self.layer.options)
        self._layer_2d = self.kind_2d(
            replace(self.layer, shape=_shape_2d(self.layer.shape), options=options),
            [replace(before, shape=(1, *before.shape)) for before in self.inputs],
            {name: weight[None] if name == "kernel" else weight for name, weight in self.weights.items()},
        )

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the output of the 2D layer without the row."""
        return self._layer_2d.forward(_maps(inputs)).reshape(-1, *self.layer.shape)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradients of the 2D layer without the row."""
        shape = (-1, *_shape_2d(self.layer.shape))
        backs = self._layer_2d.backward(gradient.reshape(shape), _maps(inputs), output.reshape(shape))
        return [back[:, 0] for back in backs]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the calculation of the 2D layer; only positions of sources lack the row."""
        position_2d = (0, *position) if len(position) > 1 else position
        arithmetic = self._layer_2d.explain(position_2d, [activation[None] for activation in inputs])
        sources = tuple((name, source[1:]) for name, source in arithmetic.sources)
        return replace(arithmetic, position=position, sources=sources)


class Conv1D(Layer1D):
    """A convolution over sequences."""

    name_prefix = "conv"
    description = message("Slides kernels along a sequence.")
    options: ClassVar[tuple[Option, ...]] = (
        FILTERS,
        with_one_size(KERNEL),
        with_one_size(STRIDES),
        PADDING,
        ACTIVATION,
        BIAS,
        with_one_size(DILATION),
        GROUPS,
    )
    has_filters = True
    has_unbounded_output = True

    kind_2d = Conv2D


class Pooling1D(Layer1D):
    """Base class of pooling over windows of sequences."""

    name_prefix = "pool"
    options: ClassVar[tuple[Option, ...]] = (with_one_size(POOL), PADDING, with_one_size(POOL_STRIDES))


class MaxPooling1D(Pooling1D):
    """The maximum of each window."""

    description = message("Takes the maximum of each window of a sequence.")

    kind_2d = MaxPooling2D


class AveragePooling1D(Pooling1D):
    """The mean of each window."""

    description = message("Takes the mean of each window of a sequence.")

    kind_2d = AveragePooling2D


class GlobalMaxPooling1D(Layer1D):
    """The maximum of each channel."""

    name_prefix = "largest"
    description = message("Takes the maximum of each channel of a sequence.")
    options: ClassVar[tuple[Option, ...]] = (KEEP_DIMS,)

    kind_2d = GlobalMaxPooling2D


class GlobalAveragePooling1D(Layer1D):
    """The mean of each channel."""

    name_prefix = "average"
    description = message("Takes the mean of each channel of a sequence.")
    options: ClassVar[tuple[Option, ...]] = (KEEP_DIMS,)
    has_unbounded_output = True

    kind_2d = GlobalAveragePooling2D


def _shape_2d(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape with one row; (units,) is unchanged."""
    return (1, *shape) if len(shape) > 1 else shape


def _maps(sequences: Sequence[Batch]) -> list[Batch]:
    """Return sequences as maps of one row."""
    return [batch[:, None] for batch in sequences]


def _arguments_2d(inputs: Sequence[Shape], options: Options) -> tuple[list[Shape], dict[str, Any]]:
    return [_shape_2d(shape) for shape in inputs], _options_2d(options)


def _options_2d(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of the 2D layer."""
    return {name: _option_2d(name, value) for name, value in options.items()}


def _option_2d(name: str, value: Any) -> Any:
    if name not in _SIZES or value is None:
        return value
    return [1, *value] if isinstance(value, (list, tuple)) else [1, value]
