"""Descriptions of the layers of a Keras model, for model cards."""

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
    """Return the network as a functional model in which each layer is called once.

    Keras records several calls of each layer of a sequential model that was built layer by layer; a copy made
    from the configuration has one.

    Raises:
        UserError: the model is not a graph from one input to one output.
    """
    try:
        whole = keras.Model(model.inputs, model.outputs, name=model.name)
        graph = type(whole).from_config(whole.get_config())
    except (AttributeError, TypeError, ValueError) as error:
        raise UserError(
            "This model is not a graph of layers; build it with the functional API of Keras."
        ) from error
    graph.set_weights(whole.get_weights())
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise UserError("This model has several inputs or outputs; build one with a single input and output.")
    for layer in graph.get_config()["layers"]:
        if len(layer["inbound_nodes"]) > 1:
            raise UserError(
                "The layer {name} is used more than once in this model; use a layer for each use.",
                name=layer["name"],
            )
    for operation in graph.operations:
        _check(operation)
    return graph


def _check(operation: Any) -> None:
    if isinstance(operation, keras.Model):
        raise UserError(
            "The layer {name} is a model; add the layers of that model one by one.", name=operation.name
        )
    if not isinstance(operation.output, keras.KerasTensor):
        raise UserError(
            "The layer {name} has several outputs; use layers with a single output.", name=operation.name
        )
    if None in operation.output.shape[1:]:
        raise UserError(
            "The output of the layer {name} has no fixed size; give the input a fixed size.",
            name=operation.name,
        )
    if isinstance(operation, keras.Layer) and operation.get_config().get("data_format") == "channels_first":
        raise UserError(
            'The layer {name} has its channels first; use data_format="channels_last".', name=operation.name
        )


def describe_layers(graph: keras.Model) -> tuple[LayerInfo, ...]:
    """Return the descriptions of the layers of a graph (see `as_graph`), each after its inputs.

    Operations that are not layers, e.g. a sum written with +, have a kind that starts with "ops.".
    """
    producers = {id(operation.output): operation.name for operation in graph.operations}
    return tuple(_describe(operation, producers) for operation in graph.operations)


def _describe(operation: Any, producers: dict[int, str]) -> LayerInfo:
    is_layer = isinstance(operation, keras.Layer)
    kind = type(operation).__name__ if is_layer else f"ops.{type(operation).__name__}"
    inputs = [] if isinstance(operation, keras.layers.InputLayer) else keras.tree.flatten(operation.input)
    return LayerInfo(
        name=operation.name,
        kind=kind,
        shape=tuple(operation.output.shape[1:]),
        inputs=tuple(producers[id(tensor)] for tensor in inputs),
        trainable=_count(operation.trainable_weights) if is_layer else 0,
        fixed=_count(operation.non_trainable_weights) if is_layer else 0,
        options=MappingProxyType(_stored_options(kind, operation)),
    )


def _stored_options(kind: str, operation: Any) -> dict[str, Any]:
    """Return the options that change what a layer computes; the others only affect training."""
    known = OPERATIONS.get(kind)
    if known is None:
        return {}
    config = operation.get_config()
    names = {option.name for option in known.options if not option.training_only} | {*known.config_keys}
    return {key: _plain(config[key]) for key in sorted(names) if key in config}


def weights_of(
    graph: keras.Model, values: Sequence[NDArray[np.float32]] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Return the weights, float32, by "layer/weight", e.g. "conv1/kernel", without seed states.

    Args:
        graph: the network.
        values: values to use for `graph.weights`, in that order; None for the current ones.
    """
    weights = [(layer, weight) for layer in graph.layers for weight in layer.weights]
    arrays = [weight for _, weight in weights] if values is None else values
    return {
        f"{layer.name}/{_name_within(layer, weight)}": np.asarray(array, dtype=np.float32)
        for (layer, weight), array in zip(weights, arrays, strict=True)
        if not _is_seed_state(weight)
    }


def _name_within(layer: keras.Layer, weight: Any) -> str:
    """Return the path of a weight below its layer."""
    parts = weight.path.split("/")
    return "/".join(parts[parts.index(layer.name) + 1 :] if layer.name in parts else parts)


def _is_seed_state(weight: Any) -> bool:
    return bool(weight.name == "seed_generator_state")


def _count(weights: list[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights if not _is_seed_state(weight))


def _plain(value: Any) -> Any:
    """Return an option as a JSON value; for an object, e.g. an activation with options, its class name."""
    if isinstance(value, dict):
        return str(value.get("class_name", "object"))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return np.asarray(value).tolist()
