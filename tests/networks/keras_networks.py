"""Operations and graphs of Keras layers and models, and their results in Keras."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.operation import Operation
from desktop_app.networks.layers.registry import operation_for
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task
from desktop_app.training.describe import as_graph, describe_layers, weights_of

Values = NDArray[np.float32]


def graph_of(model: keras.Model) -> Graph:
    """Return the graph of a model, described as in a model card."""
    whole = as_graph(model)
    info = NetworkInfo(model.name, model.name, Task(labels=("0", "1")), describe_layers(whole))
    return Graph(info, weights_of(whole))


def operation_of(layer: keras.Layer, shapes: Sequence[tuple[int, ...]]) -> Operation | None:
    """Return the operation of a built layer whose inputs have these shapes."""
    inputs = [LayerInfo(f"input{index}", "InputLayer", shape) for index, shape in enumerate(shapes)]
    tensors = [keras.KerasTensor((None, *shape)) for shape in shapes]
    shape = layer.compute_output_spec(tensors if len(tensors) > 1 else tensors[0]).shape
    info = LayerInfo(
        layer.name,
        type(layer).__name__,
        tuple(shape[1:]),
        tuple(before.name for before in inputs),
        options=layer.get_config(),
    )
    return operation_for(info, inputs, {weight.name: np.asarray(weight) for weight in layer.weights})


def randomize(layer: Any, seed: int, least: float = -1.0) -> None:
    """Set the weights of a layer or model to random values from least to 1; variances 0.2 to 3."""
    rng = np.random.default_rng(seed)
    for weight in layer.weights:
        if weight.name == "moving_variance":
            weight.assign(rng.uniform(0.2, 3, weight.shape))
        elif weight.name != "seed_generator_state":
            weight.assign(rng.uniform(least, 1, weight.shape))


def output_and_gradients(
    layer: Any, inputs: Sequence[Values], weighting: Values
) -> tuple[Values, list[Values]]:
    """Return the output of a layer or model, and the gradients of its weighted sum for every input."""
    tensors = [tf.constant(values) for values in inputs]
    with _quiet(), tf.GradientTape() as tape:
        for tensor in tensors:
            tape.watch(tensor)
        output = layer(tensors if len(tensors) > 1 else tensors[0])
        total = tf.reduce_sum(output * weighting)
    gradients = tape.gradient(total, tensors, unconnected_gradients="zero")
    return np.asarray(output), [np.asarray(gradient) for gradient in gradients]


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress warnings of TensorFlow about calls of many layers of different sizes."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def assert_close(actual: Any, expected: Any, tolerance: float = 1e-5) -> None:
    """Assert that the largest difference is within a fraction of the largest value."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(float(np.abs(expected).max(initial=0.0)), 1e-3)
    assert np.abs(actual - expected).max(initial=0.0) <= tolerance * scale
