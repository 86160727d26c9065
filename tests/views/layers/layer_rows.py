"""Rows of layers, and what is in them."""

from __future__ import annotations

from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task

CONV, FLATTEN, LAST = 1, 3, 5


def long_network(layers: int) -> NetworkInfo:
    between = [
        LayerInfo(f"conv{i}", "Conv2D", (4, 4, 4), (f"conv{i - 1}" if i else "input",), 148)
        for i in range(layers)
    ]
    return NetworkInfo(
        "long",
        "Long",
        Task(labels=("0", "1")),
        (
            LayerInfo("input", "InputLayer", (4, 4, 1)),
            *between,
            LayerInfo("answer", "Dense", (2,), (f"conv{layers - 1}",), 130, 7),
        ),
    )


def network_of(*layers: LayerInfo) -> NetworkInfo:
    return NetworkInfo(
        "blocks",
        "Blocks",
        Task(labels=("0", "1")),
        (
            LayerInfo("input", "InputLayer", (4, 4, 1)),
            *layers,
            LayerInfo("flatten", "Flatten", (32,), (layers[-1].name,)),
            LayerInfo("answer", "Dense", (2,), ("flatten",), 66),
        ),
    )


def maps(name: str, kind: str, *inputs: str) -> LayerInfo:
    return LayerInfo(name, kind, (4, 4, 2), inputs)


BRANCHED = NetworkInfo(
    "branched",
    "Branched",
    Task(labels=("0", "1")),
    (
        LayerInfo("input", "InputLayer", (4, 4, 1)),
        LayerInfo("stem", "Conv2D", (4, 4, 2), ("input",), 20),
        LayerInfo("left", "Conv2D", (4, 4, 2), ("stem",), 38),
        LayerInfo("right", "Conv2D", (4, 4, 2), ("stem",), 38),
        LayerInfo("both", "Add", (4, 4, 2), ("left", "right")),
        LayerInfo("skip", "Add", (4, 4, 2), ("both", "stem")),
        LayerInfo("answer", "Dense", (2,), ("skip",), 66),
    ),
)
