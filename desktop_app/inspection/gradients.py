"""Gradients of a network's scores: what its probabilities were before they had to sum to one."""

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
"""What each answer counts, float32 (answers,): e.g. 1 for the answer and -1 for the runner-up."""


def score_layer(graph: Graph) -> str:
    """The layer that computes the scores: the softmax, or the layer with softmax inside.

    Scores are what this layer has before its function. Layers behind it that change nothing, as for
    the data type, are passed over.
    """
    layer = graph.info.layer(graph.info.output)
    while _changes_nothing(graph, layer.name):
        layer = graph.info.layer(layer.inputs[0])
    return layer.name


def score_gradient(graph: Graph, outputs: Mapping[str, Batch], weighting: Weighting, to: str) -> Batch:
    """The gradient of the weighted sum of the scores with respect to a layer's output.

    Args:
        graph: the network.
        outputs: every layer's output for a batch.
        weighting: of the answers.
        to: the layer, e.g. the input.

    Raises:
        UnknownArithmetic: a layer between has an arithmetic that is not known.
    """
    layer = score_layer(graph)
    gradient = np.broadcast_to(weighting, outputs[layer].shape)
    return graph.backward(outputs, layer, gradient, to, before_activation=True)


def _changes_nothing(graph: Graph, layer: str) -> bool:
    operation = graph.operation(layer)
    if isinstance(operation, FunctionLayer):
        return operation.function.name == "linear"
    return isinstance(operation, Identity)
