"""Comparison of operations with layers of Keras."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

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
from desktop_app.networks.layers.registry import KINDS
from desktop_app.networks.layers.upsampling import UpSampling2D
from desktop_app.networks.network_info import LayerInfo
from desktop_app.training.describe import describe_layers
from tests.networks.keras_networks import assert_close, operation_of, output_and_gradients, randomize

Shape = tuple[int, ...]


def built_operation(layer: keras.Layer, shapes: list[Shape], seed: int = 0) -> Operation:
    layer.build([(None, *shape) for shape in shapes] if len(shapes) > 1 else (None, *shapes[0]))
    randomize(layer, seed)
    operation = operation_of(layer, shapes)
    assert operation is not None
    return operation


def check(layer: keras.Layer, shapes: list[Shape], spread: float = 1.0) -> None:
    """Compare shape, parameters, output, gradients and explanations with Keras."""
    operation = built_operation(layer, shapes)
    check_rules(layer, operation, shapes)
    rng = np.random.default_rng(7)
    inputs = [rng.normal(0, spread, (2, *shape)).astype(np.float32) for shape in shapes]
    check_operation(operation, layer, inputs)


def check_operation(operation: Operation, layer: Callable[..., Any], inputs: list[Any]) -> None:
    """Compare output, gradients and explanations of a batch with Keras."""
    weighting = np.random.default_rng(8).normal(size=(2, *operation.layer.shape)).astype(np.float32)
    wanted, gradients = output_and_gradients(layer, inputs, weighting)
    output = operation.forward(inputs)
    assert output.dtype == np.float32
    assert_close(output, wanted)
    for got, gradient in zip(operation.backward(weighting, inputs, output), gradients, strict=True):
        assert got.dtype == np.float32
        assert_close(got, gradient)
    scale = max(float(np.abs(wanted).max()), 1e-3)
    for position in sample_positions(operation.layer.shape):
        explanation = operation.explain(position, [values[0] for values in inputs])
        assert abs(explanation.value - wanted[0][position]) <= 1e-5 * scale
        check_explanation(explanation, operation, [values[0] for values in inputs])


def is_keras_layer(operation: Any) -> bool:
    return isinstance(operation, keras.Layer)


def layer_info(operation: Any) -> LayerInfo:
    """Return the description of an operation in a model card."""
    model = keras.Model(operation.input, operation.output)
    return next(info for info in describe_layers(model) if info.name == operation.name)


def check_rules(layer: keras.Layer, operation: Operation, shapes: list[Shape]) -> None:
    """Compare the shape and parameter rules of the kind with Keras."""
    kind, config = KINDS[type(layer).__name__], layer.get_config()
    options = {option.name: option_value(config[option.name]) for option in kind.options}
    if not all(option.fits(options[option.name]) for option in kind.options):
        # Keras accepts more than the editor: a factor for each channel.
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


def option_value(value: Any) -> Value:
    """Return a value of the Keras configuration in the form of the editor's options."""
    if isinstance(value, list | tuple):
        numbers = tuple(tuple(each) if isinstance(each, list | tuple) else each for each in value)
        return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], int) else numbers
    single: Value = value
    return single


def sample_positions(shape: Shape) -> list[Shape]:
    """Return the corners, the center and positions between."""
    ends = [sorted({0, size // 2, size - 1}) for size in shape]
    return list(itertools.product(*ends))


def check_explanation(explanation: Arithmetic, operation: Operation, inputs: list[Any]) -> None:
    """Check that the numbers of the explanation give its result."""
    assert explanation.layer == operation.layer.name
    before = recomputed(explanation, operation, inputs)
    assert explanation.pre_activation == pytest.approx(before, rel=1e-4, abs=1e-4)
    if explanation.function == "linear":
        assert explanation.value == pytest.approx(explanation.pre_activation, rel=1e-6)
    shapes = {layer.name: layer.shape for layer in operation.inputs}
    for name, index in explanation.sources:
        assert len(index) == len(shapes[name])
        assert all(0 <= index < size for index, size in zip(index, shapes[name], strict=True))
    named = operation.layer.options.get("activation")
    if isinstance(named, str) and named != "softmax":
        result = np.array([[explanation.pre_activation]], np.float32)
        value = float(keras.activations.get(explanation.function)(result)[0, 0])
        assert explanation.value == pytest.approx(value, rel=1e-4, abs=1e-6)
    assert explanation.position in sample_positions(operation.layer.shape)
    check_sources(explanation, [layer.name for layer in operation.inputs], inputs)
    if isinstance(explanation.step, WindowSum | PoolWindow) and inputs[0].ndim == 3:
        check_window(explanation.step, operation, explanation.position, inputs[0])


def check_sources(explanation: Arithmetic, names: list[str], inputs: list[Any]) -> None:
    """Check that sources are the values of the step, or the one that contributes most."""
    step = explanation.step
    assert [name for name, _ in explanation.sources] == (
        [step.layer] if isinstance(step, Rearranged) else names
    )[: len(explanation.sources)]
    values = [inputs[names.index(name)][index] for name, index in explanation.sources]
    if isinstance(step, Combined) and step.operation != "softmax":
        assert values == list(step.values)
    elif isinstance(step, NormalizedValue):
        assert values == [pytest.approx(step.value)]
    elif isinstance(step, WeightedSum):
        largest = np.abs(step.inputs * step.weights).argmax()
        assert values == [step.inputs[largest]]
    elif isinstance(step, WindowSum):
        assert explanation.sources[0][1][-1] == step.channels[int(np.abs(step.sums).argmax())]
    elif isinstance(step, PoolWindow):
        assert explanation.sources[0][1][-1] == step.channel
        if step.winner is not None:
            assert values == [step.patch[step.winner]] == [step.patch[step.inside].max()]


def check_window(step: WindowSum | PoolWindow, operation: Operation, position: Shape, maps: Any) -> None:
    """Check that the box of a step is the window at its position, and the patch its pixels."""
    box, (height, width, _) = step.box, maps.shape
    if len(position) == 3:
        windows = operation.input_boxes(Box(position[0], position[1], position[0] + 1, position[1] + 1))
        if windows is not None and isinstance(operation, UpSampling2D):
            # Beyond the border there is no neighbour to interpolate with.
            windows = [window.clipped(height, width) for window in windows]
        assert windows in (None, [box])
    if box.top >= box.bottom or box.left >= box.right:
        return  # a gap between windows that are smaller than the stride
    apart = operation.layer.options.get("dilation_rate", 1)
    down, across = (apart, apart) if isinstance(apart, int) else apart
    rows, columns = np.arange(box.top, box.bottom, down), np.arange(box.left, box.right, across)
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    np.testing.assert_array_equal(step.inside, inside)
    channels = step.channels if isinstance(step, WindowSum) else (step.channel,)
    patches = step.patches if isinstance(step, WindowSum) else step.patch[None]
    shown = maps[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)][..., list(channels)]
    np.testing.assert_array_equal(patches, np.where(inside, shown.transpose(2, 0, 1), 0))


def recomputed(explanation: Arithmetic, operation: Operation, inputs: list[Any]) -> float:
    step = explanation.step
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
    return recomputed_combination(step, explanation)


def recomputed_combination(step: Combined, explanation: Arithmetic) -> float:
    values = step.values.astype(np.float64)
    if step.operation == "softmax":
        powers = np.exp(values - values.max())
        return float(powers[explanation.position[-1]] / powers.sum())
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
