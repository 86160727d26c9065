"""Gradients of a network's scores, the values before softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.graph import Graph
from desktop_app.networks.layers.activation import FunctionLayer
from desktop_app.networks.layers.operation import Batch
from desktop_app.networks.layers.shape import Identity

Weighting: TypeAlias = NDArray[np.float32]
"""Weight of each answer, float32 (answers,), e.g. 1 for the answer and -1 for the runner-up."""


def score_layer(graph: Graph) -> str:
    """Return the name of the layer with the softmax.

    Scores are the values of this layer before its activation function. Layers behind it that change
    no values are skipped.
    """
    layer = graph.info.layer(graph.info.output)
    while _changes_nothing(graph, layer.name):
        layer = graph.info.layer(layer.inputs[0])
    return layer.name


def score_gradient(graph: Graph, outputs: Mapping[str, Batch], weighting: Weighting, to: str) -> Batch:
    """Return the gradient of the weighted sum of the scores with respect to a layer's output.

    Args:
        graph: the network.
        outputs: every layer's output for a batch.
        weighting: weights of the answers.
        to: name of the layer, e.g. the input.

    Raises:
        UnknownArithmetic: the arithmetic of a layer between is not known.
    """
    layer = score_layer(graph)
    gradient = np.broadcast_to(weighting, outputs[layer].shape)
    return graph.backward(outputs, layer, gradient, to, before_activation=True)


def _changes_nothing(graph: Graph, layer: str) -> bool:
    operation = graph.operation(layer)
    if isinstance(operation, FunctionLayer):
        return operation.function.name == "linear"
    return isinstance(operation, Identity)
