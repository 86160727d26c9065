"""Kinds of layers: what every kind knows of itself, and what a layer of it can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message
from desktop_app.networks.arithmetic import Arithmetic, Box, Position
from desktop_app.networks.layers.functions import Function, is_softmax
from desktop_app.networks.layers.options import Option, Options, Shape

if TYPE_CHECKING:
    from desktop_app.networks.network_info import LayerInfo

Batch: TypeAlias = NDArray[np.float32]
"""Activations of several inputs, (n, height, width, channels) or (n, units)."""

Activation: TypeAlias = NDArray[np.float32]
"""One activation, without the batch axis."""


class Operation(ABC):
    """One kind of layer; an object is one layer with its weights.

    The rules of shapes and parameters are Keras' own, written down here so that an editor can answer
    with every key that is typed; Keras takes seconds to import.

    Attributes:
        keras_name: of the class in Keras; that of the class here where nothing else is said.
        name_prefix: of the names that are made for its layers, e.g. "conv".
        description: what it does, in one sentence.
        options: what can be set; all others of Keras' options keep Keras' default.
        config_keys: more keys of Keras' configuration that decide what a layer computes.
        least_inputs, most_inputs: how many layers it takes.
        is_identity: whether it hands on the values that it is given, in the same order, when a network
            reads. An exported network does not answer with its activations: those are the values of
            the layer before, in another shape.
        keeps_channels: whether channel by channel its output is what it is given, so that colours
            stay colours.
        is_random: whether it draws random numbers while training, and takes a seed.
        has_filters: whether its weights are filters that can be looked at.
        has_unbounded_output: whether its results, before an activation function, are not held in a range.
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
        """The output shape of a layer with these input shapes and all its options.

        A size below 1 says that the layer is too large for what it is given.

        Raises:
            UserError: it does not fit there.
        """
        return inputs[0]

    @classmethod
    def parameters_of(cls, inputs: Sequence[Shape], options: Options) -> tuple[int, int]:
        """The numbers of parameters that training changes and does not change."""
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
        """The shape of maps, (height, width, channels).

        Raises:
            UserError: it is none.
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
        """The shape of lines, (places, channels).

        Raises:
            UserError: it is none.
        """
        if len(shape) != 2:
            raise UserError(
                "{kind} needs an input of steps and channels; add Reshape before it.", kind=cls.keras_name
            )
        return shape[0], shape[1]

    @classmethod
    def can_merge(cls, one: Shape, other: Shape) -> bool:
        """Whether inputs of these shapes can be joined as people mean it; for kinds that take several."""
        return False

    def __init__(
        self, layer: LayerInfo, inputs: Sequence[LayerInfo], weights: Mapping[str, Activation]
    ) -> None:
        """Take the layer, the layers before it, and its weights by their Keras names ("kernel", …).

        Raises:
            ValueError: an option or a weight has a value that this arithmetic does not cover.
        """
        self.layer = layer
        self.inputs = tuple(inputs)
        self.weights = weights

    @abstractmethod
    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The layer's output for its inputs."""

    @abstractmethod
    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Gradients with respect to each input, given the gradient with respect to the output."""

    @abstractmethod
    def explain(self, position: Position, inputs: Sequence[Activation]) -> Arithmetic:
        """How the value at a position comes about. The value is computed from the inputs."""

    def input_boxes(self, box: Box) -> list[Box] | None:
        """The parts of each input that a box of the output depends on, padding included.

        None: it depends on all of them (dense layers, global pooling, softmax over places).
        """
        return [box for _ in self.inputs]

    def source_of(self, position: Position) -> tuple[str, Position] | None:
        """The layer and place of the only value that the one at a position depends on, if it is one."""
        return None

    def _option(self, name: str, default: Any) -> Any:
        """A value of Keras' configuration, or Keras' default where the layer's options lack it."""
        return self.layer.options.get(name, default)

    def _check_image_input(self) -> None:
        """Check that the layer takes one picture.

        Raises:
            ValueError: it takes something else, or a picture with its channels first.
        """
        (before,) = self.inputs
        if len(before.shape) != 3 or self._option("data_format", "channels_last") != "channels_last":
            raise ValueError("only pictures with their channels last")

    def _weight(self, name: str, shape: tuple[int, ...]) -> Activation:
        """A weight that must have this shape.

        Raises:
            ValueError: it is missing or has another shape.
        """
        weight = self.weights.get(name)
        if weight is None or weight.shape != shape:
            raise ValueError(f"the weight {name} is missing or has an unexpected shape")
        return np.ascontiguousarray(weight, dtype=np.float32)

    def _bias(self, units: int) -> Activation | None:
        """The weight "bias", None where the layer does without."""
        return self._weight("bias", (units,)) if self._option("use_bias", True) else None


class ActivatedOperation(Operation):
    """A layer that ends in an activation function."""

    function: Function

    @abstractmethod
    def pre_activation(self, inputs: Sequence[Batch]) -> Batch:
        """What the layer computes before its activation function."""

    @abstractmethod
    def backward_pre_activation(self, gradient: Batch, inputs: Sequence[Batch]) -> list[Batch]:
        """Gradients with respect to each input, given that with respect to pre_activation(inputs)."""

    def forward(self, inputs: Sequence[Batch]) -> Batch:
        """The layer's output for its inputs."""
        return self.function.value(self.pre_activation(inputs))

    def apply_function(self, before: float, position: Position, inputs: Sequence[Activation]) -> float:
        """What the function makes of a value before it; softmax also asks the other channels there."""
        if is_softmax(self.function):
            return float(self.forward([values[None] for values in inputs])[0][position])
        return float(self.function.value(np.array([before], dtype=np.float32))[0])

    def backward(self, gradient: Batch, inputs: Sequence[Batch], output: Batch) -> list[Batch]:
        """Gradients with respect to each input, given the gradient with respect to the output."""
        known = output if self.function.uses_output else self.pre_activation(inputs)
        return self.backward_pre_activation(self.function.backward(gradient, known), inputs)
