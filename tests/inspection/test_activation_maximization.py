from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.inspection.activation_maximization import MaximizingInput, maximizing_inputs
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task

SIZE = 14

STRIPES, BRIGHT, DARK, INACTIVE = range(4)


def graph_of_filters() -> Graph:
    """A network of four filters: horizontal stripes, light, darkness, and one that is rarely active."""
    kernels = np.zeros((5, 5, 1, 4), dtype=np.float32)
    kernels[:, :, 0, STRIPES] = [[-2], [1], [2], [1], [-2]]
    kernels[:, :, 0, BRIGHT] = 1
    kernels[:, :, 0, DARK] = -1
    kernels[:, :, 0, INACTIVE] = 1
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


def never() -> bool:
    return False


def maximizing_input(channel: int) -> MaximizingInput:
    (found,) = maximizing_inputs(GRAPH, "conv", [channel], never)
    return found


def mean_response(model_input: NDArray[np.float32], channel: int) -> float:
    """The mean of a filter's map, computed independently."""
    conv = GRAPH.operation("conv")
    assert conv is not None
    kernel, bias = conv.weights["kernel"][..., 0, channel], conv.weights["bias"][channel]
    windows = np.lib.stride_tricks.sliding_window_view(model_input[..., 0], (5, 5))
    return float(np.maximum((windows * kernel).sum(axis=(2, 3)) + bias, 0).mean())


def test_inputs_show_the_patterns_of_the_filters() -> None:
    assert maximizing_input(BRIGHT).model_input.mean() > 0.9
    assert maximizing_input(DARK).model_input.max() < 0.1
    stripes = maximizing_input(STRIPES).model_input[..., 0]
    assert stripes.std(axis=0).mean() > 3 * stripes.std(axis=1).mean()


def test_pixels_that_no_filter_needs_are_black_for_ink_and_grey_for_images() -> None:
    zeros = {
        f"{layer}/{name}": np.zeros_like(weight)
        for layer in ("conv", "answers")
        for name, weight in GRAPH.weights(layer).items()
    }
    images = replace(GRAPH.info, task=Task("picture", preparation="fit", labels=("a", "b", "c")))
    for info, ground in ((GRAPH.info, 0.0), (images, 0.5)):
        (found,) = maximizing_inputs(Graph(info, zeros), "conv", [BRIGHT], never)
        assert abs(found.model_input - ground).max() < 0.05


@pytest.mark.parametrize("channel", [STRIPES, BRIGHT, DARK, INACTIVE])
def test_response_is_larger_than_to_random_inputs(channel: int) -> None:
    found = maximizing_input(channel)
    assert found.channel == channel
    assert found.model_input.shape == (SIZE, SIZE, 1)
    assert found.model_input.dtype == np.float32
    assert 0 <= found.model_input.min() <= found.model_input.max() <= 1
    assert found.value == pytest.approx(mean_response(found.model_input, channel), rel=1e-4)
    rng = np.random.default_rng(1)
    noise = rng.random((50, SIZE, SIZE, 1), dtype=np.float32)
    assert found.value > max(mean_response(model_input, channel) for model_input in noise)


def test_result_does_not_depend_on_the_other_filters() -> None:
    alone = maximizing_input(STRIPES)
    together = list(maximizing_inputs(GRAPH, "conv", [DARK, STRIPES, BRIGHT], never))
    assert [found.channel for found in together] == [DARK, STRIPES, BRIGHT]
    assert np.allclose(together[1].model_input, alone.model_input, atol=1e-5)


def test_answers_are_maximized_before_softmax() -> None:
    for answer, found in enumerate(maximizing_inputs(GRAPH, "answers", range(3), never)):
        probabilities = GRAPH.forward(found.model_input[None], until="answers")["answers"][0]
        assert found.value == pytest.approx(probabilities[answer])
        flat = np.full((1, SIZE, SIZE, 1), 0.1, dtype=np.float32)
        assert found.value > GRAPH.forward(flat, until="answers")["answers"][0, answer]


def test_stop_keeps_finished_inputs() -> None:
    calls = count()
    many = [number % 4 for number in range(24)]
    found = list(maximizing_inputs(GRAPH, "conv", many, lambda: next(calls) >= 100))
    assert 0 < len(found) < 24
    assert list(maximizing_inputs(GRAPH, "conv", many, lambda: True)) == []


def test_large_networks_of_images_give_results_one_by_one() -> None:
    task = Task("picture", 64, 64, 1, "fit", labels=("a", "b"))
    layers = (
        LayerInfo("input", "InputLayer", (64, 64, 1)),
        LayerInfo("conv", "Conv2D", (64, 64, 65), ("input",), options={"kernel_size": [1, 1]}),
    )
    weights = {"conv/kernel": np.ones((1, 1, 1, 65), np.float32), "conv/bias": np.zeros(65, np.float32)}
    large = Graph(NetworkInfo("large", "Large", task, layers), weights)
    calls = count()
    found = list(maximizing_inputs(large, "conv", range(8), lambda: next(calls) >= 50))
    assert [result.channel for result in found] == [0]


def test_unknown_layers_raise_only_if_they_are_needed() -> None:
    assert len(list(maximizing_inputs(GRAPH, "conv", [0], never))) == 1
    with pytest.raises(UnknownArithmetic, match="oracle"):
        list(maximizing_inputs(GRAPH, "oracle", [0], never))
