from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop_app.inspection.filters import Kernels, Matrix
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.runs.training_events import WeightSnapshot
from desktop_app.tasks.task import Task
from desktop_app.views.training_preview.snapshots import (
    MOST_FILTERS,
    AnswerHistory,
    PreviewSnapshot,
    Snapshots,
    are_numbers,
    filter_tiles,
    first_layer,
    map_tiles,
    probabilities_of,
    snapshot_of,
    thinned,
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


# ------------------------------------------------------------------------------------- snapshots


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=200, unique=True).map(sorted), st.integers(2, 70))
def test_what_is_kept_begins_and_ends_as_before_and_is_not_too_much(epochs: list[int], most: int) -> None:
    kept = thinned(epochs, most)
    assert len(kept) == min(len(epochs), most)
    assert (kept[0], kept[-1]) == (epochs[0], epochs[-1])
    assert set(kept) <= set(epochs)
    assert list(kept) == sorted(kept)


def test_a_long_run_is_kept_evenly_whenever_it_is_looked_at() -> None:
    kept: tuple[int, ...] = ()
    for epoch in range(500):
        kept = thinned((*kept, epoch), 60)
        assert len(kept) == min(epoch + 1, 60)
        assert np.diff(kept).max(initial=0) <= 4 * max(1, epoch / 60)
    assert kept[0] == 0
    assert kept[-1] == 499


def snapshot(epoch: int, values: int = 10) -> WeightSnapshot:
    return WeightSnapshot(epoch, {"conv/kernel": np.zeros(values, dtype=np.float32)})


def test_weights_are_kept_within_a_number_and_a_memory() -> None:
    few = Snapshots(most=5)
    large = Snapshots(most=60, most_bytes=4000)
    for epoch in range(30):
        few.add(snapshot(epoch))
        large.add(snapshot(epoch, values=250))
    assert len(few.epochs) == 5
    assert len(large.epochs) == 4
    for kept in (few, large):
        assert kept.epochs[0] == 0
        assert kept.epochs[-1] == 29
        assert kept.newest is not None
        assert kept.newest.epoch == 29
        assert [each.epoch for each in kept.newest_first()] == sorted(kept.epochs, reverse=True)


def test_the_newest_is_kept_whatever_it_takes() -> None:
    kept = Snapshots(most_bytes=100)
    for epoch in range(3):
        kept.add(snapshot(epoch, values=1000))
    assert kept.epochs == (2,)


def test_an_epoch_that_was_thinned_out_is_stood_in_for_by_the_one_before() -> None:
    kept = Snapshots()
    for epoch in (0, 2, 4):
        kept.add(snapshot(epoch))
    found = [each.epoch if (each := kept.at(epoch)) else None for epoch in (-1, 0, 3, 4, 9)]
    assert found == [None, 0, 2, 4, 4]
    kept.add(snapshot(4, values=3))
    assert kept.epochs == (0, 2, 4)


# --------------------------------------------------------------------------------------- moments


def read(epoch: int, graph: Graph) -> PreviewSnapshot:
    return with_drawing(snapshot_of(epoch, graph), graph, INPUT)


def test_the_first_convolution_is_watched_or_the_first_dense_layer() -> None:
    assert first_layer(CONV) == CONV.layer("conv")
    assert first_layer(WIDE) == WIDE.layer("hidden")
    assert first_layer(network(LayerInfo("flat", "Flatten", (784,), ("input",)))) is None


def test_a_moment_shows_the_filters_and_what_they_find() -> None:
    graph = Graph(CONV, CONV_WEIGHTS)
    moment = read(7, graph)
    outputs = graph.forward(INPUT[None])
    assert moment.epoch == 7
    assert isinstance(moment.filters, Kernels)
    np.testing.assert_array_equal(filter_tiles(moment.filters)[2], CONV_WEIGHTS["conv/kernel"][:, :, 0, 2])
    assert moment.maps is not None
    np.testing.assert_array_equal(map_tiles(moment.maps)[3], outputs["conv"][0, :, :, 3])
    np.testing.assert_array_equal(moment.probabilities, outputs["answer"][0])


def test_of_many_units_the_first_are_shown_as_pictures_of_the_input() -> None:
    moment = read(0, WIDE_GRAPH)
    assert moment.filters is not None
    tiles = filter_tiles(moment.filters)
    assert tiles.shape == (MOST_FILTERS, 28, 28)
    kernel = WIDE_GRAPH.weights("hidden")["kernel"]
    np.testing.assert_array_equal(tiles[5], kernel[:, 5].reshape(28, 28))
    # A copy: what is shown must not keep all the rest.
    assert not np.shares_memory(moment.filters.values, kernel)
    assert moment.maps is not None
    assert map_tiles(moment.maps).shape == (MOST_FILTERS, 1, 1)


def test_plain_sums_become_probabilities_and_probabilities_stay() -> None:
    sums = WIDE_GRAPH.forward(INPUT[None])["sums"][0].astype(np.float64)
    expected = np.exp(sums - sums.max())
    found = probabilities_of(WIDE_GRAPH, INPUT)
    assert found is not None
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-5, atol=1e-7)
    softmax = replace(WIDE, layers=(*WIDE.layers, LayerInfo("answer", "Softmax", (3,), ("sums",))))
    weights = {
        f"{name}/{key}": v for name in ("hidden", "sums") for key, v in WIDE_GRAPH.weights(name).items()
    }
    again = probabilities_of(Graph(softmax, weights), INPUT)
    assert again is not None
    np.testing.assert_allclose(again, found, rtol=1e-5, atol=1e-7)


def test_without_a_drawing_there_are_filters_alone() -> None:
    moment = snapshot_of(0, Graph(CONV, CONV_WEIGHTS))
    assert moment.filters is not None
    assert moment.model_input is moment.probabilities is moment.maps is None


def test_an_arithmetic_that_is_not_known_is_named_and_the_filters_stay() -> None:
    layers = [LayerInfo("odd", "Mystery", (4,), ("mean",)) if x.name == "answer" else x for x in CONV.layers]
    graph = Graph(replace(CONV, layers=tuple(layers)), CONV_WEIGHTS)
    moment = read(1, graph)
    assert moment.unknown is not None
    assert moment.unknown.name == "odd"
    assert moment.filters is not None
    assert moment.probabilities is None
    assert probabilities_of(graph, INPUT) is None


@pytest.mark.parametrize("astray", [np.nan, np.inf])
def test_a_network_that_went_astray_is_shown_all_the_same(astray: float) -> None:
    weights = {name: values.copy() for name, values in CONV_WEIGHTS.items()}
    weights["conv/kernel"][0, 0, 0, 1] = astray
    moment = read(2, Graph(CONV, weights))
    assert moment.probabilities is not None
    assert not are_numbers(moment.probabilities)
    assert moment.filters is not None
    assert moment.maps is not None
    assert np.isfinite(filter_tiles(moment.filters)).all()
    assert np.isfinite(map_tiles(moment.maps)).all()


def test_filters_of_one_pixel_are_rows_and_coloured_ones_have_colours() -> None:
    matrix = Matrix(RNG.normal(size=(5, 3)).astype(np.float32), None)
    assert filter_tiles(matrix).shape == (3, 1, 5)
    values = RNG.normal(size=(3, 3, 3, 8)).astype(np.float32)
    coloured = Kernels(values, None, np.zeros(8, dtype=np.int64), in_colour=True)
    tiles = filter_tiles(coloured)
    assert tiles.shape == (8, 3, 3, 3)
    assert tiles.dtype == np.uint8


# --------------------------------------------------------------------------------------- history


def history(*winners: int | None) -> AnswerHistory:
    rows = np.zeros((len(winners), 3), dtype=np.float32)
    for row, winner in zip(rows, winners, strict=True):
        if winner is not None:
            row[winner] = 1
    return AnswerHistory(2 * np.arange(len(winners)), rows, tuple("abc"), True)


def test_it_is_told_since_when_the_answer_has_been_the_same() -> None:
    answers = history(1, 0, 2, 0, 0, 0)
    assert [answers.since(epoch) for epoch in (0, 2, 4, 6, 8, 10)] == [0, 2, 4, 6, 6, 6]
    assert history(1, 1).since(2) == 0
    # Where there were no numbers there was no answer, not even the first label's.
    assert history(0, None, 0).since(4) == 4
    with pytest.raises(IndexError):
        answers.since(3)
