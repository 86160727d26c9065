"""x"""

from __future__ import annotations

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

from desktop_app.networks.arithmetic import PoolWindow, WindowSum
from desktop_app.networks.layers.registry import KINDS, OPERATIONS, operation_for
from desktop_app.networks.network_info import LayerInfo
from tests.networks.keras_networks import assert_close, output_and_gradients
from tests.networks.operation_checks import (
    Shape,
    built_operation,
    check,
    check_operation,
    is_keras_layer,
    layer_info,
)

MAPS = (7, 6, 4)

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
    "Conv2D": (lambda: layers.Conv2D(5, 3, strides=2, padding="same", activation="tanh"), [MAPS]),
    "Conv2D, groups": (lambda: layers.Conv2D(6, (2, 3), groups=2, dilation_rate=(2, 1)), [MAPS]),
    "Conv2D, softmax": (lambda: layers.Conv2D(5, 2, activation="softmax"), [MAPS]),
    "Conv2D, gelu": (lambda: layers.Conv2D(5, 2, activation="gelu"), [MAPS]),
    "DepthwiseConv2D": (lambda: layers.DepthwiseConv2D(3, padding="same", activation="relu"), [MAPS]),
    "DepthwiseConv2D, deep": (lambda: layers.DepthwiseConv2D(2, depth_multiplier=3), [MAPS]),
    "SeparableConv2D": (
        lambda: layers.SeparableConv2D(5, 3, strides=2, padding="same", depth_multiplier=2, activation="elu"),
        [MAPS],
    ),
    "Conv1D": (lambda: layers.Conv1D(5, 3, strides=2, padding="same", activation="relu"), [(9, 4)]),
    "MaxPooling2D": (lambda: layers.MaxPooling2D(3, strides=2, padding="same"), [MAPS]),
    "MaxPooling1D": (lambda: layers.MaxPooling1D(3, padding="same"), [(8, 4)]),
    "AveragePooling2D": (lambda: layers.AveragePooling2D((3, 2), padding="same"), [MAPS]),
    "AveragePooling1D": (lambda: layers.AveragePooling1D(3, strides=1, padding="same"), [(8, 4)]),
    "GlobalAveragePooling2D": (layers.GlobalAveragePooling2D, [MAPS]),
    "GlobalAveragePooling2D, kept": (lambda: layers.GlobalAveragePooling2D(keepdims=True), [MAPS]),
    "GlobalAveragePooling1D": (layers.GlobalAveragePooling1D, [(8, 4)]),
    "GlobalMaxPooling2D": (layers.GlobalMaxPooling2D, [MAPS]),
    "GlobalMaxPooling2D, kept": (lambda: layers.GlobalMaxPooling2D(keepdims=True), [MAPS]),
    "GlobalMaxPooling1D": (layers.GlobalMaxPooling1D, [(8, 4)]),
    "Dense": (lambda: layers.Dense(5, activation="sigmoid"), [(9,)]),
    "Dense, softmax": (lambda: layers.Dense(5, activation="softmax"), [(9,)]),
    "Dense, maps": (lambda: layers.Dense(5, use_bias=False, activation="relu"), [MAPS]),
    "BatchNormalization": (layers.BatchNormalization, [MAPS]),
    "BatchNormalization, units": (lambda: layers.BatchNormalization(epsilon=0.1, scale=False), [(9,)]),
    "BatchNormalization, bare": (lambda: layers.BatchNormalization(center=False, scale=False), [MAPS]),
    "ReLU": (layers.ReLU, [MAPS]),
    "ReLU, numbers": (lambda: layers.ReLU(max_value=2.0, negative_slope=0.25, threshold=0.5), [MAPS]),
    "ReLU, 6": (lambda: layers.ReLU(max_value=6.0), [MAPS]),
    "LeakyReLU": (lambda: layers.LeakyReLU(negative_slope=0.4), [MAPS]),
    "ELU": (lambda: layers.ELU(alpha=0.7), [MAPS]),
    "PReLU": (layers.PReLU, [MAPS]),
    "PReLU, shared": (lambda: layers.PReLU(shared_axes=[1, 2]), [MAPS]),
    "Softmax": (layers.Softmax, [(9,)]),
    "Softmax, maps": (layers.Softmax, [MAPS]),
    **{f"Activation, {name}": (partial(layers.Activation, name), [MAPS]) for name in FUNCTIONS},
    "Flatten": (layers.Flatten, [MAPS]),
    "Reshape": (lambda: layers.Reshape((4, 6, 7)), [MAPS]),
    "Dropout": (lambda: layers.Dropout(0.5), [MAPS]),
    "SpatialDropout2D": (lambda: layers.SpatialDropout2D(0.5), [MAPS]),
    "SpatialDropout1D": (lambda: layers.SpatialDropout1D(0.5), [(8, 4)]),
    "GaussianNoise": (lambda: layers.GaussianNoise(0.5), [MAPS]),
    "GaussianDropout": (lambda: layers.GaussianDropout(0.5), [MAPS]),
    "ActivityRegularization": (layers.ActivityRegularization, [MAPS]),
    "Permute": (lambda: layers.Permute((2, 1, 3)), [MAPS]),
    "Permute, all axes": (lambda: layers.Permute((3, 1, 2)), [MAPS]),
    "ZeroPadding2D": (lambda: layers.ZeroPadding2D(((2, 1), (0, 3))), [MAPS]),
    "Cropping2D": (lambda: layers.Cropping2D(((2, 1), (0, 3))), [MAPS]),
    "UpSampling2D": (lambda: layers.UpSampling2D((2, 3)), [MAPS]),
    "UpSampling2D, bilinear": (lambda: layers.UpSampling2D((2, 3), interpolation="bilinear"), [MAPS]),
    "UpSampling2D, of one pixel": (lambda: layers.UpSampling2D(4, interpolation="bilinear"), [(1, 2, 3)]),
    "Conv2DTranspose": (
        lambda: layers.Conv2DTranspose(5, 3, strides=2, padding="same", activation="tanh"),
        [MAPS],
    ),
    "Conv2DTranspose, valid": (lambda: layers.Conv2DTranspose(5, (2, 4), strides=(1, 3)), [MAPS]),
    "Conv2DTranspose, gaps": (
        lambda: layers.Conv2DTranspose(3, 2, strides=3, padding="same", activation="softmax"),
        [MAPS],
    ),
    "LayerNormalization": (layers.LayerNormalization, [MAPS]),
    "LayerNormalization, all": (lambda: layers.LayerNormalization(axis=[1, 2, 3], epsilon=0.1), [MAPS]),
    "LayerNormalization, rows and columns": (lambda: layers.LayerNormalization(axis=[1, 2]), [MAPS]),
    "LayerNormalization, units": (lambda: layers.LayerNormalization(center=False), [(9,)]),
    "GroupNormalization": (lambda: layers.GroupNormalization(groups=2), [MAPS]),
    "GroupNormalization, each": (lambda: layers.GroupNormalization(groups=-1, scale=False), [MAPS]),
    "GroupNormalization, one": (lambda: layers.GroupNormalization(groups=1), [MAPS]),
    "GroupNormalization, units": (lambda: layers.GroupNormalization(groups=3, epsilon=0.1), [(9,)]),
    "DepthwiseConv2D, dilated": (
        lambda: layers.DepthwiseConv2D((3, 2), dilation_rate=(2, 1), padding="same"),
        [MAPS],
    ),
    "SeparableConv2D, dilated": (lambda: layers.SeparableConv2D(3, 2, dilation_rate=2), [MAPS]),
    "Conv1D, dilated": (lambda: layers.Conv1D(4, 2, dilation_rate=3, groups=2), [(9, 4)]),
    "BatchNormalization, slow": (lambda: layers.BatchNormalization(momentum=0.9), [MAPS]),
    "Rescaling": (lambda: layers.Rescaling(1 / 127.5, offset=-1), [MAPS]),
    "Rescaling, channels": (lambda: layers.Rescaling([0.5, 1.5, 2.0, 3.0], offset=-1.0), [MAPS]),
    "Add": (layers.Add, [MAPS, MAPS, MAPS]),
    "Add, repeated": (layers.Add, [MAPS, (1, 1, 4)]),
    "Subtract": (layers.Subtract, [MAPS, MAPS]),
    "Multiply": (layers.Multiply, [MAPS, MAPS, MAPS]),
    "Multiply, repeated": (layers.Multiply, [MAPS, (4,)]),
    "Multiply, one channel": (layers.Multiply, [(7, 6, 1), MAPS]),
    "Average": (layers.Average, [MAPS, MAPS, MAPS]),
    "Maximum": (layers.Maximum, [MAPS, MAPS, MAPS]),
    "Minimum": (layers.Minimum, [(9,), (9,)]),
    "Concatenate": (layers.Concatenate, [MAPS, (7, 6, 2), (7, 6, 1)]),
    "Concatenate, rows": (lambda: layers.Concatenate(axis=1), [MAPS, (2, 6, 4)]),
    "Concatenate, units": (lambda: layers.Concatenate(axis=-1), [(3,), (5,)]),
}


def test_every_layer_kind_is_compared_with_keras() -> None:
    assert {name.split(",")[0] for name in COMPARED} == set(KINDS)


@pytest.mark.parametrize("name", COMPARED)
def test_layer_matches_keras(name: str) -> None:
    make, shapes = COMPARED[name]
    check(make(), shapes, spread=4.0 if "Activation" in name or "ReLU" in name else 1.0)


OPS: dict[str, tuple[Callable[..., Any], list[Shape]]] = {
    "Absolute": (keras.ops.abs, [MAPS]),
    "Add": (keras.ops.add, [MAPS, MAPS]),
    "Divide": (keras.ops.divide, [MAPS, MAPS]),
    "Elu": (partial(keras.ops.elu, alpha=0.5), [MAPS]),
    "Exp": (keras.ops.exp, [MAPS]),
    "Gelu": (keras.ops.gelu, [MAPS]),
    "Gelu, exact": (partial(keras.ops.gelu, approximate=False), [MAPS]),
    "HardSigmoid": (keras.ops.hard_sigmoid, [MAPS]),
    "HardSilu": (keras.ops.hard_silu, [MAPS]),
    "LeakyRelu": (partial(keras.ops.leaky_relu, negative_slope=0.4), [MAPS]),
    "Log": (keras.ops.log, [MAPS]),
    "LogSoftmax": (keras.ops.log_softmax, [(9,)]),
    "LogSoftmax, maps": (keras.ops.log_softmax, [MAPS]),
    "Max": (partial(keras.ops.max, axis=(1, 2)), [MAPS]),
    "Maximum": (keras.ops.maximum, [MAPS, MAPS]),
    "Mean": (partial(keras.ops.mean, axis=(-3, -2), keepdims=True), [MAPS]),
    "Minimum": (keras.ops.minimum, [MAPS, MAPS]),
    "Multiply": (keras.ops.multiply, [MAPS, MAPS]),
    "Negative": (keras.ops.negative, [MAPS]),
    "Relu": (keras.ops.relu, [MAPS]),
    "Relu6": (keras.ops.relu6, [MAPS]),
    "Selu": (keras.ops.selu, [MAPS]),
    "Sigmoid": (keras.ops.sigmoid, [MAPS]),
    "Silu": (keras.ops.silu, [MAPS]),
    "Softmax": (keras.ops.softmax, [MAPS]),
    "Softplus": (keras.ops.softplus, [MAPS]),
    "Softsign": (keras.ops.softsign, [MAPS]),
    "Sqrt": (keras.ops.sqrt, [MAPS]),
    "Square": (keras.ops.square, [MAPS]),
    "Subtract": (keras.ops.subtract, [MAPS, MAPS]),
    "Sum": (partial(keras.ops.sum, axis=(1, 2)), [MAPS]),
    "Tanh": (keras.ops.tanh, [MAPS]),
    "TrueDivide": (keras.ops.true_divide, [MAPS, MAPS]),
}

POSITIVE_ONLY = ("Log", "Sqrt", "Divide", "TrueDivide")


def test_every_operation_is_compared_with_keras() -> None:
    names = {kind.removeprefix("ops.") for kind in OPERATIONS if kind.startswith("ops.")}
    assert {name.split(",")[0] for name in OPS} == names


@pytest.mark.parametrize("name", OPS)
def test_operation_matches_keras(name: str) -> None:
    compute, shapes = OPS[name]
    tensors = [keras.Input(shape) for shape in shapes]
    (made,) = (
        each for each in keras.Model(tensors, compute(*tensors)).operations if not is_keras_layer(each)
    )
    described = layer_info(made)
    assert described.kind == f"ops.{name.split(',', maxsplit=1)[0]}"
    inputs = [LayerInfo(f"input{index}", "InputLayer", shape) for index, shape in enumerate(shapes)]
    names = tuple(before.name for before in inputs)
    info = replace(described, inputs=names)
    operation = operation_for(info, inputs, {})
    assert operation is not None
    rng = np.random.default_rng(7)
    values = [rng.normal(0, 2, (2, *shape)).astype(np.float32) for shape in shapes]
    if name in POSITIVE_ONLY:
        values = [np.abs(each) + np.float32(0.5) for each in values]
    check_operation(operation, lambda given: compute(*given) if len(shapes) > 1 else compute(given), values)


def test_reduction_over_other_axes_is_not_supported() -> None:
    layer = LayerInfo("odd", "ops.Mean", (7, 4), ("input",), options={"axis": [2], "keepdims": False})
    assert operation_for(layer, [LayerInfo("input", "InputLayer", MAPS)], {}) is None


REQUIRED_OPTIONS: dict[str, tuple[dict[str, Any], list[Shape]]] = {
    "Conv1D": ({"filters": 2, "kernel_size": 3}, [(8, 4)]),
    "Conv2D": ({"filters": 2, "kernel_size": 3}, [MAPS]),
    "Conv2DTranspose": ({"filters": 2, "kernel_size": 3}, [MAPS]),
    "DepthwiseConv2D": ({"kernel_size": 3}, [MAPS]),
    "SeparableConv2D": ({"filters": 2, "kernel_size": 3}, [MAPS]),
    "Dense": ({"units": 3}, [(9,)]),
    "MaxPooling2D": ({}, [MAPS]),
    "AveragePooling2D": ({"pool_size": 3}, [MAPS]),
    "MaxPooling1D": ({"pool_size": 3}, [(8, 4)]),
    "AveragePooling1D": ({"pool_size": 3}, [(8, 4)]),
    "GlobalMaxPooling2D": ({}, [MAPS]),
    "GlobalAveragePooling2D": ({}, [MAPS]),
    "BatchNormalization": ({}, [MAPS]),
    "LayerNormalization": ({}, [MAPS]),
    "GroupNormalization": ({}, [(3, 4, 64)]),
    "Rescaling": ({"scale": 0.5}, [MAPS]),
    "ReLU": ({}, [MAPS]),
    "LeakyReLU": ({}, [MAPS]),
    "ELU": ({}, [MAPS]),
    "PReLU": ({}, [MAPS]),
    "Softmax": ({}, [MAPS]),
    "UpSampling2D": ({}, [MAPS]),
    "ZeroPadding2D": ({}, [MAPS]),
    "Cropping2D": ({}, [MAPS]),
    "Concatenate": ({}, [MAPS, MAPS]),
}


@pytest.mark.parametrize("kind", REQUIRED_OPTIONS)
def test_missing_option_has_the_default_of_keras(kind: str) -> None:
    options, shapes = REQUIRED_OPTIONS[kind]
    layer = getattr(layers, kind)(**options)
    whole = built_operation(layer, shapes)
    short = operation_for(replace(whole.layer, options=options), whole.inputs, whole.weights)
    assert short is not None
    rng = np.random.default_rng(3)
    inputs = [rng.normal(0, 2, (2, *shape)).astype(np.float32) for shape in shapes]
    weighting = np.random.default_rng(4).normal(size=(2, *whole.layer.shape)).astype(np.float32)
    output, gradients = output_and_gradients(layer, inputs, weighting)
    assert_close(short.forward(inputs), output)
    for got, gradient in zip(short.backward(weighting, inputs, output), gradients, strict=True):
        assert_close(got, gradient)


PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))

ONE = st.just((1, 1))


@settings(max_examples=60)
@given(
    kernel=PAIRS,
    # TensorFlow does not support dilation together with strides.
    steps=st.tuples(PAIRS, ONE) | st.tuples(ONE, PAIRS),
    padding=st.sampled_from(["valid", "same"]),
    input_size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    groups=st.integers(1, 2),
    use_bias=st.booleans(),
)
def test_convolution_of_any_geometry_matches_keras(
    kernel: Any, steps: Any, padding: str, input_size: Any, groups: int, use_bias: bool
) -> None:
    strides, dilation = steps
    extent = [(size - 1) * step + 1 for size, step in zip(kernel, dilation, strict=True)]
    layer = layers.Conv2D(
        4,
        kernel,
        strides=strides,
        dilation_rate=dilation,
        padding=padding if fits(input_size, extent) else "same",
        groups=groups,
        use_bias=use_bias,
    )
    check(layer, [(*input_size, 2)])


@settings(max_examples=40)
@given(
    kernel=PAIRS,
    strides=PAIRS,
    padding=st.sampled_from(["valid", "same"]),
    input_size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    use_bias=st.booleans(),
)
def test_transposed_convolution_of_any_geometry_matches_keras(
    kernel: Any, strides: Any, padding: str, input_size: Any, use_bias: bool
) -> None:
    layer = layers.Conv2DTranspose(3, kernel, strides=strides, padding=padding, use_bias=use_bias)
    check(layer, [(*input_size, 2)])


@settings(max_examples=40)
@given(
    size=PAIRS,
    strides=st.none() | PAIRS,
    padding=st.sampled_from(["valid", "same"]),
    input_size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kind=st.sampled_from([layers.MaxPooling2D, layers.AveragePooling2D]),
)
def test_pooling_of_any_geometry_matches_keras(
    size: Any, strides: Any, padding: str, input_size: Any, kind: Any
) -> None:
    layer = kind(size, strides=strides, padding=padding if fits(input_size, size) else "same")
    check(layer, [(*input_size, 2)])


def test_large_batch_gives_the_results_of_single_inputs() -> None:
    operation = built_operation(layers.Conv2D(8, 5, padding="same"), [(20, 20, 16)])
    inputs = np.random.default_rng(1).random((5, 20, 20, 16), dtype=np.float32)
    output = operation.forward([inputs])
    (back,) = operation.backward(output, [inputs], output)
    for number in range(5):
        one = slice(number, number + 1)
        alone = operation.forward([inputs[one]])
        assert_close(output[one], alone)
        assert_close(back[one], operation.backward(alone, [inputs[one]], alone)[0])


def fits(input_size: Any, extent: Any) -> bool:
    """Whether a window fits into maps of this size without padding."""
    return all(pixels >= needed for pixels, needed in zip(input_size, extent, strict=True))


def test_input_layer_returns_its_input() -> None:
    operation = operation_for(LayerInfo("input", "InputLayer", (4, 4, 1)), [], {})
    assert operation is not None
    maps = np.ones((2, 4, 4, 1), dtype=np.float32)
    assert operation.forward([maps]) is maps
    assert operation.backward(maps, [maps], maps) == []


def test_max_pooling_selects_the_first_of_equal_pixels() -> None:
    layer = layers.MaxPooling2D(2)
    operation = built_operation(layer, [(4, 4, 1)])
    flat = np.zeros((1, 4, 4, 1), dtype=np.float32)
    _, (wanted,) = output_and_gradients(layer, [flat], np.ones((1, 2, 2, 1), dtype=np.float32))
    (got,) = operation.backward(
        np.ones((1, 2, 2, 1), dtype=np.float32), [flat], np.zeros((1, 2, 2, 1), np.float32)
    )
    assert np.array_equal(got, wanted)
    step = operation.explain((1, 1, 0), [flat[0]]).step
    assert isinstance(step, PoolWindow)
    assert step.winner == (0, 0)


def test_activation_functions_of_large_values_match_keras() -> None:
    far = np.array([[-1e4, -90, -1, 0, 1, 90]], dtype=np.float32)
    for name in FUNCTIONS:
        operation = built_operation(layers.Activation(name), [(6,)])
        wanted = np.asarray(keras.activations.get(name)(far))
        np.testing.assert_allclose(operation.forward([far]), wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("kind", ["Softmax", "ops.Softmax", "ops.LogSoftmax"])
def test_softmax_rows_with_large_values_are_independent(kind: str) -> None:
    layer = LayerInfo("competing", kind, (3,), ("input",))
    operation = operation_for(layer, [LayerInfo("input", "InputLayer", (3,))], {})
    assert operation is not None
    rows = np.array([[5000, 5001, 4999], [-3000, -3001, -3000], [0, 1, 2]], dtype=np.float32)
    together = operation.forward([rows])
    assert np.isfinite(together).all()
    for number in range(3):
        one = rows[number : number + 1]
        np.testing.assert_allclose(together[number], operation.forward([one - one.max()])[0], rtol=1e-6)


def test_explanation_of_a_corner_window_includes_the_padding() -> None:
    layer = layers.Conv2D(2, 3, padding="same", use_bias=False)
    operation = built_operation(layer, [(4, 4, 2)], seed=3)
    maps = np.random.default_rng(1).random((4, 4, 2), dtype=np.float32)
    explanation = operation.explain((0, 3, 1), [maps])
    assert isinstance(explanation.step, WindowSum)
    assert (
        explanation.step.box.top,
        explanation.step.box.left,
        explanation.step.box.bottom,
        explanation.step.box.right,
    ) == (-1, 2, 2, 5)
    assert explanation.step.inside.tolist() == [[False] * 3, [True, True, False], [True, True, False]]
    assert (explanation.step.patches[:, ~explanation.step.inside] == 0).all()
    assert np.array_equal(explanation.step.patches[1, 1:, :2], maps[:2, 2:, 1])
    assert np.array_equal(explanation.step.kernels, np.asarray(layer.kernel)[..., 1].transpose(2, 0, 1))
    assert explanation.sources[0][1][:2] == (0, 3)


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
def test_source_of_a_window_is_its_center(
    make: Callable[[], keras.Layer], middles: list[tuple[int, int]]
) -> None:
    """Check the first, third and last window along each side of maps of 7×7 pixels."""
    operation = built_operation(make(), [(7, 7, 1)])
    maps = np.ones((7, 7, 1), dtype=np.float32)
    bottom, right = (size - 1 for size in operation.layer.shape[:2])
    positions = [(0, 0), (0, 2), (2, 0), (bottom, right)]
    asked = [operation.explain((*index, 0), [maps]).sources[0][1][:2] for index in positions]
    assert asked == middles


def test_source_of_a_rearranged_value_is_its_input_position() -> None:
    assert built_operation(layers.Flatten(), [(3, 4, 2)]).source_of((13,)) == ("input0", (1, 2, 1))
    joined = built_operation(layers.Concatenate(), [(3, 3, 2), (3, 3, 4)])
    assert joined.source_of((1, 2, 3)) == ("input1", (1, 2, 1))
    padding = built_operation(layers.ZeroPadding2D(1), [(3, 3, 1)])
    assert padding.source_of((0, 2, 0)) is None
    assert padding.source_of((1, 3, 0)) == ("input0", (0, 2, 0))


INVALID: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "no kernel": ("Conv2D", {"kernel_size": [3, 3]}, {}),
    "a kernel of different sizes": (
        "Conv2D",
        {"kernel_size": [3, 3], "use_bias": False},
        {"kernel": np.zeros((2, 3, 1, 2))},
    ),
    "strides of 0": ("MaxPooling2D", {"strides": [0, 1]}, {}),
    "not numbers": ("MaxPooling2D", {"pool_size": "large"}, {}),
    "too many numbers": ("MaxPooling2D", {"pool_size": [1, 2, 3]}, {}),
    "a pool fits than memory": ("AveragePooling2D", {"pool_size": [10**9, 10**9], "padding": "same"}, {}),
    "an unknown padding": ("MaxPooling2D", {"padding": "causal"}, {}),
    "channels first": ("MaxPooling2D", {"data_format": "channels_first"}, {}),
    "an unknown function": ("Activation", {"activation": "FancyFunction"}, {}),
    "a function that is not a name": ("Activation", {"activation": {"class_name": "Fancy"}}, {}),
    "another axis": ("BatchNormalization", {"axis": 1}, {}),
    "softmax over rows": ("Softmax", {"axis": 1}, {}),
    "bicubic": ("UpSampling2D", {"interpolation": "bicubic"}, {}),
    "rms_scaling": ("LayerNormalization", {"rms_scaling": True}, {"gamma": np.ones(2)}),
    "groups that do not divide the channels": ("GroupNormalization", {"groups": 3}, {}),
    "transposed with dilation": ("Conv2DTranspose", {"kernel_size": [2, 2], "dilation_rate": [2, 2]}, {}),
    "a slope that is not a number": ("LeakyReLU", {"negative_slope": "steep"}, {}),
    "groups of nothing": ("GroupNormalization", {"groups": 0}, {}),
    "groups along rows": (
        "GroupNormalization",
        {"groups": 1, "axis": 1},
        {"gamma": np.ones(2), "beta": np.ones(2)},
    ),
    "repeated to another size": ("UpSampling2D", {"size": [2, 3]}, {}),
    "pooled to another size": ("MaxPooling2D", {"pool_size": 4}, {}),
    "numbers that are not whole": ("MaxPooling2D", {"pool_size": [2.0, 2.0]}, {}),
    "a pool above the limit": ("MaxPooling2D", {"pool_size": 1025, "padding": "same"}, {}),
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
    "an axis that does not exist": ("Concatenate", {"axis": 5}, {}),
    "one input": ("Add", {}, {}),
    "not a permutation": ("Permute", {"dims": [1, 1, 3]}, {}),
    "an unknown kind": ("Oracle", {}, {}),
}


@pytest.mark.parametrize("name", INVALID)
def test_invalid_layer_is_not_supported(name: str) -> None:
    kind, options, weights = INVALID[name]
    layer = LayerInfo("odd", kind, (4, 4, 2), ("input",), options=options)
    assert operation_for(layer, [LayerInfo("input", "InputLayer", (8, 8, 1))], weights) is None
