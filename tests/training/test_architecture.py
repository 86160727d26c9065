"""Tests of networks built from lists of layers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.core.paths import models_dir
from desktop_app.networks.graph import Graph
from desktop_app.networks.layer_list import INPUT, Layer, check_layers, with_names
from desktop_app.networks.layers.functions import ACTIVATIONS
from desktop_app.networks.layers.options import CLASSES, Option, Value
from desktop_app.networks.layers.registry import KINDS
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.runs.zoo.characters import convolutional, dense, residual
from desktop_app.tasks.task import Task
from desktop_app.training.architecture import build_network
from desktop_app.training.describe import describe_layers, weights_of
from desktop_app.training.foreign_config import check_config
from tests.networks.keras_networks import assert_close, graph_of, randomize

SMALL = {"filters": 6, "units": 20, "kernel_size": 4, "pool_size": 3, "size": 3}


def network(
    layers: Sequence[Layer], input_shape: tuple[int, int, int], classes: int, seed: int = 1
) -> keras.Model:
    return build_network(layers, input_shape, (classes,), seed=seed, name="network")


def shapes_and_counts(model: keras.Model) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    """Return name, kind, output shape, and numbers of trainable and other parameters of each Keras layer."""
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


# --- shapes and counts ---


def values_of(option: Option) -> st.SearchStrategy[Value]:
    """Values of an option, often the default so that layers fit together."""
    values: st.SearchStrategy[Any]
    if option.choices:
        values = st.sampled_from(option.choices)
    elif option.is_flag:
        values = st.booleans()
    elif not option.is_whole:
        values = st.floats(option.least, option.most)
    else:
        number = st.integers(int(option.least), min(int(option.most), SMALL.get(option.name, 3)))
        each = number | st.tuples(number, number) if option.margins else number
        several = [st.tuples(*[each] * length) for length in option.lengths]
        values = st.one_of(number, *several) if not isinstance(option.default, tuple) else st.one_of(several)
    return st.one_of(st.just(option.default), values, *([st.none()] if option.none else []))


@st.composite
def networks(draw: st.DrawFn) -> tuple[tuple[int, int, int], list[Layer], int]:
    """An input shape, the layers of a valid network, often with branches, and the number of classes."""
    side = draw(st.integers(5, 16))
    shape = (side, draw(st.integers(5, 16)), draw(st.sampled_from([1, 3])))
    classes = draw(st.integers(2, 5))
    layers: list[Layer] = []
    for _ in range(draw(st.integers(3, 14))):
        kind = draw(st.sampled_from(list(KINDS)))
        options = {option.name: draw(values_of(option)) for option in KINDS[kind].options}
        known = [INPUT, *(layer.name for layer in layers)]
        least, most = KINDS[kind].least_inputs, min(KINDS[kind].most_inputs, 3)
        # Often the last layer, so that networks are deep and merged shapes fit.
        newest = st.sampled_from([*known[-3:], known[-1], known[-1]])
        inputs = draw(st.lists(newest, min_size=least, max_size=most))
        layer = Layer(kind, f"layer{len(layers)}", tuple(inputs), options)
        if not any(
            each.problem is not None and each.shape is None
            for each in check_layers([*layers, layer], shape, (2,)).layers
        ):
            layers.append(layer)
    layers += [Layer("Flatten", "flat"), Layer("Dense", "answers", options={"units": CLASSES})]
    return shape, _connected_to_output(layers), classes


def _connected_to_output(layers: list[Layer]) -> list[Layer]:
    needed = {layers[-1].name}
    kept: list[Layer] = []
    for number in reversed(range(len(layers))):
        layer = layers[number]
        if layer.name in needed:
            previous = layers[number - 1].name if number else INPUT
            needed |= set(layer.inputs or (previous,))
            kept.insert(0, layer)
    return kept


@settings(max_examples=100)
@given(networks())
def test_shapes_and_counts_equal_those_of_keras(given: tuple[tuple[int, int, int], list[Layer], int]) -> None:
    shape, layers, classes = given
    checked = check_layers(layers, shape, (classes,))
    assert checked.problem is None
    model = network(layers, shape, classes)
    expected = {
        info.name: (info.name, info.kind, info.shape, info.trainable, info.fixed) for info in checked.infos()
    }
    assert {row[0]: row for row in shapes_and_counts(model)} == expected
    assert model.count_params() == checked.parameters
    inputs = {info.name: info.inputs for info in describe_layers(model)}
    assert inputs == {info.name: info.inputs for info in checked.infos()}


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("digits", convolutional(32, 64, 128, 0.3)),
        ("dense", dense(116, 80, 0.1)),
        ("residual", residual(32, 64, 128, 0.1)),
    ],
)
def test_shipped_models_are_networks_of_the_zoo(name: str, layers: tuple[Layer, ...]) -> None:
    card: dict[str, Any] = json.loads((models_dir() / name / "card.json").read_text())
    expected = [
        (row["name"], row["kind"], tuple(row["shape"]), row["trainable"], row["fixed"])
        for row in card["layers"]
    ]
    classes = len(card["task"]["labels"]) + card["task"]["rejects"]
    shape = tuple(card["layers"][0]["shape"])
    infos = check_layers(layers, shape, (classes,)).infos()
    assert [(info.name, info.kind, info.shape, info.trainable, info.fixed) for info in infos] == expected
    assert [list(info.inputs) for info in infos] == [row["inputs"] for row in card["layers"]]
    assert sorted(shapes_and_counts(network(layers, shape, classes))) == sorted(expected)


# --- built networks ---

ON_MAPS: list[Layer] = [
    Layer("Conv2D", options={"filters": 6, "strides": 2, "padding": "same", "activation": "gelu"}),
    Layer(
        "Conv2D", options={"filters": 4, "kernel_size": (1, 5), "padding": "same", "dilation_rate": (1, 2)}
    ),
    Layer("Conv2D", options={"filters": 6, "kernel_size": 3, "padding": "same", "groups": 2}),
    Layer("DepthwiseConv2D", options={"padding": "same", "activation": "leaky_relu", "dilation_rate": 2}),
    Layer("DepthwiseConv2D", options={"padding": "same", "depth_multiplier": 2, "strides": 2}),
    Layer("SeparableConv2D", options={"filters": 5, "kernel_size": (3, 2)}),
    Layer("Conv2DTranspose", options={"filters": 4, "strides": (2, 1), "padding": "same"}),
    Layer("Conv2DTranspose", options={"filters": 4, "kernel_size": (2, 4), "strides": 3}),
    Layer("MaxPooling2D", options={"pool_size": (3, 2), "strides": (1, 2), "padding": "same"}),
    Layer("AveragePooling2D", options={"pool_size": (1, 3), "padding": "same"}),
    Layer("BatchNormalization", options={"momentum": 0.8, "epsilon": 1e-5, "scale": False}),
    Layer("LayerNormalization"),
    Layer("LayerNormalization", options={"axis": (1, 2, 3), "center": False}),
    Layer("GroupNormalization", options={"groups": 2}),
    Layer("Rescaling", options={"scale": 0.5, "offset": -1.0}),
    Layer("ReLU", options={"max_value": 2.0, "negative_slope": 0.25}),
    Layer("Activation", options={"activation": "silu"}),
    Layer("LeakyReLU"),
    Layer("PReLU", options={"shared_axes": (1, 2)}),
    Layer("ELU", options={"alpha": 0.5}),
    Layer("Softmax"),
    Layer("Dropout", options={"rate": 0.5}),
    Layer("SpatialDropout2D"),
    Layer("GaussianNoise"),
    Layer("GaussianDropout"),
    Layer("ActivityRegularization", options={"l2": 0.1}),
    Layer("Permute", options={"dims": (2, 1, 3)}),
    Layer("UpSampling2D", options={"size": (1, 2)}),
    Layer("UpSampling2D", options={"size": 3, "interpolation": "bilinear"}),
    Layer("ZeroPadding2D", options={"padding": ((2, 1), (0, 3))}),
    Layer("ZeroPadding2D", options={"padding": (1, (0, 2))}),
    Layer("Cropping2D", options={"cropping": (1, 2)}),
]
ON_LINES: list[Layer] = [
    Layer("Conv1D", options={"filters": 6, "kernel_size": 5, "strides": 2, "padding": "same"}),
    Layer("MaxPooling1D", options={"strides": 1}),
    Layer("AveragePooling1D", options={"pool_size": 3}),
    Layer("SpatialDropout1D"),
    Layer("GlobalAveragePooling1D", options={"keepdims": True}),
    Layer("GlobalMaxPooling1D", options={"keepdims": True}),
]
MERGED = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
ENTRY = Layer("Conv2D", options={"filters": 4, "kernel_size": 1, "activation": "tanh"})
TO_LINES = Layer("Reshape", options={"target_shape": (16, -1)})
END = [Layer("Flatten"), Layer("Dense", options={"units": CLASSES, "use_bias": False})]

NETWORKS: dict[str, list[Layer]] = {
    **{f"{each.kind} {number}": [ENTRY, each, *END] for number, each in enumerate(ON_MAPS)},
    **{each.kind: [TO_LINES, each, *END] for each in ON_LINES},
    "GlobalAveragePooling2D": [ENTRY, Layer("GlobalAveragePooling2D"), *END],
    "GlobalMaxPooling2D": [ENTRY, Layer("GlobalMaxPooling2D", options={"keepdims": True}), *END],
    **{
        kind: [replace(ENTRY, name="one"), Layer("ReLU", "other"), Layer(kind, "", ("one", "other")), *END]
        for kind in MERGED
    },
}
SHAPE = (12, 8, 1)


def test_networks_cover_all_layer_kinds() -> None:
    assert {layer.kind for layers in NETWORKS.values() for layer in layers} == set(KINDS)


@pytest.mark.parametrize("name", NETWORKS)
def test_built_network_has_traced_shapes_and_equals_graph(name: str) -> None:
    layers = with_names(NETWORKS[name])
    checked = check_layers(layers, SHAPE, (3,))
    assert checked.problem is None
    model = network(layers, SHAPE, 3)
    expected = [(info.name, info.kind, info.shape, info.trainable, info.fixed) for info in checked.infos()]
    assert shapes_and_counts(model) == expected
    randomize(model, seed=3)
    info = NetworkInfo("one", "One", Task(labels=("a", "b", "c")), checked.infos())
    inputs = np.random.default_rng(5).random((4, *SHAPE), dtype=np.float32)
    activations = keras.Model(model.inputs, [layer.output for layer in model.layers])(inputs)
    outputs = Graph(info, weights_of(model)).forward(inputs)
    by_card = graph_of(model).forward(inputs)
    for layer, values in zip(model.layers, activations, strict=True):
        assert_close(outputs[layer.name], values)
        assert_close(by_card[layer.name], values)


@pytest.mark.parametrize("name", NETWORKS)
def test_configuration_of_built_network_can_be_imported(name: str) -> None:
    check_config(network(with_names(NETWORKS[name]), (28, 28, 1), 3).to_json())


@pytest.mark.parametrize("function", ACTIVATIONS)
def test_graph_computes_each_activation(function: str) -> None:
    layers = [
        Layer("Flatten", "flat"),
        Layer("Dense", "hidden", options={"units": 12, "activation": function}),
        Layer("Dense", "answers", options={"units": 3}),
    ]
    model = network(layers, (6, 5, 1), 3)
    randomize(model, seed=7)
    infos = check_layers(layers, (6, 5, 1), (3,)).infos()
    graph = Graph(
        NetworkInfo("activation", "Activation", Task(labels=("a", "b", "c")), infos), weights_of(model)
    )
    inputs = np.random.default_rng(9).random((4, 6, 5, 1), dtype=np.float32)
    assert_close(graph.forward(inputs)["answers"], model(inputs))


def test_dropout_layers_drop_different_units() -> None:
    layers = [
        Layer("Flatten"),
        Layer("Dropout", "first", options={"rate": 0.5}),
        Layer("Dropout", "second", options={"rate": 0.5}),
        Layer("Dense", options={"units": 2}),
    ]
    model = network(layers, (8, 8, 1), 2, seed=4)
    ones = np.ones((1, 64), np.float32)
    first, second = (np.asarray(model.get_layer(name)(ones, training=True)) for name in ("first", "second"))
    assert (first != second).any()
    again = network(layers, (8, 8, 1), 2, seed=4).get_layer("second")
    np.testing.assert_array_equal(again(ones, training=True), second)


def test_output_is_float32_with_mixed_precision() -> None:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = network(convolutional(4, 4, 4, 0.1), (28, 28, 1), 10)
    finally:
        keras.config.set_dtype_policy(before)
    assert model.get_layer("conv6").compute_dtype == "bfloat16"
    assert model.get_layer("logits").compute_dtype == "float32"
    assert model.output.dtype == "float32"


def test_invalid_network_raises_user_error() -> None:
    with pytest.raises(UserError, match="Dense needs a flat input"):
        network([Layer("Dense")], (28, 28, 1), 10)
