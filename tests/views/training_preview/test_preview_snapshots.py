from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.inspection.filters import Kernels, Matrix
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task
from desktop_app.views.training_preview.snapshots import (
    MOST_FILTERS,
    AnswerHistory,
    PreviewSnapshot,
    answer_of,
    filter_tiles,
    first_layer,
    is_finite,
    map_tiles,
    snapshot_of,
    with_drawing,
)

Values = NDArray[np.float32]

RNG = np.random.default_rng(4)
INPUT = RNG.random((28, 28, 1), dtype=np.float32)


def network(*layers: LayerInfo, labels: int = 3) -> NetworkInfo:
    return NetworkInfo(
        "n", "N", Task(labels=tuple("abc"[:labels])), (LayerInfo("input", "InputLayer", (28, 28, 1)), *layers)
    )


def weights(**shapes: tuple[int, ...]) -> dict[str, Values]:
    return {
        name.replace("_", "/"): RNG.normal(size=shape).astype(np.float32) for name, shape in shapes.items()
    }


WIDE = network(
    LayerInfo("flat", "Flatten", (784,), ("input",)),
    LayerInfo("hidden", "Dense", (300,), ("flat",), options={"activation": "relu"}),
    LayerInfo("sums", "Dense", (3,), ("hidden",)),
)
WIDE_GRAPH = Graph(
    WIDE, weights(hidden_kernel=(784, 300), hidden_bias=(300,), sums_kernel=(300, 3), sums_bias=(3,))
)

CONV = network(
    LayerInfo("conv", "Conv2D", (26, 26, 4), ("input",), options={"kernel_size": [3, 3]}),
    LayerInfo("mean", "GlobalAveragePooling2D", (4,), ("conv",)),
    LayerInfo("answer", "Dense", (3,), ("mean",), options={"activation": "softmax"}),
)
CONV_WEIGHTS = weights(conv_kernel=(3, 3, 1, 4), conv_bias=(4,), answer_kernel=(4, 3), answer_bias=(3,))


# ---------------------------------------- snapshots


def read(epoch: int, graph: Graph) -> PreviewSnapshot:
    return with_drawing(snapshot_of(epoch, graph), graph, INPUT)


def test_first_layer_is_a_convolution_or_dense_layer() -> None:
    assert first_layer(CONV) == CONV.layer("conv")
    assert first_layer(WIDE) == WIDE.layer("hidden")
    assert first_layer(network(LayerInfo("flat", "Flatten", (784,), ("input",)))) is None


def test_snapshot_has_filters_and_feature_maps() -> None:
    graph = Graph(CONV, CONV_WEIGHTS)
    snapshot_read = read(7, graph)
    outputs = graph.forward(INPUT[None])
    assert snapshot_read.epoch == 7
    assert isinstance(snapshot_read.filters, Kernels)
    np.testing.assert_array_equal(
        filter_tiles(snapshot_read.filters)[2], CONV_WEIGHTS["conv/kernel"][:, :, 0, 2]
    )
    assert snapshot_read.maps is not None
    np.testing.assert_array_equal(map_tiles(snapshot_read.maps)[3], outputs["conv"][0, :, :, 3])
    np.testing.assert_array_equal(snapshot_read.probabilities, outputs["answer"][0])


def test_first_units_are_shown_as_images_of_the_input() -> None:
    snapshot_read = read(0, WIDE_GRAPH)
    assert snapshot_read.filters is not None
    tiles = filter_tiles(snapshot_read.filters)
    assert tiles.shape == (MOST_FILTERS, 28, 28)
    kernel = WIDE_GRAPH.weights("hidden")["kernel"]
    np.testing.assert_array_equal(tiles[5], kernel[:, 5].reshape(28, 28))
    # A copy: what is shown must not keep all the rest.
    assert not np.shares_memory(snapshot_read.filters.values, kernel)
    assert snapshot_read.maps is not None
    assert map_tiles(snapshot_read.maps).shape == (MOST_FILTERS, 1, 1)


def test_logits_become_probabilities() -> None:
    sums = WIDE_GRAPH.forward(INPUT[None])["sums"][0].astype(np.float64)
    expected = np.exp(sums - sums.max())
    found = answer_of(WIDE_GRAPH, INPUT)
    assert found is not None
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-5, atol=1e-7)
    softmax = replace(WIDE, layers=(*WIDE.layers, LayerInfo("answer", "Softmax", (3,), ("sums",))))
    weights = {
        f"{name}/{key}": v for name in ("hidden", "sums") for key, v in WIDE_GRAPH.weights(name).items()
    }
    again = answer_of(Graph(softmax, weights), INPUT)
    assert again is not None
    np.testing.assert_allclose(again, found, rtol=1e-5, atol=1e-7)


def test_without_a_drawing_there_are_only_filters() -> None:
    snapshot_read = snapshot_of(0, Graph(CONV, CONV_WEIGHTS))
    assert snapshot_read.filters is not None
    assert snapshot_read.model_input is snapshot_read.probabilities is snapshot_read.maps is None


def test_unsupported_layer_is_named_and_filters_are_shown() -> None:
    layers = [LayerInfo("odd", "Mystery", (4,), ("mean",)) if x.name == "answer" else x for x in CONV.layers]
    graph = Graph(replace(CONV, layers=tuple(layers)), CONV_WEIGHTS)
    snapshot_read = read(1, graph)
    assert snapshot_read.unknown is not None
    assert snapshot_read.unknown.name == "odd"
    assert snapshot_read.filters is not None
    assert snapshot_read.probabilities is None
    assert answer_of(graph, INPUT) is None


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_diverged_network_is_shown(value: float) -> None:
    weights = {name: values.copy() for name, values in CONV_WEIGHTS.items()}
    weights["conv/kernel"][0, 0, 0, 1] = value
    snapshot_read = read(2, Graph(CONV, weights))
    assert snapshot_read.probabilities is not None
    assert not is_finite(snapshot_read.probabilities)
    assert snapshot_read.filters is not None
    assert snapshot_read.maps is not None
    assert np.isfinite(filter_tiles(snapshot_read.filters)).all()
    assert np.isfinite(map_tiles(snapshot_read.maps)).all()


def test_filter_tiles_are_rows_or_coloured() -> None:
    matrix = Matrix(RNG.normal(size=(5, 3)).astype(np.float32), None)
    assert filter_tiles(matrix).shape == (3, 1, 5)
    values = RNG.normal(size=(3, 3, 3, 8)).astype(np.float32)
    coloured = Kernels(values, None, np.zeros(8, dtype=np.int64), is_rgb=True)
    tiles = filter_tiles(coloured)
    assert tiles.shape == (8, 3, 3, 3)
    assert tiles.dtype == np.uint8


# --------------------------------------------------------------------------------------- history


def history(*winners: int | None) -> AnswerHistory:
    rows = np.zeros((len(winners), 3), dtype=np.float32)
    for row, winner in zip(rows, winners, strict=True):
        if winner is not None:
            row[winner] = 1
    return AnswerHistory(2 * np.arange(len(winners)), rows, tuple("abc"), "", True)


def test_since_is_the_first_epoch_with_the_same_answer() -> None:
    answers = history(1, 0, 2, 0, 0, 0)
    assert [answers.since(epoch) for epoch in (0, 2, 4, 6, 8, 10)] == [0, 2, 4, 6, 6, 6]
    assert history(1, 1).since(2) == 0
    # Where there were no numbers there was no answer, not even the first label's.
    assert history(0, None, 0).since(4) == 4
    with pytest.raises(IndexError):
        answers.since(3)
