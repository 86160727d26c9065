"""Architectures: a list of layers becomes a Keras model."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from desktop_app.core.errors import UserError
from desktop_app.networks.layer_list import INPUT, Layer, trace
from desktop_app.networks.layers.options import CLASSES, Shape
from desktop_app.networks.layers.registry import KINDS


def build_network(
    layers: Sequence[Layer], input_shape: Shape, output_shape: Shape, *, seed: int = 1, name: str = "network"
) -> keras.Model:
    """The network that a list of layers describes, with fresh weights.

    Args:
        layers: see `layer_list.trace`.
        input_shape: (height, width, channels).
        output_shape: of what it gives: (classes,) or (height, width, channels).
        seed: of what is dropped while training, in every layer anew; weights follow Keras' global seed.
        name: of the model.

    Returns:
        Functional model from (n, *input_shape) float32 in 0..1 to (n, *output_shape) float32, which
        are probabilities or plain sums, as the list ends. Under a policy of lower precision the last
        layer that learns, and what stands behind it, still compute in float32.

    Raises:
        UserError: the list describes no network.
    """
    traced = trace(layers, input_shape, output_shape)
    if traced.problem:
        raise UserError(traced.problem)
    exact = max((place for place, each in enumerate(traced.layers) if each.trainable), default=0)
    outputs = {INPUT: keras.layers.Input(input_shape, name=INPUT)}
    for place, each in enumerate(traced.layers):
        layer = each.layer
        given = [outputs[one] for one in layer.inputs]
        # With one seed for all, layers of one shape would drop the same places.
        made = _made(layer, output_shape, seed + place, exact=place >= exact)
        outputs[layer.name] = made(given if len(given) > 1 else given[0])
    return keras.Model(outputs[INPUT], outputs[traced.layers[-1].layer.name], name=name)


def _made(layer: Layer, output_shape: Shape, seed: int, *, exact: bool) -> keras.Layer:
    options = dict(layer.options)
    if options.get("units") == CLASSES:
        (options["units"],) = output_shape
    if KINDS[layer.kind].draws:
        options["seed"] = seed
    if exact:
        options["dtype"] = "float32"
    return getattr(keras.layers, layer.kind)(name=layer.name, **options)
