from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import Refusal
from desktop_app.core.paths import models_dir
from desktop_app.networks.graph import Graph
from desktop_app.networks.layer_list import ACTIVATIONS, CLASSES, INPUT, KINDS, Layer, Option, Value, trace
from desktop_app.networks.layers.registry import OPERATIONS
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.zoo import convolutional, dense, residual
from desktop_app.tasks.task import Task
from desktop_app.training.architecture import build_network
from desktop_app.training.describe import describe_layers, weights_of
from tests.networks.keras_networks import assert_close, randomize

SMALL = {"filters": 6, "units": 20, "kernel_size": 4, "pool_size": 3, "strides": 3}


def shapes_and_counts(model: keras.Model) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    """Name, kind, output shape and trainable and fixed parameters of each layer, as Keras has them."""
    return [
        (
            layer.name,
            type(layer).__name__,
            tuple(layer.output.shape[1:]),
            sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights),
            sum(
                int(np.prod(weight.shape))
                for weight in layer.non_trainable_weights
                if weight.name != "seed_generator_state"
            ),
        )
        for layer in model.layers
    ]


# --- shapes and counts are Keras' own ---


def values_of(name: str, option: Option) -> st.SearchStrategy[Value]:
    if option.choices:
        return st.sampled_from(option.choices)
    if isinstance(option.default, bool):
        return st.booleans()
    if isinstance(option.default, float):
        return st.floats(option.least, option.most)
    return st.integers(int(option.least), min(int(option.most), SMALL[name]))


@st.composite
def networks(draw: st.DrawFn) -> tuple[tuple[int, int, int], list[Layer], int]:
    """An input shape, a list of layers that is a network, often with branches, and its classes."""
    side = draw(st.integers(5, 16))
    shape = (side, draw(st.integers(5, 16)), draw(st.sampled_from([1, 3])))
    classes = draw(st.integers(2, 5))
    layers: list[Layer] = []
    for _ in range(draw(st.integers(3, 14))):
        kind = draw(st.sampled_from(list(KINDS)))
        options = {name: draw(values_of(name, option)) for name, option in KINDS[kind].options.items()}
        known = [INPUT, *(layer.name for layer in layers)]
        least = KINDS[kind].inputs
        most = least if least == 1 else 3
        # Mostly the newest, so that networks are deep and what meets fits.
        newest = st.sampled_from([*known[-3:], known[-1], known[-1]])
        inputs = draw(st.lists(newest, min_size=least, max_size=most))
        layer = Layer(kind, f"layer{len(layers)}", tuple(inputs), options)
        if not any(
            each.problem != "" and each.shape is None for each in trace([*layers, layer], shape, (2,)).layers
        ):
            layers.append(layer)
    layers += [Layer("Flatten", "flat"), Layer("Dense", "answers", options={"units": CLASSES})]
    return shape, _leading_to_the_end(layers), classes


def _leading_to_the_end(layers: list[Layer]) -> list[Layer]:
    wanted = {layers[-1].name}
    kept: list[Layer] = []
    for number in reversed(range(len(layers))):
        layer = layers[number]
        if layer.name in wanted:
            before = layers[number - 1].name if number else INPUT
            wanted |= set(layer.inputs or (before,))
            kept.insert(0, layer)
    return kept


@settings(max_examples=100)
@given(networks())
def test_shapes_and_counts_are_those_of_keras(given: tuple[tuple[int, int, int], list[Layer], int]) -> None:
    shape, layers, classes = given
    traced = trace(layers, shape, (classes,))
    assert traced.problem == ""
    model = build_network(layers, shape, (classes,))
    told = {
        info.name: (info.name, info.kind, info.shape, info.trainable, info.fixed) for info in traced.infos()
    }
    assert {row[0]: row for row in shapes_and_counts(model)} == told
    assert model.count_params() == traced.parameters
    inputs = {told["name"]: tuple(told["inputs"]) for told in describe_layers(model)}
    assert inputs == {info.name: info.inputs for info in traced.infos()}


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("digits", convolutional(32, 64, 128, 0.3)),
        ("dense", dense(116, 80, 0.1)),
        ("residual", residual(32, 64, 128, 0.1)),
    ],
)
def test_the_models_that_ship_are_networks_of_the_zoo(name: str, layers: tuple[Layer, ...]) -> None:
    card: dict[str, Any] = json.loads((models_dir() / name / "card.json").read_text())
    told = [
        (row["name"], row["kind"], tuple(row["shape"]), row["trainable"], row["fixed"])
        for row in card["layers"]
    ]
    classes = len(card["labels"]) + card["rejects"]
    infos = trace(layers, (28, 28, 1), (classes,)).infos()
    assert [(info.name, info.kind, info.shape, info.trainable, info.fixed) for info in infos] == told
    assert [list(info.inputs) for info in infos] == [row["inputs"] for row in card["layers"]]
    assert sorted(shapes_and_counts(build_network(layers, (28, 28, 1), (classes,)))) == sorted(told)


# --- what is built ---

EVERY_KIND = [
    Layer("Conv2D", "conv", options={"filters": 6, "strides": 2, "padding": "same", "activation": "gelu"}),
    Layer("BatchNormalization", "norm"),
    Layer("ReLU", "relu"),
    Layer("DepthwiseConv2D", "depthwise", options={"padding": "same", "activation": "leaky_relu"}),
    Layer("Add", "sum", ("relu", "depthwise")),
    Layer("SpatialDropout2D", "drop_maps"),
    Layer("MaxPooling2D", "largest", ("sum",), {"pool_size": 3, "padding": "same"}),
    Layer("AveragePooling2D", "means", ("drop_maps",), {"pool_size": 3, "padding": "same"}),
    Layer("Concatenate", "both", ("largest", "means", "largest")),
    Layer("Activation", "bent", options={"activation": "silu"}),
    Layer("GlobalAveragePooling2D", "all_means"),
    Layer("GlobalMaxPooling2D", "all_largest", ("bent",)),
    Layer("Flatten", "flat", ("bent",)),
    Layer("Concatenate", "row", ("all_means", "all_largest", "flat")),
    Layer("Dropout", "drop", options={"rate": 0.5}),
    Layer("Dense", "sums", options={"units": CLASSES, "use_bias": False}),
    Layer("Softmax", "probabilities"),
]


def test_every_kind_can_be_taken_apart() -> None:
    assert {layer.kind for layer in EVERY_KIND} == set(KINDS) <= set(OPERATIONS)
    model = build_network(EVERY_KIND, (28, 28, 1), (10,))
    randomize(model, seed=3)
    infos = trace(EVERY_KIND, (28, 28, 1), (10,)).infos()
    graph = Graph(NetworkInfo("every", "Every", Task(), infos), weights_of(model))
    inputs = np.random.default_rng(5).random((4, 28, 28, 1), dtype=np.float32)
    outputs = graph.forward(inputs)
    inside = keras.Model(model.inputs, [model.get_layer(layer.name).output for layer in EVERY_KIND])
    for layer, wanted in zip(EVERY_KIND, inside(inputs), strict=True):
        assert_close(outputs[layer.name], wanted)


@pytest.mark.parametrize("function", ACTIVATIONS)
def test_every_activation_can_be_taken_apart(function: str) -> None:
    layers = [
        Layer("Flatten", "flat"),
        Layer("Dense", "hidden", options={"units": 12, "activation": function}),
        Layer("Dense", "answers", options={"units": 3}),
    ]
    model = build_network(layers, (6, 5, 1), (3,))
    randomize(model, seed=7)
    infos = trace(layers, (6, 5, 1), (3,)).infos()
    graph = Graph(NetworkInfo("bent", "Bent", Task(labels=("a", "b", "c")), infos), weights_of(model))
    inputs = np.random.default_rng(9).random((4, 6, 5, 1), dtype=np.float32)
    assert_close(graph.forward(inputs)["answers"], model(inputs))


def test_layers_drop_places_of_their_own() -> None:
    layers = [
        Layer("Flatten"),
        Layer("Dropout", "first", options={"rate": 0.5}),
        Layer("Dropout", "second", options={"rate": 0.5}),
        Layer("Dense", options={"units": 2}),
    ]
    model = build_network(layers, (8, 8, 1), (2,), seed=4)
    ones = np.ones((1, 64), np.float32)
    first, second = (np.asarray(model.get_layer(name)(ones, training=True)) for name in ("first", "second"))
    assert (first != second).any()
    again = build_network(layers, (8, 8, 1), (2,), seed=4).get_layer("second")
    np.testing.assert_array_equal(again(ones, training=True), second)


def test_the_answers_are_exact_in_low_precision() -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build_network(convolutional(4, 4, 4, 0.1), (28, 28, 1), (10,))
    finally:
        keras.config.set_dtype_policy(before)
    assert model.get_layer("conv6").compute_dtype == "bfloat16"
    assert model.get_layer("logits").compute_dtype == "float32"
    assert model.output.dtype == "float32"


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(Refusal, match="Dense takes one row of values"):
        build_network([Layer("Dense")], (28, 28, 1), (10,))
