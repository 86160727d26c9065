"""Keras models from elsewhere as networks of the program: one graph from an image to probabilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.training.describe import as_graph, describe_layers
from desktop_app.training.foreign_config import IDENTITIES, image_shape

_MOST_CALLS = 1000
_SMALLEST = 1e-30
"""Added to sigmoids before the logarithm; changes no probability."""


def flat_graph(model: keras.Model) -> keras.Model:
    """Return a functional model that computes the same, of layers that the program knows.

    Layers of models that are layers become layers of the graph; a layer that is used several times becomes
    several layers; layers with an effect only during training are left out; Normalization becomes
    BatchNormalization with the same mean and variance.

    Raises:
        UserError: the model is not a graph from one input to one output, or the result computes something
            else.
    """
    inlined = _Inlined()
    try:
        whole = keras.Model(model.inputs, model.outputs)
        if len(whole.inputs) != 1 or len(whole.outputs) != 1:
            raise UserError(
                "This model has several inputs or outputs; build one with a single input and output."
            )
        image = keras.Input(whole.inputs[0].shape[1:], name=inlined.free_name(whole.inputs[0].name))
        graph = as_graph(keras.Model(image, inlined.outputs(whole, image), name=model.name))
    except (AttributeError, TypeError, ValueError) as error:
        raise UserError(
            "This model is not a graph of layers; build it with the functional API of Keras."
        ) from error
    samples = _random_inputs(graph)
    wanted, computed = (outputs_of(network, samples) for network in (whole, graph))
    if not np.allclose(wanted, computed, rtol=1e-4, atol=1e-5, equal_nan=True):
        raise UserError("This network cannot be imported exactly; build it without models as layers.")
    return graph


class _Inlined:
    """Copies the layers of a model and of the models in it into one graph."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._calls = 0

    def free_name(self, name: str) -> str:
        """Return the name, with a number if a layer already has it."""
        names = (name, *(f"{name}_{number}" for number in range(2, _MOST_CALLS)))
        free = next(candidate for candidate in names if candidate not in self._names)
        self._names.add(free)
        return free

    def outputs(self, model: keras.Model, inputs: Any) -> Any:
        """Return the outputs of copies of the layers of a model for symbolic inputs."""
        return _called(keras.Model(model.inputs, model.outputs), inputs, self._replacement)

    def _replacement(self, operation: Any) -> Callable[..., Any]:
        """Return what is called in place of an operation."""
        self._calls += 1
        if self._calls > _MOST_CALLS:
            raise UserError("This network uses its layers too often; build a smaller one.")
        if isinstance(operation, keras.Model):
            return lambda inputs, **_: self.outputs(operation, inputs)
        if type(operation).__name__ in IDENTITIES:
            return lambda inputs, **_: inputs
        if isinstance(operation, keras.layers.Normalization):
            return lambda inputs, **_: self._normalized(operation, inputs)
        config = operation.get_config() | {"name": self.free_name(operation.name)}
        copy: Callable[..., Any] = type(operation).from_config(config)
        if not isinstance(operation, keras.Layer):
            return copy
        return lambda *inputs, **options: self._copied(operation, copy, *inputs, **options)

    def _copied(self, layer: Any, copy: Any, *inputs: Any, **options: Any) -> Any:
        outputs = copy(*inputs, **options)
        copy.set_weights(layer.get_weights())
        return outputs

    def _normalized(self, layer: Any, inputs: Any) -> Any:
        """Return the inputs with the mean and variance of a Normalization layer."""
        shape = tuple(inputs.shape[1:])
        mean = np.asarray(layer.mean, dtype=np.float64)
        deviation = np.maximum(np.sqrt(np.asarray(layer.variance, dtype=np.float64)), keras.backend.epsilon())
        if layer.invert:
            mean, deviation = -mean / deviation, 1 / deviation
        by_channel = [
            np.broadcast_to(values, (1, *shape)).reshape(-1, shape[-1]) for values in (mean, deviation**2)
        ]
        normalization = keras.layers.BatchNormalization(
            center=False, scale=False, epsilon=0.0, name=self.free_name(layer.name)
        )
        if all((values == values[0]).all() for values in by_channel):
            outputs = normalization(inputs)
            normalization.set_weights([values[0] for values in by_channel])
            return outputs
        # BatchNormalization has one mean for each channel, so each value becomes a channel.
        row = keras.layers.Reshape((-1,), name=self.free_name(f"{layer.name}_row"))(inputs)
        image = keras.layers.Reshape(shape, name=self.free_name(f"{layer.name}_image"))
        outputs = image(normalization(row))
        normalization.set_weights([values.reshape(-1) for values in by_channel])
        return outputs


def _random_inputs(graph: keras.Model) -> NDArray[np.float32]:
    """Return eight inputs of a network, in 0..1; the first is empty."""
    samples = np.random.default_rng(0).random((8, *graph.inputs[0].shape[1:])).astype(np.float32)
    samples[0] = 0
    return samples


def outputs_of(graph: keras.Model, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the outputs of a network, float32 (n, *output shape), for inputs, float32 (n, *input shape)."""
    return np.asarray(graph([inputs], training=False))


def with_image_input(graph: keras.Model) -> keras.Model:
    """Return the network for inputs (height, width, channels), with a Reshape layer if necessary."""
    shape = tuple(graph.inputs[0].shape[1:])
    if shape == image_shape(shape):
        return graph
    image = keras.Input(image_shape(shape), name="image_from_paper")
    reshaped = keras.layers.Reshape(shape, name=_free(graph, "image_as_trained"))(image)
    return as_graph(keras.Model(image, _called(graph, reshaped)))


def with_conversion(graph: keras.Model, factor: float, offset: float, name: str) -> keras.Model:
    """Return the network for inputs that are first multiplied by a factor and increased by an offset.

    Both become part of a first layer Rescaling; another one is put before the network if it has none.
    """
    if (factor, offset) == (1, 0):
        return graph
    first = first_layer(graph)
    if isinstance(first, keras.layers.Rescaling):
        scale = np.asarray(first.scale, float)
        first.offset = (np.asarray(first.offset, float) + scale * offset).tolist()
        first.scale = (scale * factor).tolist()
        return graph
    image = keras.Input(graph.inputs[0].shape[1:], name=graph.inputs[0].name)
    rescaled = keras.layers.Rescaling(factor, offset, name=_free(graph, name))(image)
    return as_graph(keras.Model(image, _called(graph, rescaled)))


def first_layer(graph: keras.Model) -> Any:
    """Return the only layer that takes the input, after a Reshape layer; None if there are several."""
    layers = describe_layers(graph)
    name = layers[0].name
    while True:
        takers = [layer for layer in layers if name in layer.inputs]
        if len(takers) != 1:
            return None
        if takers[0].kind != "Reshape":
            return next((layer for layer in graph.layers if layer.name == takers[0].name), None)
        name = takers[0].name


def with_probabilities(graph: keras.Model) -> tuple[keras.Model, bool]:
    """Return the network with outputs that are probabilities, and whether they were independent sigmoids.

    A softmax is appended to logits. Sigmoids are divided by their sum, as the softmax of their logarithms.

    Raises:
        UserError: the outputs are not numbers, or neither probabilities nor logits nor sigmoids.
    """
    answers = outputs_of(graph, _random_inputs(graph))
    if not np.isfinite(answers).all():
        raise UserError("The output of this network is not a number; train it again.")
    if (answers >= 0).all() and np.allclose(answers.sum(axis=-1), 1, atol=1e-3):
        return graph, False
    last = describe_layers(graph)[-1]
    activation = last.options.get("activation") or "linear"
    if last.kind == "ops.Sigmoid" or activation in ("sigmoid", "hard_sigmoid"):
        above_zero = keras.layers.Rescaling(1.0, _SMALLEST, name=_free(graph, "above_zero"))
        logarithms = keras.ops.log(above_zero(graph.outputs[0]))
        return _ended(graph, keras.layers.Softmax(name=_free(graph, "divided_by_sum"))(logarithms)), True
    kind = OPERATIONS.get(last.kind)
    if kind is None or not kind.has_unbounded_output or activation not in ("linear", "log_softmax"):
        ending = last.kind if activation == "linear" else activation
        raise UserError(
            "The output of this network ({ending}) does not consist of probabilities; end it with a softmax.",
            ending=ending,
        )
    return _ended(graph, keras.layers.Softmax(name=_free(graph, "probabilities"))(graph.outputs[0])), False


def _called(graph: keras.Model, inputs: Any, replace: Callable[[Any], Any] = lambda layer: layer) -> Any:
    """Return the symbolic outputs of the layers of a network, or of what replaces them.

    Calling the network itself adds an operation for the conversion of the input.
    """
    return graph._run_through_graph(inputs, operation_fn=replace)  # noqa: SLF001 (see above)


def _ended(graph: keras.Model, output: Any) -> keras.Model:
    return as_graph(keras.Model(graph.inputs, output))


def _free(graph: keras.Model, name: str) -> str:
    """Return the name, with a number if a layer of the network already has it."""
    names = {operation.name for operation in graph.operations}
    return next(text for text in (name, *(f"{name}_{n}" for n in range(2, 1000))) if text not in names)
