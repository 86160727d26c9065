"""Describe: what a model card says of a Keras model's layers."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.networks.network_info import LayerInfo


def as_graph(model: keras.Model) -> keras.Model:
    """The same network as a functional model in which every layer stands once.

    Keras writes down every call of a layer, and a sequential model that grew layer by layer has
    called them several times; a copy has forgotten that.

    Raises:
        UserError: the model has another form than a graph from one input to one output.
    """
    try:
        whole = keras.Model(model.inputs, model.outputs, name=model.name)
        graph = type(whole).from_config(whole.get_config())
    except (AttributeError, TypeError, ValueError) as error:
        raise UserError("This model is no graph of layers; build it with Keras' functional API.") from error
    graph.set_weights(whole.get_weights())
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise UserError("This model has several inputs or outputs; make one with one of each.")
    for layer in graph.get_config()["layers"]:
        if len(layer["inbound_nodes"]) > 1:
            raise UserError(
                f"The layer {layer['name']} is used more than once in this model; use two layers."
            )
    for operation in graph.operations:
        _check(operation)
    return graph


def _check(operation: Any) -> None:
    if isinstance(operation, keras.Model):
        raise UserError(f"The layer {operation.name} is a whole model; put its layers here one by one.")
    if not isinstance(operation.output, keras.KerasTensor):
        raise UserError(f"The layer {operation.name} has several outputs; use layers with one.")
    if None in operation.output.shape[1:]:
        raise UserError(f"The output of the layer {operation.name} has no fixed size; give the input one.")
    if isinstance(operation, keras.Layer) and operation.get_config().get("data_format") == "channels_first":
        raise UserError(f"The layer {operation.name} wants channels first; use channels last.")


def describe_layers(graph: keras.Model) -> tuple[LayerInfo, ...]:
    """Every layer of a graph (see `as_graph`) for the card, each behind its inputs.

    Each has its name, kind (Keras' class name), output shape without the batch, the names of the
    layers whose outputs it takes, its numbers of parameters that training changes and does not
    change, and what decides its arithmetic. Operations that are no layers, e.g. a sum written with
    +, have a kind that begins with "ops.".
    """
    made_by = {id(operation.output): operation.name for operation in graph.operations}
    return tuple(_described(operation, made_by) for operation in graph.operations)


def _described(operation: Any, made_by: dict[int, str]) -> LayerInfo:
    is_layer = isinstance(operation, keras.Layer)
    kind = type(operation).__name__ if is_layer else f"ops.{type(operation).__name__}"
    inputs = [] if isinstance(operation, keras.layers.InputLayer) else keras.tree.flatten(operation.input)
    return LayerInfo(
        name=operation.name,
        kind=kind,
        shape=tuple(operation.output.shape[1:]),
        inputs=tuple(made_by[id(tensor)] for tensor in inputs),
        trainable=_count(operation.trainable_weights) if is_layer else 0,
        fixed=_count(operation.non_trainable_weights) if is_layer else 0,
        options=MappingProxyType(_stored_options(kind, operation)),
    )


def _stored_options(kind: str, operation: Any) -> dict[str, Any]:
    """What of a layer's configuration decides what it computes; the rest says how it is trained."""
    known = OPERATIONS.get(kind)
    if known is None:
        return {}
    config = operation.get_config()
    names = {option.name for option in known.options if not option.training} | {*known.told}
    return {key: _plain(config[key]) for key in sorted(names) if key in config}


def weights_of(
    graph: keras.Model, values: Sequence[NDArray[np.float32]] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Every weight as "layer/weight", e.g. "conv1/kernel", but for what merely draws random numbers.

    Args:
        graph: the network.
        values: other values for its weights, in the order of `graph.weights`; None: its own.
    """
    weights = [(layer, weight) for layer in graph.layers for weight in layer.weights]
    arrays = [weight for _, weight in weights] if values is None else values
    return {
        f"{layer.name}/{_name_within(layer, weight)}": np.asarray(array, dtype=np.float32)
        for (layer, weight), array in zip(weights, arrays, strict=True)
        if not _draws_numbers(weight)
    }


def _name_within(layer: keras.Layer, weight: Any) -> str:
    """A weight's own name, with those of the layers inside the layer that it belongs to."""
    parts = weight.path.split("/")
    return "/".join(parts[parts.index(layer.name) + 1 :] if layer.name in parts else parts)


def _draws_numbers(weight: Any) -> bool:
    return bool(weight.name == "seed_generator_state")


def _count(weights: list[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights if not _draws_numbers(weight))


def _plain(value: Any) -> Any:
    """An option as JSON has it; of an object, e.g. an activation with options of its own, its class."""
    if isinstance(value, dict):
        return str(value.get("class_name", "object"))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return np.asarray(value).tolist()
