from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.inspection.activation_maximization import MaximizingInput, maximizing_inputs
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task

SIZE = 14

STRIPES, BRIGHT, DARK, DEAF = range(4)


def graph_of_filters() -> Graph:
    """Four filters: for horizontal stripes, for light, for darkness, and one that needs much light."""
    kernels = np.zeros((5, 5, 1, 4), dtype=np.float32)
    kernels[:, :, 0, STRIPES] = [[-2], [1], [2], [1], [-2]]
    kernels[:, :, 0, BRIGHT] = 1
    kernels[:, :, 0, DARK] = -1
    kernels[:, :, 0, DEAF] = 1
    rng = np.random.default_rng(4)
    weights = {
        "conv/kernel": kernels,
        "conv/bias": np.array([0, 0, 15, -16], dtype=np.float32),
        "answers/kernel": rng.normal(size=(4, 3)).astype(np.float32),
        "answers/bias": np.zeros(3, dtype=np.float32),
    }
    convolution = {"kernel_size": [5, 5], "activation": "relu"}
    info = NetworkInfo(
        "filters",
        "Filters",
        Task(labels=("a", "b", "c")),
        (
            LayerInfo("input", "InputLayer", (SIZE, SIZE, 1)),
            LayerInfo("conv", "Conv2D", (SIZE - 4, SIZE - 4, 4), ("input",), options=convolution),
            LayerInfo("mean", "GlobalAveragePooling2D", (4,), ("conv",)),
            LayerInfo("answers", "Dense", (3,), ("mean",), options={"activation": "softmax"}),
            LayerInfo("oracle", "Oracle", (3,), ("answers",)),
        ),
    )
    return Graph(info, weights)


GRAPH = graph_of_filters()


def excited(channel: int, **settings: Any) -> MaximizingInput:
    (found,) = maximizing_inputs(GRAPH, "conv", [channel], **settings)
    return found


def value(model_input: NDArray[np.float32], channel: int) -> float:
    """The mean of a filter's map, by itself."""
    kernel = GRAPH.operation("conv").weights["kernel"][..., 0, channel]  # type: ignore[union-attr]
    bias = GRAPH.operation("conv").weights["bias"][channel]  # type: ignore[union-attr]
    windows = np.lib.stride_tricks.sliding_window_view(model_input[..., 0], (5, 5))
    return float(np.maximum((windows * kernel).sum(axis=(2, 3)) + bias, 0).mean())


def test_filters_get_what_they_look_for() -> None:
    assert excited(BRIGHT).model_input.mean() > 0.9
    assert excited(DARK).model_input.max() < 0.1
    stripes = excited(STRIPES).model_input[..., 0]
    assert stripes.std(axis=0).mean() > 3 * stripes.std(axis=1).mean()


@pytest.mark.parametrize("channel", [STRIPES, BRIGHT, DARK, DEAF])
def test_what_was_made_excites_more_than_chance(channel: int) -> None:
    found = excited(channel)
    assert found.channel == channel
    assert found.model_input.shape == (SIZE, SIZE, 1)
    assert found.model_input.dtype == np.float32
    assert 0 <= found.model_input.min() <= found.model_input.max() <= 1
    assert found.value == pytest.approx(value(found.model_input, channel), rel=1e-4)
    rng = np.random.default_rng(1)
    chance = [value(rng.random((SIZE, SIZE, 1), dtype=np.float32), channel) for _ in range(50)]
    assert found.value > max(chance)


def test_the_same_comes_out_whichever_filters_are_asked_for() -> None:
    alone = excited(STRIPES, steps=10)
    together = list(maximizing_inputs(GRAPH, "conv", [DARK, STRIPES, BRIGHT], steps=10))
    assert [found.channel for found in together] == [DARK, STRIPES, BRIGHT]
    assert np.allclose(together[1].model_input, alone.model_input, atol=1e-5)
    other = excited(STRIPES, steps=10, seed=1)
    assert not np.allclose(other.model_input, alone.model_input, atol=0.01)


def test_answers_are_climbed_before_softmax() -> None:
    for answer, found in enumerate(maximizing_inputs(GRAPH, "answers", range(3))):
        probabilities = GRAPH.forward(found.model_input[None], until="answers")["answers"][0]
        assert found.value == pytest.approx(probabilities[answer])
        flat = np.full((1, SIZE, SIZE, 1), 0.1, dtype=np.float32)
        assert found.value > GRAPH.forward(flat, until="answers")["answers"][0, answer]


def test_it_stops_when_asked_and_keeps_what_is_done() -> None:
    calls = count()
    many = [number % 4 for number in range(24)]
    found = list(maximizing_inputs(GRAPH, "conv", many, lambda: next(calls) >= 15, steps=10))
    assert 0 < len(found) < 24
    assert list(maximizing_inputs(GRAPH, "conv", many, lambda: True)) == []


def test_layers_behind_are_not_needed_and_unknown_ones_are_refused() -> None:
    assert len(list(maximizing_inputs(GRAPH, "conv", [0], steps=1))) == 1
    with pytest.raises(UnknownArithmetic, match="oracle"):
        list(maximizing_inputs(GRAPH, "oracle", [0]))
