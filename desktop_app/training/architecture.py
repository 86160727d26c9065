"""Architectures: networks as plain functions from a recipe to a Keras model."""

from __future__ import annotations

import keras

from desktop_app.imaging.normalize import INPUT_SIZE
from desktop_app.training.recipe import Recipe

OUTPUT = "probabilities"
"""Name of the last layer: one probability a label and, last, one for "not a character"."""


def build_network(recipe: Recipe) -> keras.Model:
    """A six-layer convolutional network with batch normalization, for 28x28 inputs.

    Pooling comes before normalization, because most of a step's time on a processor goes into
    normalizing the large maps. The last convolution is
    unpadded and its 4x4 places are kept apart (no global average), since where a part of a digit
    lies is what tells 6 from 9.

    Args:
        recipe: gives filters, dropout and the number of labels.

    Returns:
        Model from (n, 28, 28, 1) float32 in 0..1 to (n, labels + 1) float32 probabilities.
    """
    layers = keras.layers
    first, second, third = recipe.filters
    inputs = layers.Input((INPUT_SIZE, INPUT_SIZE, 1), name="input")
    x = _block(inputs, 1, first, size=5, padding="valid", pool=True)
    x = _block(x, 2, second)
    x = _block(x, 3, second)
    x = _block(x, 4, second, pool=True)
    x = _block(x, 5, third)
    x = _block(x, 6, third, padding="valid")
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(recipe.dropout, name="dropout", seed=recipe.seed)(x)
    x = layers.Dense(len(recipe.labels) + 1, name="logits", dtype="float32")(x)
    outputs = layers.Softmax(name=OUTPUT, dtype="float32")(x)
    return keras.Model(inputs, outputs, name=recipe.name)


def _block(
    x: keras.KerasTensor,
    number: int,
    filters: int,
    size: int = 3,
    padding: str = "same",
    pool: bool = False,
) -> keras.KerasTensor:
    """Convolution, perhaps pooling, normalization, ReLU; all named by the block's number."""
    layers = keras.layers
    x = layers.Conv2D(filters, size, padding=padding, use_bias=False, name=f"conv{number}")(x)
    if pool:
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
    x = layers.BatchNormalization(name=f"norm{number}")(x)
    return layers.ReLU(name=f"relu{number}")(x)
