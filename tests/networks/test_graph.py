from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from numpy.typing import NDArray

from desktop_app.core import paths
from desktop_app.networks.arithmetic import Box, Rearranged
from desktop_app.networks.graph import Graph, UnknownArithmetic
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.weights import read_weights
from tests.networks.keras_networks import assert_close, graph_of, output_and_gradients, randomize
from tests.odd_models import BODIES, SHAPES, randomize_weights

Values = NDArray[np.float32]

KNOWN = tuple(name for name in BODIES if name not in ("unknown", "named"))


@pytest.fixture(scope="module")
def shipped() -> Graph:
    folder = paths.models_dir() / "digits"
    card = read_card(folder)
    return Graph(card.info, read_weights(folder, card))


@pytest.fixture(scope="module")
def strokes() -> Values:
    """Three model inputs with random values where ink usually is."""
    rng = np.random.default_rng(5)
    inputs = np.zeros((3, 28, 28, 3), dtype=np.float32)
    inputs[:, 6:22, 9:19] = rng.random((3, 16, 10, 3), dtype=np.float32)
    return inputs


def odd(name: str) -> keras.Model:
    size, channels = SHAPES.get(name, (28, 1))
    inputs = layers.Input((size, size, channels), name="input")
    model = keras.Model(inputs, BODIES[name](layers, inputs, 10), name=name)
    randomize_weights(model, 1)
    return model


def all_outputs(model: keras.Model, inputs: Values) -> dict[str, Values]:
    outputs = keras.Model(model.inputs, {layer.name: layer.output for layer in model.layers})(inputs)
    return {name: np.asarray(output) for name, output in outputs.items()}


def test_graph_of_the_shipped_model_equals_litert(shipped: Graph, strokes: Values) -> None:
    folder = paths.models_dir() / "digits"
    card = read_card(folder)
    _, expected = Network(card, read_network(folder, card)).run(strokes[0])
    outputs = shipped.forward(strokes)
    assert outputs.keys() == expected.keys()
    for name, activation in expected.items():
        assert_close(outputs[name][0], activation)


def test_values_of_the_shipped_model_are_explained(shipped: Graph, strokes: Values) -> None:
    rng = np.random.default_rng(2)
    activations = {name: output[0] for name, output in shipped.forward(strokes[:1]).items()}
    for layer in shipped.info.layers:
        scale = float(np.abs(activations[layer.name]).max())
        for _ in range(10):
            position = tuple(int(rng.integers(size)) for size in layer.shape)
            explained = shipped.explain(layer.name, position, activations)
            assert abs(explained.value - activations[layer.name][position]) <= 1e-5 * scale


@pytest.mark.parametrize("name", KNOWN)
def test_outputs_and_gradients_equal_those_of_keras(name: str) -> None:
    model = odd(name)
    graph = graph_of(model)
    rng = np.random.default_rng(3)
    inputs = rng.random((2, *graph.info.input_shape), dtype=np.float32)
    outputs = graph.forward(inputs)
    for layer, expected in all_outputs(model, inputs).items():
        assert_close(outputs[layer], expected)
    weighting = rng.normal(size=(2, 10)).astype(np.float32)
    _, (expected,) = output_and_gradients(model, [inputs], weighting)
    actual = graph.backward(outputs, graph.info.output, weighting, "input")
    assert_close(actual, expected, tolerance=1e-4)


@pytest.mark.parametrize("name", KNOWN)
def test_values_of_all_models_are_explained(name: str) -> None:
    graph = graph_of(odd(name))
    rng = np.random.default_rng(4)
    inputs = rng.random((1, *graph.info.input_shape), dtype=np.float32)
    activations = {layer: output[0] for layer, output in graph.forward(inputs).items()}
    for layer in graph.info.layers:
        scale = max(float(np.abs(activations[layer.name]).max()), 1e-3)
        for _ in range(4):
            position = tuple(int(rng.integers(size)) for size in layer.shape)
            explained = graph.explain(layer.name, position, activations)
            assert abs(explained.value - activations[layer.name][position]) <= 1e-5 * scale
            for source, index in explained.sources:
                assert activations[source][index] is not None


def test_forward_stops_at_the_requested_layer(shipped: Graph, strokes: Values) -> None:
    outputs = shipped.forward(strokes, until="relu2")
    assert list(outputs) == ["input", "conv1", "pool1", "norm1", "relu1", "conv2", "norm2", "relu2"]


def test_backward_works_between_any_two_layers(shipped: Graph, strokes: Values) -> None:
    outputs = shipped.forward(strokes)
    weighting = np.zeros((3, 11), dtype=np.float32)
    weighting[:, 4] = 1
    at_scores = shipped.backward(outputs, "logits", weighting, "relu6")
    logits = shipped.operation("logits")
    assert logits is not None
    kernel = logits.weights["kernel"]
    assert_close(at_scores, np.broadcast_to(kernel[:, 4].reshape(1, 4, 4, 128), at_scores.shape))
    before_softmax = shipped.backward(outputs, "probabilities", weighting, "relu6", before_activation=True)
    assert np.array_equal(before_softmax, at_scores)
    behind = shipped.backward(outputs, "relu6", at_scores, "logits")
    assert behind.shape == (3, 11)
    assert not behind.any()


def test_operators_are_supported() -> None:
    inputs = layers.Input((6, 6, 2), name="input")
    x = layers.Conv2D(2, 3, padding="same", name="conv")(inputs)
    outputs = layers.Dense(3, name="scores")(keras.ops.maximum(x + inputs, x * inputs) - x)
    model = keras.Model(inputs, outputs)
    randomize(model, 1)
    images = np.random.default_rng(1).random((2, 6, 6, 2), dtype=np.float32)
    graph = graph_of(model)
    assert_close(graph.forward(images)["scores"], model(images))


def test_unsupported_layers_are_named_and_others_work() -> None:
    model = odd("unknown")
    graph = graph_of(model)
    inputs = np.random.default_rng(1).random((1, 28, 28, 1), dtype=np.float32)
    assert graph.operation("rmsnorm") is None
    with pytest.raises(UnknownArithmetic, match=r"rmsnorm \(RMSNormalization\)"):
        graph.forward(inputs)
    outputs = all_outputs(model, inputs)
    with pytest.raises(UnknownArithmetic, match="rmsnorm"):
        graph.backward(outputs, "rmsnorm", outputs["rmsnorm"], "input")
    with pytest.raises(UnknownArithmetic, match="rmsnorm"):
        graph.explain("rmsnorm", (0, 0, 0), {})
    assert graph.receptive_field("transpose", (3, 3, 0), "input") is None
    assert graph.receptive_field("conv1", (0, 1, 0), "input") == Box(0, 2, 3, 5)
    activations = {name: output[0] for name, output in outputs.items()}
    explained = graph.explain("conv2", (1, 1, 2), activations)
    assert explained.value == pytest.approx(activations["conv2"][1, 1, 2], rel=1e-4)
    ones = np.ones(outputs["probabilities"].shape, dtype=np.float32)
    assert graph.backward(outputs, "probabilities", ones, "permute").shape == outputs["permute"].shape


# --- receptive fields ---


Body = Callable[[Any], Any]


def stacked(*parts: Callable[[], keras.Layer]) -> Body:
    def body(x: Any) -> Any:
        for make in parts:
            x = make()(x)
        return x

    return body


def branched(x: Any) -> Any:
    left = layers.Conv2D(2, 5, padding="same", strides=2)(x)
    right = layers.MaxPooling2D(3, strides=2, padding="same")(layers.Conv2D(2, 1)(x))
    x = layers.Add()([left, right])
    x = layers.Concatenate()([x, layers.Conv2D(1, (1, 3), padding="same")(x)])
    return layers.UpSampling2D(2)(layers.Cropping2D(((1, 0), (0, 1)))(x))


def padded(x: Any) -> Any:
    x = layers.ZeroPadding2D(((2, 0), (1, 3)))(x)
    x = layers.Conv2D(2, 3)(x)
    x = layers.Cropping2D(2)(x)
    x = layers.Conv2D(2, 3, padding="same")(x)
    return layers.Permute((2, 1, 3))(x)


def joined(axis: int, make: Callable[[], keras.Layer]) -> Body:
    def body(x: Any) -> Any:
        right = make()(layers.Conv2D(2, 1)(x))
        if axis < 0:
            return layers.Conv2D(1, 2)(layers.Concatenate()([x, right]))
        return layers.Conv2D(1, 3)(layers.Concatenate(axis=axis)([layers.Conv2D(2, 1)(x), right]))

    return body


FIELDS: dict[str, Body] = {
    "strides and dilation": stacked(
        lambda: layers.Conv2D(2, 3, strides=2, padding="same"),
        lambda: layers.Conv2D(2, 2, dilation_rate=2),
        layers.BatchNormalization,
    ),
    "pooling": stacked(
        lambda: layers.Conv2D(2, (3, 1), activation="relu"),
        lambda: layers.MaxPooling2D(2),
        lambda: layers.DepthwiseConv2D(2, padding="same"),
        lambda: layers.AveragePooling2D(2, padding="same"),
    ),
    "branches": branched,
    "padding and cropping": padded,
    "joined rows": joined(1, lambda: layers.MaxPooling2D((2, 1), strides=1)),
    "joined columns": joined(2, lambda: layers.MaxPooling2D((1, 3), strides=(1, 2))),
    "joined channels": joined(-1, lambda: layers.MaxPooling2D(3, strides=1, padding="same")),
    "turned": stacked(
        lambda: layers.Conv2D(2, (3, 1)),
        lambda: layers.Permute((2, 1, 3)),
        lambda: layers.Conv2D(2, (2, 4)),
        lambda: layers.Permute((1, 2, 3)),
        lambda: layers.Conv2D(1, (1, 2)),
    ),
    "spread": stacked(
        lambda: layers.Conv2D(2, 3, strides=2),
        lambda: layers.Conv2DTranspose(2, (3, 2), strides=(2, 3), padding="same"),
        lambda: layers.Conv2DTranspose(2, (2, 4), strides=(1, 2)),
        lambda: layers.Conv2D(2, 2),
    ),
    "spread with gaps": stacked(lambda: layers.Conv2DTranspose(1, (1, 2), strides=(2, 3))),
    "between neighbours": stacked(
        lambda: layers.AveragePooling2D(2),
        lambda: layers.UpSampling2D((2, 3), interpolation="bilinear"),
        lambda: layers.Conv2D(1, 2, strides=2),
    ),
    "repeated": stacked(
        lambda: layers.Conv2D(2, 3, strides=2),
        lambda: layers.UpSampling2D((3, 2)),
        lambda: layers.Conv2D(1, 2, strides=3),
    ),
    "margins between": stacked(
        lambda: layers.Conv2D(2, 2),
        lambda: layers.ZeroPadding2D(((2, 1), (0, 3))),
        lambda: layers.Conv2D(2, 3),
        lambda: layers.Cropping2D(((1, 0), (2, 1))),
        lambda: layers.Dropout(0.5),
        lambda: layers.Conv2D(1, 2),
    ),
    "units": stacked(lambda: layers.Conv2D(2, 3, strides=3), layers.Flatten),
}


@pytest.mark.parametrize("name", FIELDS)
def test_receptive_field_contains_exactly_the_pixels_that_change_the_value(name: str) -> None:
    size = 11
    inputs = layers.Input((size, size, 1), name="input")
    model = keras.Model(inputs, FIELDS[name](inputs))
    randomize(model, 1, least=0.1)  # positive weights: contributions do not cancel
    graph = graph_of(model)
    image = np.random.default_rng(1).random((1, size, size, 1), dtype=np.float32)
    brighter = np.repeat(image, size * size, axis=0)
    pixels = np.arange(size * size)
    brighter[pixels, pixels // size, pixels % size, 0] += 100
    changed = np.abs(np.asarray(model(brighter)) - np.asarray(model(image))) > 1e-3
    last = graph.info.layers[-1]
    for index in np.ndindex(last.shape):
        position = tuple(int(number) for number in index)
        assert graph.receptive_field(last.name, position, "input") == bounding_box(
            changed[(slice(None), *index)].reshape(size, size)
        )


def bounding_box(pixels: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not rows.size:
        return Box(0, 0, 0, 0)
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


@settings(max_examples=20)
@given(row=st.integers(0, 3), column=st.integers(0, 3), channel=st.integers(0, 127))
def test_footprints_have_the_same_size_everywhere(
    shipped: Graph, row: int, column: int, channel: int
) -> None:
    box = shipped.footprint("relu6", (row, column, channel), "input")
    # Each window adds its size minus 1, times the strides before it; "same" padding moves it by half.
    size = 1 + 4 + 1 + 2 * (2 + 2 + 2 + 1) + 4 * (2 + 2)
    first = -2 * (1 + 1 + 1) - 4 * 1
    assert box == Box(4 * row + first, 4 * column + first, 4 * row + first + size, 4 * column + first + size)


def test_receptive_field_is_none_without_a_box(shipped: Graph) -> None:
    assert shipped.receptive_field("logits", (3,), "input") is None
    assert shipped.receptive_field("relu6", (0, 0, 0), "logits") is None
    assert shipped.receptive_field("flatten", (200,), "relu6") == Box(0, 1, 1, 2)
    assert shipped.receptive_field("conv1", (3, 4, 0), "conv1") == Box(3, 4, 4, 5)


@pytest.mark.parametrize("shape", [(1, 1, 4), (4,)])
def test_receptive_field_of_a_gate_is_the_whole_image(shape: tuple[int, ...]) -> None:
    inputs = layers.Input((8, 8, 3), name="input")
    x = layers.Conv2D(4, 3, name="conv")(inputs)
    gate = layers.Dense(4, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Multiply(name="gated")([x, layers.Reshape(shape)(gate)]))
    graph = graph_of(model)
    assert graph.receptive_field("gated", (2, 2, 1), "conv") is None
    assert graph.receptive_field("conv", (2, 2, 1), "input") == Box(2, 2, 5, 5)


def test_receptive_field_after_mixing_positions_and_channels_is_the_whole_image() -> None:
    inputs = layers.Input((8, 6, 1), name="input")
    x = layers.Conv2D(4, 3, name="conv")(inputs)
    turned = layers.Permute((1, 3, 2))(x)
    reshaped = layers.Reshape((4, 6, 4))(x)
    graph = graph_of(
        keras.Model(
            inputs,
            layers.Concatenate(name="both")(
                [
                    layers.Flatten()(layers.Conv2D(1, 2, name="behind_permute")(turned)),
                    layers.Flatten()(layers.Conv2D(1, 2, name="behind_reshape")(reshaped)),
                ]
            ),
        )
    )
    assert graph.receptive_field("behind_permute", (1, 1, 0), "conv") is None
    assert graph.receptive_field("behind_reshape", (1, 1, 0), "conv") is None
    assert graph.receptive_field("both", (0,), "behind_permute") == Box(0, 0, 1, 1)
    # The value does not depend on the other branch.
    assert graph.receptive_field("both", (0,), "behind_reshape") == Box(0, 0, 0, 0)


def test_gradients_of_branches_are_added() -> None:
    inputs = layers.Input((6, 6, 2), name="input")
    first = layers.Conv2D(3, 3, name="first", padding="same", activation="tanh")(inputs)
    second = layers.Conv2D(3, 1, name="second")(first)
    third = layers.Conv2D(3, 3, name="third", padding="same")(first)
    joined = layers.Multiply(name="joined")([first, second, third])
    aside = layers.GlobalAveragePooling2D(name="aside")(first)
    scores = layers.Add(name="scores")([layers.Dense(3)(layers.Flatten()(joined)), aside])
    model = keras.Model(inputs, scores)
    randomize(model, 3)
    graph = graph_of(model)
    images = np.random.default_rng(4).normal(size=(2, 6, 6, 2)).astype(np.float32)
    outputs = graph.forward(images)
    weighting = np.random.default_rng(5).normal(size=(2, 3)).astype(np.float32)
    _, (expected,) = output_and_gradients(model, [images], weighting)
    assert_close(graph.backward(outputs, "scores", weighting, "input"), expected, tolerance=1e-4)
    from_first = keras.Model(first, scores)
    _, (expected,) = output_and_gradients(from_first, [outputs["first"]], weighting)
    assert_close(graph.backward(outputs, "scores", weighting, "first"), expected, tolerance=1e-4)
    # `before_activation` applies to the given layer only, not to the layers before it.
    output_gradient = np.random.default_rng(6).normal(size=(2, 6, 6, 3)).astype(np.float32)
    plain = graph.backward(outputs, "first", output_gradient, "input")
    before = graph.backward(
        outputs, "first", output_gradient * (1 - outputs["first"] ** 2), "input", before_activation=True
    )
    assert_close(before, plain)
    whole = graph.backward(outputs, "scores", weighting, "input", before_activation=True)
    assert_close(whole, graph.backward(outputs, "scores", weighting, "input"))
    # The gradient of a layer with respect to itself is the given one; between branches it is 0.
    np.testing.assert_array_equal(graph.backward(outputs, "first", output_gradient, "first"), output_gradient)
    assert not graph.backward(outputs, "second", output_gradient, "third").any()
    assert graph.backward(outputs, "second", output_gradient, "third").shape == (2, 6, 6, 3)


def test_forward_computes_only_the_requested_branch() -> None:
    inputs = layers.Input((6, 6, 2), name="input")
    left = layers.Conv2D(3, 3, name="left")(inputs)
    right = layers.Conv2D(3, 3, name="right")(inputs)
    graph = graph_of(keras.Model(inputs, layers.Add(name="sum")([left, right])))
    images = np.ones((1, 6, 6, 2), dtype=np.float32)
    assert list(graph.forward(images, until="right")) == ["input", "right"]
    assert list(graph.forward(images, until="input")) == ["input"]
    assert list(graph.forward(images)) == ["input", "left", "right", "sum"]


def test_weights_are_grouped_by_layer_and_the_input_is_explained(shipped: Graph, strokes: Values) -> None:
    assert set(shipped.weights("conv1")) == {"kernel"}
    assert shipped.weights("conv1")["kernel"].shape == (5, 5, 3, 32)
    assert shipped.weights("flatten") == {}
    explained = shipped.explain("input", (10, 12, 0), {"input": strokes[0]})
    assert (explained.layer, explained.position, explained.value) == (
        "input",
        (10, 12, 0),
        strokes[0, 10, 12, 0],
    )
    assert explained.step == Rearranged("", ())
    assert (explained.pre_activation, explained.function, explained.sources) == (
        explained.value,
        "linear",
        (),
    )
