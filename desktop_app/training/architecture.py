"""Builds a Keras model from a list of layers."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from desktop_app.core.errors import UserError
from desktop_app.networks.layer_list import INPUT, Layer, check_layers
from desktop_app.networks.layers.options import CLASSES, Shape
from desktop_app.networks.layers.registry import KINDS


def build_network(
    layers: Sequence[Layer], input_shape: Shape, output_shape: Shape, *, seed: int, name: str
) -> keras.Model:
    """Build a network from a list of layers, with initial weights.

    Args:
        layers: see `layer_list.check_layers`.
        input_shape: (height, width, channels).
        output_shape: (classes,) or (height, width, channels).
        seed: random seed of dropout and noise layers; initial weights use Keras' global seed.
        name: name of the model.

    Returns:
        Functional model from (n, *input_shape), float32 in 0..1, to (n, *output_shape), float32 probabilities
        or logits. With a dtype policy of lower precision, the last trainable layer and all layers after it
        still compute in float32.

    Raises:
        UserError: the list is not a valid network.
    """
    checked = check_layers(layers, input_shape, output_shape)
    if checked.problem:
        raise UserError.from_message(checked.problem)
    last_trainable = max((index for index, each in enumerate(checked.layers) if each.trainable), default=0)
    outputs = {INPUT: keras.layers.Input(input_shape, name=INPUT)}
    for index, each in enumerate(checked.layers):
        layer = each.layer
        inputs = [outputs[name_] for name_ in layer.inputs]
        # With the same seed, layers of the same shape would drop the same units.
        keras_layer = _create(layer, output_shape, seed + index, in_float32=index >= last_trainable)
        outputs[layer.name] = keras_layer(inputs if len(inputs) > 1 else inputs[0])
    return keras.Model(outputs[INPUT], outputs[checked.layers[-1].layer.name], name=name)


def _create(layer: Layer, output_shape: Shape, seed: int, *, in_float32: bool) -> keras.Layer:
    options = dict(layer.options)
    if options.get("units") == CLASSES:
        (options["units"],) = output_shape
    if KINDS[layer.kind].is_random:
        options["seed"] = seed
    if in_float32:
        options["dtype"] = "float32"
    return getattr(keras.layers, layer.kind)(name=layer.name, **options)
