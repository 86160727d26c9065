"""Base classes of layer kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position
from desktop_app.networks.layers.functions import Function, is_softmax
from desktop_app.networks.layers.options import Option, Options, Shape
from desktop_app.networks.network_info import LayerInfo

Batch: TypeAlias = NDArray[np.float32]
"""Activations of several inputs, (n, height, width, channels) or (n, units)."""

Activation: TypeAlias = NDArray[np.float32]
"""One activation, without the batch axis."""


class Operation(ABC):
    """One kind of layer; an instance is one layer with its weights.

    Shapes and numbers of parameters are computed by the rules of Keras but without it: importing Keras
    takes seconds, and the editor needs them after each keystroke.

    Attributes:
        keras_name: class name in Keras; by default the name of this class.
        name_prefix: of generated layer names, e.g. "conv".
        description: what it does, in one sentence.
        options: options that can be set; the other options of Keras keep their defaults.
        config_keys: further keys of the Keras configuration that decide what a layer computes.
        least_inputs, most_inputs: number of input layers.
        is_identity: whether it returns its input values in the same order at inference, perhaps in
            another shape. Exported networks do not output the activations of such layers.
        keeps_channels: whether each output channel depends on the same input channel only, so that
            colours stay colours.
        is_random: whether it uses random numbers during training and has a seed.
        has_filters: whether its weights can be shown as filters.
        has_unbounded_output: whether its output, without an activation function, has no fixed range.
    """

    keras_name: ClassVar[str]
    name_prefix: ClassVar[str]
    description: ClassVar[Message]
    options: ClassVar[tuple[Option, ...]] = ()
    config_keys: ClassVar[tuple[str, ...]] = ()
    least_inputs: ClassVar[int] = 1
    most_inputs: ClassVar[int] = 1
    is_identity: ClassVar[bool] = False
    keeps_channels: ClassVar[bool] = False
    is_random: ClassVar[bool] = False
    has_filters: ClassVar[bool] = False
    has_unbounded_output: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        """Name the kind after its class."""
        if "keras_name" not in cls.__dict__:
            cls.keras_name = cls.__name__

    @classmethod
    def shape_of(cls, inputs: Sequence[Shape], options: Options) -> Shape:
        """Return the output shape of a layer.

        Args:
            inputs: shape of each input.
            options: all options of the kind.

        Returns:
            The shape; a size below 1 means that the input is too small for the layer.

        Raises:
            UserError: the options and input shapes do not fit together.
        """
        return inputs[0]

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """Return the numbers of trainable and non-trainable parameters; arguments as in shape_of()."""
        return 0, 0

    @classmethod
    def convolution_kernels(cls, weights: Mapping[str, Activation]) -> Activation | None:
        """Return the weights as kernels of a convolution.

        Args:
            weights: by their Keras names ("kernel", …).

        Returns:
            float32 (height, width, input channels of a filter, filters); None where the kind is no
            convolution.

        Raises:
            KeyError, ValueError: a weight is missing or has an unexpected shape.
        """
        return None

    @classmethod
    def map_shape(cls, shape: Shape) -> tuple[int, int, int]:
        """Return the shape as (height, width, channels).

        Raises:
            UserError: it has another number of axes.
        """
        if len(shape) != 3:
            raise UserError(
                "{kind} needs an input of height, width and channels; move it before Flatten or "
                "global pooling.",
                kind=cls.keras_name,
            )
        return shape[0], shape[1], shape[2]

    @classmethod
    def sequence_shape(cls, shape: Shape) -> tuple[int, int]:
        """Return the shape as (steps, channels).

        Raises:
            UserError: it has another number of axes.
        """
        if len(shape) != 2:
            raise UserError(
                "{kind} needs an input of steps and channels; add Reshape before it.", kind=cls.keras_name
            )
        return shape[0], shape[1]

    @classmethod
    def can_merge(cls, one: Shape, other: Shape) -> bool:
        """Whether a layer with several inputs can sensibly merge inputs of these two shapes."""
        return False

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Create a layer.

        Args:
            layer: its name, shape and options.
            inputs: the layers whose outputs it takes.
            weights: by their Keras names ("kernel", …).

        Raises:
            ValueError: an option or a weight has an unsupported or invalid value.
        """
        self.layer = layer
        self.inputs = tuple(inputs)
        self.weights = weights
        self._build()

    def _build(self) -> None:  # noqa: B027 (not every kind has something to compute)
        """Check options and weights and compute what the layer needs; called at the end of __init__.

        Raises:
            ValueError: an option or a weight has an unsupported or invalid value.
        """

    @abstractmethod
    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the output, float32 (n, *shape), for the output of each input layer."""

    @abstractmethod
    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient with respect to each input, given that with respect to the output."""

    @abstractmethod
    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """Return the calculation of the output value at a position from the inputs, without batch axis."""

    def input_boxes(self, box: Box) -> list[Box] | None:
        """Return the part of each input that a box of the output depends on, padding included.

        None: it may depend on all values (dense layers, global pooling).
        """
        return [box for _ in self.inputs]

    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """Return the input layer and position of the only value that an output value depends on, or None."""
        return None

    def _option(self, name: str, default: Any) -> Any:
        """Return a value of the Keras configuration; default: that of Keras, where the value is missing."""
        return self.layer.options.get(name, default)

    def _check_image_input(self) -> None:
        """Check that the only input has the shape (height, width, channels).

        Raises:
            ValueError: it has another shape, or the layer expects channels first.
        """
        (source,) = self.inputs
        if len(source.shape) != 3 or self._option("data_format", "channels_last") != "channels_last":
            raise ValueError("the input is not (height, width, channels)")

    def _weight(self, name: str, shape: tuple[int, ...]) -> Activation:
        """Return a weight as contiguous float32.

        Raises:
            ValueError: it is missing or has another shape.
        """
        weight = self.weights.get(name)
        if weight is None or weight.shape != shape:
            raise ValueError(f"the weight {name} is missing or has an unexpected shape")
        return np.ascontiguousarray(weight, dtype=np.float32)

    def _bias(self, units: int) -> Activation | None:
        """Return the weight "bias"; None where the layer has none."""
        return self._weight("bias", (units,)) if self._option("use_bias", True) else None


class ActivatedOperation(Operation):
    """A layer kind that ends in an activation function."""

    function: Function

    @abstractmethod
    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """Return the values to which the activation function is applied."""

    @abstractmethod
    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Return the gradient with respect to each input, given that with respect to pre_activation()."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """Return the result of the activation function for pre_activation()."""
        return self.function.value(self.pre_activation(inputs))

    def apply_function(self, value: float, position: Position, inputs: Sequence[Activation]) -> float:
        """Return the function of one value; softmax computes the other channels from the inputs."""
        if is_softmax(self.function):
            return float(self.forward([values[None] for values in inputs])[0][position])
        return float(self.function.value(np.array([value], dtype=np.float32))[0])

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Return the gradient with respect to each input, given that with respect to the output."""
        values = output if self.function.uses_output else self.pre_activation(inputs)
        return self.backward_pre_activation(self.function.backward(gradient, values), inputs)
