from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from desktop_app.networks.arithmetic import (
    Arithmetic,
    Box,
    Combined,
    NormalizedValue,
    PoolWindow,
    Rearranged,
    WeightedSum,
    WindowSum,
)
from desktop_app.networks.layers.operation import Operation
from desktop_app.networks.layers.options import Value
from desktop_app.networks.layers.registry import KINDS, OPERATIONS, operation_for
from desktop_app.networks.layers.upsampling import UpSampling2D
from desktop_app.networks.network_info import LayerInfo
from desktop_app.training.describe import describe_layers
from tests.networks.keras_networks import answer_and_gradients, assert_close, operation_of, randomize

Shape = tuple[int, ...]

PICTURE = (7, 6, 4)

FUNCTIONS = (
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "sigmoid",
    "hard_sigmoid",
    "swish",
    "silu",
    "hard_swish",
    "hard_silu",
    "tanh",
    "softplus",
    "softsign",
    "exponential",
    "softmax",
)

COMPARED: dict[str, tuple[Callable[[], keras.Layer], list[Shape]]] = {
    "Conv2D": (lambda: layers.Conv2D(5, 3, strides=2, padding="same", activation="tanh"), [PICTURE]),
    "Conv2D, groups": (lambda: layers.Conv2D(6, (2, 3), groups=2, dilation_rate=(2, 1)), [PICTURE]),
    "Conv2D, softmax": (lambda: layers.Conv2D(5, 2, activation="softmax"), [PICTURE]),
    "Conv2D, gelu": (lambda: layers.Conv2D(5, 2, activation="gelu"), [PICTURE]),
    "DepthwiseConv2D": (lambda: layers.DepthwiseConv2D(3, padding="same", activation="relu"), [PICTURE]),
    "DepthwiseConv2D, deep": (lambda: layers.DepthwiseConv2D(2, depth_multiplier=3), [PICTURE]),
    "SeparableConv2D": (
        lambda: layers.SeparableConv2D(5, 3, strides=2, padding="same", depth_multiplier=2, activation="elu"),
        [PICTURE],
    ),
    "Conv1D": (lambda: layers.Conv1D(5, 3, strides=2, padding="same", activation="relu"), [(9, 4)]),
    "MaxPooling2D": (lambda: layers.MaxPooling2D(3, strides=2, padding="same"), [PICTURE]),
    "MaxPooling1D": (lambda: layers.MaxPooling1D(3, padding="same"), [(8, 4)]),
    "AveragePooling2D": (lambda: layers.AveragePooling2D((3, 2), padding="same"), [PICTURE]),
    "AveragePooling1D": (lambda: layers.AveragePooling1D(3, strides=1, padding="same"), [(8, 4)]),
    "GlobalAveragePooling2D": (layers.GlobalAveragePooling2D, [PICTURE]),
    "GlobalAveragePooling2D, kept": (lambda: layers.GlobalAveragePooling2D(keepdims=True), [PICTURE]),
    "GlobalAveragePooling1D": (layers.GlobalAveragePooling1D, [(8, 4)]),
    "GlobalMaxPooling2D": (layers.GlobalMaxPooling2D, [PICTURE]),
    "GlobalMaxPooling2D, kept": (lambda: layers.GlobalMaxPooling2D(keepdims=True), [PICTURE]),
    "GlobalMaxPooling1D": (layers.GlobalMaxPooling1D, [(8, 4)]),
    "Dense": (lambda: layers.Dense(5, activation="sigmoid"), [(9,)]),
    "Dense, softmax": (lambda: layers.Dense(5, activation="softmax"), [(9,)]),
    "Dense, picture": (lambda: layers.Dense(5, use_bias=False, activation="relu"), [PICTURE]),
    "BatchNormalization": (layers.BatchNormalization, [PICTURE]),
    "BatchNormalization, units": (lambda: layers.BatchNormalization(epsilon=0.1, scale=False), [(9,)]),
    "BatchNormalization, bare": (lambda: layers.BatchNormalization(center=False, scale=False), [PICTURE]),
    "ReLU": (layers.ReLU, [PICTURE]),
    "ReLU, numbers": (lambda: layers.ReLU(max_value=2.0, negative_slope=0.25, threshold=0.5), [PICTURE]),
    "ReLU, 6": (lambda: layers.ReLU(max_value=6.0), [PICTURE]),
    "LeakyReLU": (lambda: layers.LeakyReLU(negative_slope=0.4), [PICTURE]),
    "ELU": (lambda: layers.ELU(alpha=0.7), [PICTURE]),
    "PReLU": (layers.PReLU, [PICTURE]),
    "PReLU, shared": (lambda: layers.PReLU(shared_axes=[1, 2]), [PICTURE]),
    "Softmax": (layers.Softmax, [(9,)]),
    "Softmax, picture": (layers.Softmax, [PICTURE]),
    **{f"Activation, {name}": (partial(layers.Activation, name), [PICTURE]) for name in FUNCTIONS},
    "Flatten": (layers.Flatten, [PICTURE]),
    "Reshape": (lambda: layers.Reshape((4, 6, 7)), [PICTURE]),
    "Dropout": (lambda: layers.Dropout(0.5), [PICTURE]),
    "SpatialDropout2D": (lambda: layers.SpatialDropout2D(0.5), [PICTURE]),
    "SpatialDropout1D": (lambda: layers.SpatialDropout1D(0.5), [(8, 4)]),
    "GaussianNoise": (lambda: layers.GaussianNoise(0.5), [PICTURE]),
    "GaussianDropout": (lambda: layers.GaussianDropout(0.5), [PICTURE]),
    "ActivityRegularization": (layers.ActivityRegularization, [PICTURE]),
    "Permute": (lambda: layers.Permute((2, 1, 3)), [PICTURE]),
    "Permute, turned": (lambda: layers.Permute((3, 1, 2)), [PICTURE]),
    "ZeroPadding2D": (lambda: layers.ZeroPadding2D(((2, 1), (0, 3))), [PICTURE]),
    "Cropping2D": (lambda: layers.Cropping2D(((2, 1), (0, 3))), [PICTURE]),
    "UpSampling2D": (lambda: layers.UpSampling2D((2, 3)), [PICTURE]),
    "UpSampling2D, bilinear": (lambda: layers.UpSampling2D((2, 3), interpolation="bilinear"), [PICTURE]),
    "UpSampling2D, of one pixel": (lambda: layers.UpSampling2D(4, interpolation="bilinear"), [(1, 2, 3)]),
    "Conv2DTranspose": (
        lambda: layers.Conv2DTranspose(5, 3, strides=2, padding="same", activation="tanh"),
        [PICTURE],
    ),
    "Conv2DTranspose, valid": (lambda: layers.Conv2DTranspose(5, (2, 4), strides=(1, 3)), [PICTURE]),
    "Conv2DTranspose, gaps": (
        lambda: layers.Conv2DTranspose(3, 2, strides=3, padding="same", activation="softmax"),
        [PICTURE],
    ),
    "LayerNormalization": (layers.LayerNormalization, [PICTURE]),
    "LayerNormalization, all": (lambda: layers.LayerNormalization(axis=[1, 2, 3], epsilon=0.1), [PICTURE]),
    "LayerNormalization, places": (lambda: layers.LayerNormalization(axis=[1, 2]), [PICTURE]),
    "LayerNormalization, units": (lambda: layers.LayerNormalization(center=False), [(9,)]),
    "GroupNormalization": (lambda: layers.GroupNormalization(groups=2), [PICTURE]),
    "GroupNormalization, each": (lambda: layers.GroupNormalization(groups=-1, scale=False), [PICTURE]),
    "GroupNormalization, one": (lambda: layers.GroupNormalization(groups=1), [PICTURE]),
    "GroupNormalization, units": (lambda: layers.GroupNormalization(groups=3, epsilon=0.1), [(9,)]),
    "DepthwiseConv2D, dilated": (
        lambda: layers.DepthwiseConv2D((3, 2), dilation_rate=(2, 1), padding="same"),
        [PICTURE],
    ),
    "SeparableConv2D, dilated": (lambda: layers.SeparableConv2D(3, 2, dilation_rate=2), [PICTURE]),
    "Conv1D, dilated": (lambda: layers.Conv1D(4, 2, dilation_rate=3, groups=2), [(9, 4)]),
    "BatchNormalization, slow": (lambda: layers.BatchNormalization(momentum=0.9), [PICTURE]),
    "Rescaling": (lambda: layers.Rescaling(1 / 127.5, offset=-1), [PICTURE]),
    "Rescaling, channels": (lambda: layers.Rescaling([0.5, 1.5, 2.0, 3.0], offset=-1.0), [PICTURE]),
    "Add": (layers.Add, [PICTURE, PICTURE, PICTURE]),
    "Add, repeated": (layers.Add, [PICTURE, (1, 1, 4)]),
    "Subtract": (layers.Subtract, [PICTURE, PICTURE]),
    "Multiply": (layers.Multiply, [PICTURE, PICTURE, PICTURE]),
    "Multiply, repeated": (layers.Multiply, [PICTURE, (4,)]),
    "Multiply, one channel": (layers.Multiply, [(7, 6, 1), PICTURE]),
    "Average": (layers.Average, [PICTURE, PICTURE, PICTURE]),
    "Maximum": (layers.Maximum, [PICTURE, PICTURE, PICTURE]),
    "Minimum": (layers.Minimum, [(9,), (9,)]),
    "Concatenate": (layers.Concatenate, [PICTURE, (7, 6, 2), (7, 6, 1)]),
    "Concatenate, rows": (lambda: layers.Concatenate(axis=1), [PICTURE, (2, 6, 4)]),
    "Concatenate, units": (lambda: layers.Concatenate(axis=-1), [(3,), (5,)]),
}


def test_every_kind_is_compared_with_keras() -> None:
    assert {name.split(",")[0] for name in COMPARED} == set(KINDS)


@pytest.mark.parametrize("name", COMPARED)
def test_a_layer_computes_and_explains_what_keras_does(name: str) -> None:
    make, shapes = COMPARED[name]
    check(make(), shapes, spread=4.0 if "Activation" in name or "ReLU" in name else 1.0)


OPS: dict[str, tuple[Callable[..., Any], list[Shape]]] = {
    "Absolute": (keras.ops.abs, [PICTURE]),
    "Add": (keras.ops.add, [PICTURE, PICTURE]),
    "Divide": (keras.ops.divide, [PICTURE, PICTURE]),
    "Elu": (partial(keras.ops.elu, alpha=0.5), [PICTURE]),
    "Exp": (keras.ops.exp, [PICTURE]),
    "Gelu": (keras.ops.gelu, [PICTURE]),
    "Gelu, exact": (partial(keras.ops.gelu, approximate=False), [PICTURE]),
    "HardSigmoid": (keras.ops.hard_sigmoid, [PICTURE]),
    "HardSilu": (keras.ops.hard_silu, [PICTURE]),
    "LeakyRelu": (partial(keras.ops.leaky_relu, negative_slope=0.4), [PICTURE]),
    "Log": (keras.ops.log, [PICTURE]),
    "LogSoftmax": (keras.ops.log_softmax, [(9,)]),
    "LogSoftmax, picture": (keras.ops.log_softmax, [PICTURE]),
    "Max": (partial(keras.ops.max, axis=(1, 2)), [PICTURE]),
    "Maximum": (keras.ops.maximum, [PICTURE, PICTURE]),
    "Mean": (partial(keras.ops.mean, axis=(-3, -2), keepdims=True), [PICTURE]),
    "Minimum": (keras.ops.minimum, [PICTURE, PICTURE]),
    "Multiply": (keras.ops.multiply, [PICTURE, PICTURE]),
    "Negative": (keras.ops.negative, [PICTURE]),
    "Relu": (keras.ops.relu, [PICTURE]),
    "Relu6": (keras.ops.relu6, [PICTURE]),
    "Selu": (keras.ops.selu, [PICTURE]),
    "Sigmoid": (keras.ops.sigmoid, [PICTURE]),
    "Silu": (keras.ops.silu, [PICTURE]),
    "Softmax": (keras.ops.softmax, [PICTURE]),
    "Softplus": (keras.ops.softplus, [PICTURE]),
    "Softsign": (keras.ops.softsign, [PICTURE]),
    "Sqrt": (keras.ops.sqrt, [PICTURE]),
    "Square": (keras.ops.square, [PICTURE]),
    "Subtract": (keras.ops.subtract, [PICTURE, PICTURE]),
    "Sum": (partial(keras.ops.sum, axis=(1, 2)), [PICTURE]),
    "Tanh": (keras.ops.tanh, [PICTURE]),
    "TrueDivide": (keras.ops.true_divide, [PICTURE, PICTURE]),
}
OF_POSITIVE = ("Log", "Sqrt", "Divide", "TrueDivide")


def test_every_operation_is_compared_with_keras() -> None:
    known = {kind.removeprefix("ops.") for kind in OPERATIONS if kind.startswith("ops.")}
    assert {name.split(",")[0] for name in OPS} == known


@pytest.mark.parametrize("name", OPS)
def test_an_operation_that_is_no_layer_computes_and_explains_what_keras_does(name: str) -> None:
    compute, shapes = OPS[name]
    tensors = [keras.Input(shape) for shape in shapes]
    (made,) = (each for each in keras.Model(tensors, compute(*tensors)).operations if not keras_layer(each))
    told = described(made)
    assert told.kind == f"ops.{name.split(',', maxsplit=1)[0]}"
    inputs = [LayerInfo(f"input{index}", "InputLayer", shape) for index, shape in enumerate(shapes)]
    names = tuple(before.name for before in inputs)
    info = replace(told, inputs=names)
    operation = operation_for(info, inputs, {})
    assert operation is not None
    rng = np.random.default_rng(7)
    values = [rng.normal(0, 2, (2, *shape)).astype(np.float32) for shape in shapes]
    if name in OF_POSITIVE:
        values = [np.abs(each) + np.float32(0.5) for each in values]
    check_operation(operation, lambda given: compute(*given) if len(shapes) > 1 else compute(given), values)


def test_an_operation_along_other_axes_is_not_known() -> None:
    layer = LayerInfo("odd", "ops.Mean", (7, 4), ("input",), options={"axis": [2], "keepdims": False})
    assert operation_for(layer, [LayerInfo("input", "InputLayer", PICTURE)], {}) is None


NEEDED: dict[str, tuple[dict[str, Any], list[Shape]]] = {
    "Conv1D": ({"filters": 2, "kernel_size": 3}, [(8, 4)]),
    "Conv2D": ({"filters": 2, "kernel_size": 3}, [PICTURE]),
    "Conv2DTranspose": ({"filters": 2, "kernel_size": 3}, [PICTURE]),
    "DepthwiseConv2D": ({"kernel_size": 3}, [PICTURE]),
    "SeparableConv2D": ({"filters": 2, "kernel_size": 3}, [PICTURE]),
    "Dense": ({"units": 3}, [(9,)]),
    "MaxPooling2D": ({}, [PICTURE]),
    "AveragePooling2D": ({"pool_size": 3}, [PICTURE]),
    "MaxPooling1D": ({"pool_size": 3}, [(8, 4)]),
    "AveragePooling1D": ({"pool_size": 3}, [(8, 4)]),
    "GlobalMaxPooling2D": ({}, [PICTURE]),
    "GlobalAveragePooling2D": ({}, [PICTURE]),
    "BatchNormalization": ({}, [PICTURE]),
    "LayerNormalization": ({}, [PICTURE]),
    "GroupNormalization": ({}, [(3, 4, 64)]),
    "Rescaling": ({"scale": 0.5}, [PICTURE]),
    "ReLU": ({}, [PICTURE]),
    "LeakyReLU": ({}, [PICTURE]),
    "ELU": ({}, [PICTURE]),
    "PReLU": ({}, [PICTURE]),
    "Softmax": ({}, [PICTURE]),
    "UpSampling2D": ({}, [PICTURE]),
    "ZeroPadding2D": ({}, [PICTURE]),
    "Cropping2D": ({}, [PICTURE]),
    "Concatenate": ({}, [PICTURE, PICTURE]),
}


@pytest.mark.parametrize("kind", NEEDED)
def test_an_option_that_a_card_lacks_is_what_keras_takes_for_it(kind: str) -> None:
    options, shapes = NEEDED[kind]
    layer = getattr(layers, kind)(**options)
    whole = known(layer, shapes)
    short = operation_for(replace(whole.layer, options=options), whole.inputs, whole.weights)
    assert short is not None
    rng = np.random.default_rng(3)
    inputs = [rng.normal(0, 2, (2, *shape)).astype(np.float32) for shape in shapes]
    weighting = np.random.default_rng(4).normal(size=(2, *whole.layer.shape)).astype(np.float32)
    output, gradients = answer_and_gradients(layer, inputs, weighting)
    assert_close(short.forward(inputs), output)
    for got, gradient in zip(short.backward(weighting, inputs, output), gradients, strict=True):
        assert_close(got, gradient)


PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))
ONE = st.just((1, 1))


@settings(max_examples=60)
@given(
    kernel=PAIRS,
    # TensorFlow knows no dilation together with strides.
    steps=st.tuples(PAIRS, ONE) | st.tuples(ONE, PAIRS),
    padding=st.sampled_from(["valid", "same"]),
    picture=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    groups=st.integers(1, 2),
    use_bias=st.booleans(),
)
def test_convolutions_of_all_geometries(
    kernel: Any, steps: Any, padding: str, picture: Any, groups: int, use_bias: bool
) -> None:
    strides, dilation = steps
    extent = [(size - 1) * step + 1 for size, step in zip(kernel, dilation, strict=True)]
    layer = layers.Conv2D(
        4,
        kernel,
        strides=strides,
        dilation_rate=dilation,
        padding=padding if larger(picture, extent) else "same",
        groups=groups,
        use_bias=use_bias,
    )
    check(layer, [(*picture, 2)])


@settings(max_examples=40)
@given(
    kernel=PAIRS,
    strides=PAIRS,
    padding=st.sampled_from(["valid", "same"]),
    picture=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    use_bias=st.booleans(),
)
def test_transposed_convolutions_of_all_geometries(
    kernel: Any, strides: Any, padding: str, picture: Any, use_bias: bool
) -> None:
    layer = layers.Conv2DTranspose(3, kernel, strides=strides, padding=padding, use_bias=use_bias)
    check(layer, [(*picture, 2)])


@settings(max_examples=40)
@given(
    size=PAIRS,
    strides=st.none() | PAIRS,
    padding=st.sampled_from(["valid", "same"]),
    picture=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kind=st.sampled_from([layers.MaxPooling2D, layers.AveragePooling2D]),
)
def test_pooling_of_all_geometries(size: Any, strides: Any, padding: str, picture: Any, kind: Any) -> None:
    layer = kind(size, strides=strides, padding=padding if larger(picture, size) else "same")
    check(layer, [(*picture, 2)])


def test_a_batch_that_is_computed_in_parts_is_still_one() -> None:
    operation = known(layers.Conv2D(8, 5, padding="same"), [(20, 20, 16)])
    inputs = np.random.default_rng(1).random((5, 20, 20, 16), dtype=np.float32)
    output = operation.forward([inputs])
    (back,) = operation.backward(output, [inputs], output)
    for number in range(5):
        one = slice(number, number + 1)
        alone = operation.forward([inputs[one]])
        assert_close(output[one], alone)
        assert_close(back[one], operation.backward(alone, [inputs[one]], alone)[0])


def larger(picture: Any, extent: Any) -> bool:
    """Whether a window fits into a picture without padding."""
    return all(pixels >= needed for pixels, needed in zip(picture, extent, strict=True))


def test_the_input_is_what_the_network_is_given() -> None:
    operation = operation_for(LayerInfo("input", "InputLayer", (4, 4, 1)), [], {})
    assert operation is not None
    pictures = np.ones((2, 4, 4, 1), dtype=np.float32)
    assert operation.forward([pictures]) is pictures
    assert operation.backward(pictures, [pictures], pictures) == []


def test_of_equal_pixels_the_first_wins() -> None:
    layer = layers.MaxPooling2D(2)
    operation = known(layer, [(4, 4, 1)])
    flat = np.zeros((1, 4, 4, 1), dtype=np.float32)
    _, (wanted,) = answer_and_gradients(layer, [flat], np.ones((1, 2, 2, 1), dtype=np.float32))
    (got,) = operation.backward(
        np.ones((1, 2, 2, 1), dtype=np.float32), [flat], np.zeros((1, 2, 2, 1), np.float32)
    )
    assert np.array_equal(got, wanted)
    step = operation.explain((1, 1, 0), [flat[0]]).step
    assert isinstance(step, PoolWindow)
    assert step.winner == (0, 0)


def test_large_values_are_no_accident() -> None:
    far = np.array([[-1e4, -90, -1, 0, 1, 90]], dtype=np.float32)
    for name in FUNCTIONS:
        operation = known(layers.Activation(name), [(6,)])
        wanted = np.asarray(keras.activations.get(name)(far))
        np.testing.assert_allclose(operation.forward([far]), wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("kind", ["Softmax", "ops.Softmax", "ops.LogSoftmax"])
def test_rows_compete_each_for_itself_however_far_apart_they_are(kind: str) -> None:
    layer = LayerInfo("competing", kind, (3,), ("input",))
    operation = operation_for(layer, [LayerInfo("input", "InputLayer", (3,))], {})
    assert operation is not None
    rows = np.array([[5000, 5001, 4999], [-3000, -3001, -3000], [0, 1, 2]], dtype=np.float32)
    together = operation.forward([rows])
    assert np.isfinite(together).all()
    for number in range(3):
        one = rows[number : number + 1]
        np.testing.assert_allclose(together[number], operation.forward([one - one.max()])[0], rtol=1e-6)


def test_a_window_at_the_corner_is_told_with_its_padding() -> None:
    layer = layers.Conv2D(2, 3, padding="same", use_bias=False)
    operation = known(layer, [(4, 4, 2)], seed=3)
    picture = np.random.default_rng(1).random((4, 4, 2), dtype=np.float32)
    told = operation.explain((0, 3, 1), [picture])
    assert isinstance(told.step, WindowSum)
    assert (told.step.box.top, told.step.box.left, told.step.box.bottom, told.step.box.right) == (-1, 2, 2, 5)
    assert told.step.inside.tolist() == [[False] * 3, [True, True, False], [True, True, False]]
    assert (told.step.patches[:, ~told.step.inside] == 0).all()
    assert np.array_equal(told.step.patches[1, 1:, :2], picture[:2, 2:, 1])
    assert np.array_equal(told.step.kernels, np.asarray(layer.kernel)[..., 1].transpose(2, 0, 1))
    assert told.sources[0][1][:2] == (0, 3)


@pytest.mark.parametrize(
    ("make", "middles"),
    [
        (lambda: layers.Conv2D(1, 3), [(1, 1), (1, 3), (3, 1), (5, 5)]),
        (lambda: layers.Conv2D(1, (4, 1), strides=(1, 2)), [(1, 0), (1, 4), (3, 0), (4, 6)]),
        (lambda: layers.Conv2D(1, 3, padding="same"), [(0, 0), (0, 2), (2, 0), (6, 6)]),
        (lambda: layers.Conv2D(1, 5, strides=3, padding="same"), [(0, 0), (0, 6), (6, 0), (6, 6)]),
        (lambda: layers.AveragePooling2D((2, 3), padding="same"), [(0, 0), (0, 6), (4, 0), (6, 6)]),
        (lambda: layers.Conv2DTranspose(1, 3), [(0, 0), (0, 1), (1, 0), (6, 6)]),
        (lambda: layers.Conv2DTranspose(1, 2, strides=2), [(0, 0), (0, 1), (1, 0), (6, 6)]),
    ],
)
def test_asking_goes_on_in_the_middle_of_the_window(
    make: Callable[[], keras.Layer], middles: list[tuple[int, int]]
) -> None:
    """At its first, its third and its last place along each side of 7×7 pixels."""
    operation = known(make(), [(7, 7, 1)])
    picture = np.ones((7, 7, 1), dtype=np.float32)
    bottom, right = (size - 1 for size in operation.layer.shape[:2])
    places = [(0, 0), (0, 2), (2, 0), (bottom, right)]
    asked = [operation.explain((*place, 0), [picture]).sources[0][1][:2] for place in places]
    assert asked == middles


def test_a_value_that_was_moved_names_where_it_was() -> None:
    assert known(layers.Flatten(), [(3, 4, 2)]).source_of((13,)) == ("input0", (1, 2, 1))
    joined = known(layers.Concatenate(), [(3, 3, 2), (3, 3, 4)])
    assert joined.source_of((1, 2, 3)) == ("input1", (1, 2, 1))
    padding = known(layers.ZeroPadding2D(1), [(3, 3, 1)])
    assert padding.source_of((0, 2, 0)) is None
    assert padding.source_of((1, 3, 0)) == ("input0", (0, 2, 0))


BROKEN: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "no kernel": ("Conv2D", {"kernel_size": [3, 3]}, {}),
    "a kernel of different sizes": (
        "Conv2D",
        {"kernel_size": [3, 3], "use_bias": False},
        {"kernel": np.zeros((2, 3, 1, 2))},
    ),
    "strides of 0": ("MaxPooling2D", {"strides": [0, 1]}, {}),
    "no numbers": ("MaxPooling2D", {"pool_size": "large"}, {}),
    "too many numbers": ("MaxPooling2D", {"pool_size": [1, 2, 3]}, {}),
    "a pool larger than memory": ("AveragePooling2D", {"pool_size": [10**9, 10**9], "padding": "same"}, {}),
    "an unknown padding": ("MaxPooling2D", {"padding": "causal"}, {}),
    "channels first": ("MaxPooling2D", {"data_format": "channels_first"}, {}),
    "an unknown function": ("Activation", {"activation": "FancyFunction"}, {}),
    "a function that is no name": ("Activation", {"activation": {"class_name": "Fancy"}}, {}),
    "another axis": ("BatchNormalization", {"axis": 1}, {}),
    "softmax over rows": ("Softmax", {"axis": 1}, {}),
    "bicubic": ("UpSampling2D", {"interpolation": "bicubic"}, {}),
    "a root mean square": ("LayerNormalization", {"rms_scaling": True}, {"gamma": np.ones(2)}),
    "groups that leave some out": ("GroupNormalization", {"groups": 3}, {}),
    "transposed with dilation": ("Conv2DTranspose", {"kernel_size": [2, 2], "dilation_rate": [2, 2]}, {}),
    "a slope that is no number": ("LeakyReLU", {"negative_slope": "steep"}, {}),
    "groups of nothing": ("GroupNormalization", {"groups": 0}, {}),
    "groups along rows": (
        "GroupNormalization",
        {"groups": 1, "axis": 1},
        {"gamma": np.ones(2), "beta": np.ones(2)},
    ),
    "repeated to another size": ("UpSampling2D", {"size": [2, 3]}, {}),
    "pooled to another size": ("MaxPooling2D", {"pool_size": 4}, {}),
    "numbers that are broken": ("MaxPooling2D", {"pool_size": [2.0, 2.0]}, {}),
    "a pool of more than is sensible": ("MaxPooling2D", {"pool_size": 1025, "padding": "same"}, {}),
    "filters that groups do not divide": (
        "Conv2D",
        {"kernel_size": 5, "groups": 2, "use_bias": False},
        {"kernel": np.zeros((5, 5, 1, 2))},
    ),
    "transposed to another size": (
        "Conv2DTranspose",
        {"kernel_size": 2, "strides": 2, "use_bias": False},
        {"kernel": np.zeros((2, 2, 2, 1))},
    ),
    "a bias that is missing": ("Conv2D", {"kernel_size": 5}, {"kernel": np.zeros((5, 5, 1, 2))}),
    "joined along no axis": ("Concatenate", {"axis": 5}, {}),
    "one input": ("Add", {}, {}),
    "no order": ("Permute", {"dims": [1, 1, 3]}, {}),
    "an unheard-of kind": ("Oracle", {}, {}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_fit_has_no_arithmetic(name: str) -> None:
    kind, options, weights = BROKEN[name]
    layer = LayerInfo("odd", kind, (4, 4, 2), ("input",), options=options)
    assert operation_for(layer, [LayerInfo("input", "InputLayer", (8, 8, 1))], weights) is None


# -------------------------------------------------------------------------------- comparing


def known(layer: keras.Layer, shapes: list[Shape], seed: int = 0) -> Operation:
    layer.build([(None, *shape) for shape in shapes] if len(shapes) > 1 else (None, *shapes[0]))
    randomize(layer, seed)
    operation = operation_of(layer, shapes)
    assert operation is not None
    return operation


def check(layer: keras.Layer, shapes: list[Shape], spread: float = 1.0) -> None:
    """Shape, parameters, forwards, backwards and in words: all as Keras has it."""
    operation = known(layer, shapes)
    check_rules(layer, operation, shapes)
    rng = np.random.default_rng(7)
    inputs = [rng.normal(0, spread, (2, *shape)).astype(np.float32) for shape in shapes]
    check_operation(operation, layer, inputs)


def check_operation(operation: Operation, layer: Callable[..., Any], inputs: list[Any]) -> None:
    """Forwards, backwards and in words, on a batch."""
    weighting = np.random.default_rng(8).normal(size=(2, *operation.layer.shape)).astype(np.float32)
    wanted, gradients = answer_and_gradients(layer, inputs, weighting)
    output = operation.forward(inputs)
    assert output.dtype == np.float32
    assert_close(output, wanted)
    for got, gradient in zip(operation.backward(weighting, inputs, output), gradients, strict=True):
        assert got.dtype == np.float32
        assert_close(got, gradient)
    scale = max(float(np.abs(wanted).max()), 1e-3)
    for position in some_positions(operation.layer.shape):
        told = operation.explain(position, [values[0] for values in inputs])
        assert abs(told.value - wanted[0][position]) <= 1e-5 * scale
        check_told(told, operation, [values[0] for values in inputs])


def keras_layer(operation: Any) -> bool:
    return isinstance(operation, keras.Layer)


def described(operation: Any) -> LayerInfo:
    """What a model card says of an operation."""
    model = keras.Model(operation.input, operation.output)
    return next(told for told in describe_layers(model) if told.name == operation.name)


def check_rules(layer: keras.Layer, operation: Operation, shapes: list[Shape]) -> None:
    """What a list of layers says of a layer like this one."""
    kind, config = KINDS[type(layer).__name__], layer.get_config()
    options = {option.name: in_a_list(config[option.name]) for option in kind.options}
    if not all(option.fits(options[option.name]) for option in kind.options):
        # Keras takes more than the editor: a factor for each channel, and a dense layer over maps.
        assert kind.keras_name == "Rescaling"
        return
    if kind.keras_name == "Dense" and len(shapes[0]) > 1:
        return
    assert kind.shape_of(shapes, options) == operation.layer.shape
    counts = tuple(
        sum(int(np.prod(weight.shape)) for weight in weights if weight.name != "seed_generator_state")
        for weights in (layer.trainable_weights, layer.non_trainable_weights)
    )
    assert kind.parameters_of(shapes, options) == counts


def in_a_list(value: Any) -> Value:
    """A value of Keras' configuration as lists of layers hold it."""
    if isinstance(value, list | tuple):
        numbers = tuple(tuple(each) if isinstance(each, list | tuple) else each for each in value)
        return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], int) else numbers
    return value  # type: ignore[no-any-return]


def some_positions(shape: Shape) -> list[Shape]:
    """Corners, the middle and a few others."""
    ends = [sorted({0, size // 2, size - 1}) for size in shape]
    return list(itertools.product(*ends))


def check_told(told: Arithmetic, operation: Operation, inputs: list[Any]) -> None:
    """The numbers of a step, taken together by hand, give what it says."""
    assert told.layer == operation.layer.name
    before = retold(told, operation, inputs)
    assert told.pre_activation == pytest.approx(before, rel=1e-4, abs=1e-4)
    if told.function == "linear":
        assert told.value == pytest.approx(told.pre_activation, rel=1e-6)
    shapes = {layer.name: layer.shape for layer in operation.inputs}
    for name, place in told.sources:
        assert len(place) == len(shapes[name])
        assert all(0 <= index < size for index, size in zip(place, shapes[name], strict=True))
    named = operation.layer.options.get("activation")
    if isinstance(named, str) and named != "softmax":
        result = np.array([[told.pre_activation]], np.float32)
        value = float(keras.activations.get(told.function)(result)[0, 0])
        assert told.value == pytest.approx(value, rel=1e-4, abs=1e-6)
    assert told.position in some_positions(operation.layer.shape)
    check_sources(told, [layer.name for layer in operation.inputs], inputs)
    if isinstance(told.step, WindowSum | PoolWindow) and inputs[0].ndim == 3:
        check_window(told.step, operation, told.position, inputs[0])


def check_sources(told: Arithmetic, names: list[str], inputs: list[Any]) -> None:
    """Where to go on asking: at the values of the step, or at the one that did most."""
    step = told.step
    assert [name for name, _ in told.sources] == ([step.layer] if isinstance(step, Rearranged) else names)[
        : len(told.sources)
    ]
    values = [inputs[names.index(name)][place] for name, place in told.sources]
    if isinstance(step, Combined) and step.operation != "softmax":
        assert values == list(step.values)
    elif isinstance(step, NormalizedValue):
        assert values == [pytest.approx(step.value)]
    elif isinstance(step, WeightedSum):
        largest = np.abs(step.inputs * step.weights).argmax()
        assert values == [step.inputs[largest]]
    elif isinstance(step, WindowSum):
        assert told.sources[0][1][-1] == step.channels[int(np.abs(step.sums).argmax())]
    elif isinstance(step, PoolWindow):
        assert told.sources[0][1][-1] == step.channel
        if step.winner is not None:
            assert values == [step.patch[step.winner]] == [step.patch[step.inside].max()]


def check_window(step: WindowSum | PoolWindow, operation: Operation, position: Shape, picture: Any) -> None:
    """The box of a step is the window of its place, and the patch is what the picture shows there."""
    box, (height, width, _) = step.box, picture.shape
    if len(position) == 3:
        windows = operation.input_boxes(Box(position[0], position[1], position[0] + 1, position[1] + 1))
        if windows is not None and isinstance(operation, UpSampling2D):
            # Beyond the edge there is no neighbour to mix with.
            windows = [window.clipped(height, width) for window in windows]
        assert windows in (None, [box])
    if box.top >= box.bottom or box.left >= box.right:
        return  # between windows that are smaller than the stride
    apart = operation.layer.options.get("dilation_rate", 1)
    down, across = (apart, apart) if isinstance(apart, int) else apart
    rows, columns = np.arange(box.top, box.bottom, down), np.arange(box.left, box.right, across)
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    np.testing.assert_array_equal(step.inside, inside)
    channels = step.channels if isinstance(step, WindowSum) else (step.channel,)
    patches = step.patches if isinstance(step, WindowSum) else step.patch[None]
    shown = picture[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)][..., list(channels)]
    np.testing.assert_array_equal(patches, np.where(inside, shown.transpose(2, 0, 1), 0))


def retold(told: Arithmetic, operation: Operation, inputs: list[Any]) -> float:
    step = told.step
    if isinstance(step, WindowSum):
        assert step.sums.sum() == pytest.approx((step.patches * step.kernels).sum(), abs=1e-4)
        return float((step.patches * step.kernels).sum() + (step.bias or 0))
    if isinstance(step, PoolWindow):
        within = step.patch[step.inside]
        return float(within.mean() if step.winner is None else within.max())
    if isinstance(step, NormalizedValue):
        return float(
            step.gamma * (step.value - step.mean) / np.sqrt(step.variance + step.epsilon) + step.beta
        )
    if isinstance(step, WeightedSum):
        return float((step.inputs * step.weights).sum() + (step.bias or 0))
    if isinstance(step, Rearranged):
        names = [layer.name for layer in operation.inputs]
        return float(inputs[names.index(step.layer)][step.position]) if step.layer else 0.0
    return combined(step, told)


def combined(step: Combined, told: Arithmetic) -> float:
    values = step.values.astype(np.float64)
    if step.operation == "softmax":
        powers = np.exp(values - values.max())
        return float(powers[told.position[-1]] / powers.sum())
    results: dict[str, Callable[[], Any]] = {
        "add": values.sum,
        "average": values.mean,
        "divide": lambda: values[0] / values[1],
        "function": lambda: values[0],
        "maximum": values.max,
        "minimum": values.min,
        "multiply": values.prod,
        "subtract": lambda: values[0] - values[1],
    }
    return float(results[step.operation]())
