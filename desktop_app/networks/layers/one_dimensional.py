"""Layers over lines of values, (places, channels): computed as pictures of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

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

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo

_SIZES = ("kernel_size", "strides", "dilation_rate", "pool_size")
"""Options with one number on lines and two on pictures."""


class Layer1D(Operation):
    """A layer over lines, done by the layer over pictures of the same kind."""

    kind_2d: ClassVar[type[Operation]]
    config_keys = ("data_format",)

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """That of the layer over pictures, without the row."""
        cls.sequence_shape(inputs[0])
        shape = cls.kind_2d.shape_of(*_asked_of_pictures(inputs, options))
        return shape[1:] if len(shape) > 1 else shape

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Those of the layer over pictures."""
        return cls.kind_2d.parameters_of(*_asked_of_pictures(inputs, options))

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Make the layer over pictures.

        Raises:
            ValueError: that layer does not cover an option or a weight.
        """
        super().__init__(layer, inputs, weights)
        options = _options_for_pictures(layer.options)
        self._picture = self.kind_2d(
            replace(layer, shape=_picture_shape(layer.shape), options=options),
            [replace(before, shape=(1, *before.shape)) for before in inputs],
            {name: weight[None] if name == "kernel" else weight for name, weight in weights.items()},
        )

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The layer's output for its inputs."""
        return self._picture.forward(_pictures(inputs)).reshape(-1, *self.layer.shape)

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Gradients with respect to each input, given the gradient with respect to the output."""
        shape = (-1, *_picture_shape(self.layer.shape))
        backs = self._picture.backward(gradient.reshape(shape), _pictures(inputs), output.reshape(shape))
        return [back[:, 0] for back in backs]

    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Told as of a picture of one row; only the places to go on asking at are places on lines."""
        place = (0, *position) if len(position) > 1 else position
        arithmetic = self._picture.explain(place, [activation[None] for activation in inputs])
        sources = tuple((name, source[1:]) for name, source in arithmetic.sources)
        return replace(arithmetic, position=position, sources=sources)


class Conv1D(Layer1D):
    """A convolution over lines."""

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
    """What pooling along lines has in common."""

    name_prefix = "pool"
    options: ClassVar[tuple[Option, ...]] = (with_one_size(POOL), PADDING, with_one_size(POOL_STRIDES))


class MaxPooling1D(Pooling1D):
    """The largest value of each window."""

    description = message("Takes the maximum of each window of a sequence.")

    kind_2d = MaxPooling2D


class AveragePooling1D(Pooling1D):
    """The mean of each window."""

    description = message("Takes the mean of each window of a sequence.")

    kind_2d = AveragePooling2D


class GlobalMaxPooling1D(Layer1D):
    """The largest value of each channel."""

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


def _picture_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape with one row; a row of units stays."""
    return (1, *shape) if len(shape) > 1 else shape


def _pictures(lines: Sequence[Batch]) -> list[Batch]:
    """The lines as pictures of one row."""
    return [batch[:, None] for batch in lines]


def _asked_of_pictures(inputs: Sequence[Shape], options: Options) -> tuple[list[Shape], dict[str, Any]]:
    return [_picture_shape(shape) for shape in inputs], _options_for_pictures(options)


def _options_for_pictures(options: Mapping[str, Any]) -> dict[str, Any]:
    """All options of the layer over pictures."""
    return {name: _for_pictures(name, value) for name, value in options.items()}


def _for_pictures(name: str, value: Any) -> Any:
    """The option of the layer over pictures."""
    if name not in _SIZES or value is None:
        return value
    return [1, *value] if isinstance(value, (list, tuple)) else [1, value]
