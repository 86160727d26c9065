"""Blocks of layers, arcs between them, and positions of their tiles."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSizeF

from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task
from desktop_app.views.layers.layer_blocks import Block, BlockKind, blocks_of
from desktop_app.views.layers.layer_positions import Arc, arcs_of, follows, positions_in
from tests.views.conftest import INFO
from tests.views.layers.layer_rows import BRANCHED, long_network, maps, network_of


def test_a_residual_block_ends_with_what_follows_each_sum() -> None:
    info = network_of(
        maps("stem", "Conv2D", "input"),
        maps("a1", "Conv2D", "stem"),
        maps("a2", "BatchNormalization", "a1"),
        maps("sum_a", "Add", "a2", "stem"),
        maps("relu_a", "ReLU", "sum_a"),
        maps("b1", "Conv2D", "relu_a"),
        maps("sum_b", "Add", "b1", "relu_a"),
        maps("relu_b", "ReLU", "sum_b"),
        maps("pool", "MaxPooling2D", "relu_b"),
    )
    assert blocks_of(info) == (Block(BlockKind.RESIDUAL, 2, 5), Block(BlockKind.RESIDUAL, 6, 8))


def test_branches_that_are_joined_are_a_block() -> None:
    info = network_of(
        maps("stem", "Conv2D", "input"),
        maps("left", "Conv2D", "stem"),
        maps("right", "Conv2D", "stem"),
        maps("both", "Concatenate", "left", "right"),
    )
    assert blocks_of(info) == (Block(BlockKind.BRANCHED, 2, 4),)


def test_an_inner_block_counts_not_the_one_around_it() -> None:
    assert blocks_of(BRANCHED) == (Block(BlockKind.RESIDUAL, 2, 4),)


def test_convolutions_with_the_same_followers_are_blocks() -> None:
    names = [("conv1", "Conv2D"), ("norm1", "BatchNormalization"), ("conv2", "Conv2D"), ("relu2", "ReLU")]
    layers = [
        maps(name, kind, before)
        for (name, kind), before in zip(names, ["input", "conv1", "norm1", "conv2"], strict=True)
    ]
    assert blocks_of(network_of(*layers)) == (Block(BlockKind.PLAIN, 1, 2), Block(BlockKind.PLAIN, 3, 4))
    assert blocks_of(INFO) == ()
    assert blocks_of(long_network(30)) == ()


def test_arcs_connect_layers_that_are_not_neighbours() -> None:
    assert arcs_of(INFO) == ()
    assert arcs_of(BRANCHED) == (Arc(1, 3, 1), Arc(2, 4, 2), Arc(1, 5, 3))
    assert [follows(BRANCHED, number) for number in range(7)] == [False, True, True, False, True, True, True]


def test_arcs_of_one_level_never_cross() -> None:
    rng = np.random.default_rng(5)
    layers = [LayerInfo("0", "InputLayer", (2, 2, 1))]
    for number in range(1, 12):
        inputs = {str(number - 1), str(rng.integers(0, number))}
        layers.append(LayerInfo(str(number), "Add", (2, 2, 1), tuple(sorted(inputs))))
    arcs = arcs_of(NetworkInfo("many", "Many", Task(labels=("0", "1")), tuple(layers)))
    for arc in arcs:
        for other in arcs:
            apart = arc.target <= other.source or other.target <= arc.source
            assert arc is other or apart or arc.level != other.level or arc.level == 4


@pytest.mark.parametrize("height", [60, 80, 100, 130, 200])
def test_everything_has_room_in_the_height(height: int) -> None:
    for info in (INFO, BRANCHED):
        positions = positions_in(info, QSizeF(4000, height), 13, (40, 0), 0.75, 128)
        assert positions.top + positions.side + positions.lines * 13 <= max(height, 70)
        assert 24 <= positions.side <= 80
        assert all(
            left + width < following
            for left, width, following in zip(
                positions.lefts, positions.widths, positions.lefts[1:-1], strict=False
            )
        )


def test_shapes_fit_in_tiles_that_do_not_fit_in_the_width() -> None:
    layers = [LayerInfo("input", "InputLayer", (32, 32, 3))]
    for number in range(40):
        layers.append(LayerInfo(f"conv{number}", "Conv2D", (16, 16, 256), (layers[-1].name,)))
    info = NetworkInfo("long", "Long", Task(), tuple(layers))
    positions = positions_in(info, QSizeF(1200, 112), 13, (77, 0), 0.75, 128)
    assert not positions.is_tight
    assert min(positions.widths) >= 77


@pytest.mark.parametrize("width", [900, 1240, 1408, 1900, 2400])
def test_tiles_are_narrowed_to_fit_the_width(width: int) -> None:
    layers = [LayerInfo("input", "InputLayer", (28, 28, 1))]
    for number in range(20):
        layers.append(LayerInfo(f"conv{number}", "Conv2D", (12, 12, 64), (layers[-1].name,)))
    layers.append(LayerInfo("flatten", "Flatten", (9216,), (layers[-1].name,)))
    layers.append(LayerInfo("answer", "Dense", (11,), ("flatten",)))
    info = NetworkInfo("long", "Long", Task(rejects=True), tuple(layers))
    positions = positions_in(info, QSizeF(width, 112), 13, (40, 0), 0.75, 128)
    assert (positions.length <= width) == (width >= 1240)
    assert positions.is_tight == (width in (1240, 1408, 1900))
    assert positions.top + positions.side + positions.lines * 13 <= 112
    assert positions.lines == (4 if width in (1240, 1408) else 3)
    for number, left in enumerate(positions.lefts[:-1]):
        thumbnail = positions.thumbnail(number)
        if layers[number].kind != "Flatten":
            assert left <= thumbnail.left() < thumbnail.right() <= left + positions.widths[number]
