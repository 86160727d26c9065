"""Architectures: networks as plain functions from a recipe to a Keras model."""

from __future__ import annotations

import keras

from desktop_app.imaging.normalize import INPUT_SIZE
from desktop_app.training.recipe import Recipe

OUTPUT = "probabilities"
"""Name of the last layer: one probability a label and, last, one for "not a character"."""


def build_network(recipe: Recipe) -> keras.Model:
    """The network of the recipe's architecture, for 28x28 inputs.

    Args:
        recipe: gives architecture, filters, dropout and the number of labels.

    Returns:
        Model from (n, 28, 28, 1) float32 in 0..1 to (n, labels + 1) float32 probabilities. The
        layer "logits", a dense one, gives what the last one, "probabilities", turns into them.
    """
    layers = keras.layers
    inputs = layers.Input((INPUT_SIZE, INPUT_SIZE, 1), name="input")
    x = _BODIES[recipe.architecture](inputs, recipe)
    x = layers.Dense(len(recipe.labels) + 1, name="logits", dtype="float32")(x)
    outputs = layers.Softmax(name=OUTPUT, dtype="float32")(x)
    return keras.Model(inputs, outputs, name=recipe.name)


def _convolutional(inputs: keras.KerasTensor, recipe: Recipe) -> keras.KerasTensor:
    """Six convolutions with batch normalization.

    Pooling comes before normalization, because most of a step's time on a processor goes into
    normalizing the large maps. The last convolution is unpadded and its 4x4 places are kept apart
    (no global average), since where a part of a digit lies is what tells 6 from 9.
    """
    layers = keras.layers
    first, second, third = recipe.filters
    x = _block(inputs, 1, first, size=5, padding="valid", pool=True)
    x = _block(x, 2, second)
    x = _block(x, 3, second)
    x = _block(x, 4, second, pool=True)
    x = _block(x, 5, third)
    x = _block(x, 6, third, padding="valid")
    x = layers.Flatten(name="flatten")(x)
    return layers.Dropout(recipe.dropout, name="dropout", seed=recipe.seed)(x)


def _dense(inputs: keras.KerasTensor, recipe: Recipe) -> keras.KerasTensor:
    """Two hidden layers in which every unit sees everything: what there was before convolutions."""
    layers = keras.layers
    first, second = recipe.filters
    x = layers.Flatten(name="flatten")(inputs)
    x = layers.Dense(first, activation="relu", name="hidden1")(x)
    x = layers.Dense(second, activation="relu", name="hidden2")(x)
    return layers.Dropout(recipe.dropout, name="dropout", seed=recipe.seed)(x)


def _residual(inputs: keras.KerasTensor, recipe: Recipe) -> keras.KerasTensor:
    """Depthwise separable convolutions with skip connections, and a mean over all places.

    Methods: residual learning (He, Zhang, Ren and Sun, 2016); depthwise separable convolutions
    (Howard et al., 2017).
    """
    layers = keras.layers
    first, second, third = recipe.filters
    x = _block(inputs, 1, first, size=5, padding="valid", pool=True)
    x = _skipping_block(x, 2, first)
    x = _skipping_block(x, 3, second, strides=2)
    x = _skipping_block(x, 4, second)
    x = _skipping_block(x, 5, third)
    x = _skipping_block(x, 6, third)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dropout(recipe.dropout, name="dropout", seed=recipe.seed)(x)


_BODIES = {"convolutional": _convolutional, "dense": _dense, "residual": _residual}


def _skipping_block(x: keras.KerasTensor, number: int, filters: int, strides: int = 1) -> keras.KerasTensor:
    """A depthwise and a 1x1 convolution, each normalized, whose result is added to what came in."""
    layers = keras.layers
    skip = x
    if x.shape[-1] != filters:
        skip = layers.Conv2D(filters, 1, strides, use_bias=False, name=f"skip{number}")(x)
    x = layers.DepthwiseConv2D(3, strides, padding="same", use_bias=False, name=f"depthwise{number}")(x)
    x = layers.BatchNormalization(name=f"norm{number}a")(x)
    x = layers.ReLU(name=f"relu{number}a")(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"pointwise{number}")(x)
    x = layers.BatchNormalization(name=f"norm{number}b")(x)
    x = layers.Add(name=f"add{number}")([x, skip])
    return layers.ReLU(name=f"relu{number}b")(x)


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
