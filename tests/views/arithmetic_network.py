"""A small network with every kind of layer that the arithmetic view explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop_app.networks.arithmetic import Position
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task

Arrays = dict[str, NDArray[np.float32]]


INFO = NetworkInfo(
    name="small",
    title="Small",
    task=Task(labels=("a", "b", "c"), rejects=True),
    layers=(
        LayerInfo("input", "InputLayer", (8, 8, 1)),
        LayerInfo(
            "conv1",
            "Conv2D",
            (8, 8, 6),
            ("input",),
            options={"kernel_size": [3, 3], "padding": "same", "activation": "relu"},
        ),
        LayerInfo(
            "conv2", "Conv2D", (6, 6, 4), ("conv1",), options={"kernel_size": [3, 3], "use_bias": False}
        ),
        LayerInfo("pool", "MaxPooling2D", (3, 3, 4), ("conv2",), options={"pool_size": [2, 2]}),
        LayerInfo("mean", "AveragePooling2D", (3, 3, 4), ("conv2",), options={"pool_size": [2, 2]}),
        LayerInfo("norm", "BatchNormalization", (3, 3, 4), ("pool",), options={"epsilon": 0.001}),
        LayerInfo("relu", "ReLU", (3, 3, 4), ("norm",), options={"negative_slope": 0.25}),
        LayerInfo("add", "Add", (3, 3, 4), ("relu", "mean")),
        LayerInfo("most", "Maximum", (3, 3, 4), ("relu", "mean")),
        LayerInfo("join", "Concatenate", (3, 3, 8), ("add", "most")),
        LayerInfo("frame", "ZeroPadding2D", (5, 5, 8), ("join",), options={"padding": [[1, 1], [1, 1]]}),
        LayerInfo("flatten", "Flatten", (200,), ("frame",)),
        LayerInfo("dropout", "Dropout", (200,), ("flatten",)),
        LayerInfo("logits", "Dense", (4,), ("dropout",)),
        LayerInfo("probabilities", "Softmax", (4,), ("logits",)),
    ),
)


VALUES: list[tuple[str, Position]] = [
    ("input", (2, 3, 0)),
    ("conv1", (0, 7, 5)),
    ("conv2", (2, 3, 1)),
    ("pool", (1, 1, 2)),
    ("mean", (0, 0, 3)),
    ("norm", (1, 2, 0)),
    ("relu", (1, 2, 0)),
    ("add", (2, 2, 1)),
    ("most", (2, 2, 1)),
    ("join", (1, 1, 6)),
    ("frame", (0, 2, 3)),
    ("frame", (2, 2, 3)),
    ("flatten", (57,)),
    ("dropout", (57,)),
    ("logits", (2,)),
    ("probabilities", (2,)),
]


def weights() -> Arrays:
    rng = np.random.default_rng(7)
    shapes = {
        "conv1/kernel": (3, 3, 1, 6),
        "conv1/bias": (6,),
        "conv2/kernel": (3, 3, 6, 4),
        "norm/gamma": (4,),
        "norm/beta": (4,),
        "norm/moving_mean": (4,),
        "logits/kernel": (200, 4),
        "logits/bias": (4,),
    }
    found = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    return found | {"norm/moving_variance": rng.uniform(0.5, 2, 4).astype(np.float32)}


GRAPH = Graph(INFO, weights())


def activations(seed: int = 1) -> Arrays:
    model_input = np.random.default_rng(seed).random((1, 8, 8, 1)).astype(np.float32)
    return {name: batch[0] for name, batch in GRAPH.forward(model_input).items()}
