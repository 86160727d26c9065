"""Small untrained models with many kinds of layers, exported as model folders.

    dense       Flatten and two dense layers
    pooled      convolutions with bias and activation, all kinds of pooling, strides
    normalized  convolution, pooling, batch normalization, ReLU, like the shipped model
    depthwise   DepthwiseConv2D and SeparableConv2D
    residual    branches with Add, Concatenate, Multiply; many activations; ZeroPadding2D
    wide        a 1x1 convolution to 512 channels
    larger      upsampling with Conv2DTranspose, UpSampling2D; other normalizations
    unknown     layers that the program does not support
    size32      inputs of 32x32x1
    colour      inputs of 32x32x3, as a sequence of patches
    named       labels "yes" and "no", without "not a character"

All weights, including biases and batch normalization, are random with a fixed seed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from desktop_app.tasks.task import DIGITS, Task
from desktop_app.training.export import CardFacts, export_model

Tensor = Any


def export_odd_model(name: str, folder: Path) -> None:
    """Build a model and write its model folder."""
    import keras

    labels, rejects = (("yes", "no"), False) if name == "named" else (DIGITS, name in REJECTING)
    size, channels = SHAPES.get(name, (28, 1))
    inputs = keras.layers.Input((size, size, channels), name="input")
    task = Task(height=size, width=size, channels=channels, labels=labels, rejects=rejects)
    outputs = BODIES[name](keras.layers, inputs, len(labels) + rejects)
    model = keras.Model(inputs, outputs, name=name)
    randomize_weights(model, zlib.crc32(name.encode()))
    export_model(model, CardFacts(name, name.capitalize(), task), folder)


def randomize_weights(model: Any, seed: int) -> None:
    """Set kernels to He-normal values, and other weights near their defaults."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        for weight in layer.weights:
            shape = tuple(weight.shape)
            if weight.name == "seed_generator_state":
                continue
            if len(shape) > 1:
                weight.assign(rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape))
            elif weight.name in ("gamma", "moving_variance"):
                weight.assign(rng.uniform(0.5, 1.5, shape))
            else:
                weight.assign(rng.normal(0, 0.2, shape))


def _dense(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(32, activation="relu", name="hidden")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _pooled(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(8, 5, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(2, name="max1")(x)
    x = layers.Conv2D(12, 3, strides=2, padding="same", activation="tanh", name="conv2")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="average2")(x)
    x = layers.Conv2D(16, 2, dilation_rate=2, activation="relu", name="conv3")(x)
    x = layers.MaxPooling2D(3, strides=1, padding="same", name="max3")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _normalized(layers: Any, x: Tensor, answers: int) -> Tensor:
    for number, filters in ((1, 8), (2, 12)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"conv{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)
        x = layers.BatchNormalization(name=f"norm{number}")(x)
        x = layers.ReLU(name=f"relu{number}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(0.3, seed=1, name="dropout")(x)
    x = layers.Dense(answers, name="logits")(x)
    return layers.Softmax(name="probabilities")(x)


def _depthwise(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(6, 3, strides=2, activation="relu", name="conv1")(x)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu6", name="depthwise2")(
        x
    )
    x = layers.SeparableConv2D(10, 3, strides=2, padding="same", activation="relu", name="separable3")(x)
    x = layers.DepthwiseConv2D(3, use_bias=False, name="depthwise4")(x)
    x = layers.BatchNormalization(scale=False, name="norm4")(x)
    x = layers.ReLU(max_value=6.0, name="relu4")(x)
    x = layers.GlobalMaxPooling2D(name="largest")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _residual(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.ZeroPadding2D(((2, 1), (0, 3)), name="padding")(x)
    x = stem = layers.Conv2D(8, 3, strides=2, name="stem")(x)
    x = layers.LeakyReLU(negative_slope=0.2, name="leaky")(x)
    x = layers.Conv2D(8, 3, padding="same", name="conv1")(x)
    x = layers.Add(name="add1")([x, stem])
    x = layers.ELU(name="elu1")(x)
    before = x
    x = layers.Conv2D(12, 3, padding="same", activation="silu", name="conv2")(x)
    shortcut = layers.Conv2D(12, 1, use_bias=False, name="projection2")(before)
    x = layers.Add(name="add2")([x, shortcut])
    x = layers.Activation("gelu", name="gelu2")(x)
    gate = layers.Conv2D(12, 1, activation="sigmoid", name="gate3")(x)
    x = layers.Multiply(name="multiply3")([x, gate])
    x = layers.Concatenate(name="concatenate3")([x, before])
    x = layers.Cropping2D(((1, 0), (2, 1)), name="cropping")(x)
    x = layers.Average(name="average4")([x, layers.ReLU(name="relu4")(x)])
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _wide(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(16, 3, strides=2, activation="relu", name="conv1")(x)
    x = layers.Conv2D(512, 1, activation="relu", name="wide")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _larger(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(8, (3, 5), strides=(2, 1), activation="relu", name="conv1")(x)
    x = layers.LayerNormalization(name="layernorm")(x)
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same", name="transpose")(x)
    x = layers.GroupNormalization(4, name="groupnorm")(x)
    x = layers.UpSampling2D((1, 2), interpolation="bilinear", name="upsampling")(x)
    x = layers.Conv2D(8, 3, dilation_rate=(1, 3), name="conv2")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _unknown(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="conv1")(x)
    x = layers.RMSNormalization(name="rmsnorm")(x)
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same", name="transpose")(x)
    x = layers.GroupNormalization(4, name="groupnorm")(x)
    x = layers.UpSampling2D(2, interpolation="bilinear", name="upsampling")(x)
    x = layers.Conv2D(8, 3, strides=2, name="conv2")(x) * 0.5
    x = layers.Permute((2, 1, 3), name="permute")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _size32(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(8, 5, strides=2, activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(2, name="pool1")(x)
    x = layers.Flatten(name="flatten")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


def _colour(layers: Any, x: Tensor, answers: int) -> Tensor:
    x = layers.Conv2D(24, 4, strides=4, name="patches")(x)
    x = layers.Reshape((64, 24), name="sequence")(x)
    x = layers.Dense(16, activation="relu", name="mixed")(x)
    x = layers.GlobalAveragePooling1D(name="average")(x)
    return layers.Dense(answers, activation="softmax", name="probabilities")(x)


BODIES: dict[str, Callable[[Any, Tensor, int], Tensor]] = {
    "dense": _dense,
    "pooled": _pooled,
    "normalized": _normalized,
    "depthwise": _depthwise,
    "residual": _residual,
    "wide": _wide,
    "larger": _larger,
    "unknown": _unknown,
    "size32": _size32,
    "colour": _colour,
    "named": _normalized,
}

ODD_MODELS = tuple(BODIES)

SHAPES: dict[str, tuple[int, Literal[1, 3]]] = {"size32": (32, 1), "colour": (32, 3)}

REJECTING = ("normalized", "pooled", "residual", "unknown")
