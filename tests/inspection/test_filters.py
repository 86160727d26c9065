from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.inspection.filters import (
    Filters,
    Kernels,
    Matrix,
    Vectors,
    filter_norms,
    filters_of,
    kernel_norms,
    rgb_kernels,
)
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task

Values = NDArray[np.float32]


def network_of(*layers: LayerInfo) -> NetworkInfo:
    return NetworkInfo("made", "Made", Task(labels=("a",)), layers)


def random_values(*shape: int) -> Values:
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(np.float32)


def convolved(kernels: Kernels, image: Values) -> Values:
    """Convolution of an image without padding, by a plain loop over positions."""
    height, width, inputs, count = kernels.values.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    output = np.zeros((rows, columns, count))
    for number in range(count):
        first = int(kernels.first_inputs[number])
        for row in range(rows):
            for column in range(columns):
                patch = image[row : row + height, column : column + width, first : first + inputs]
                output[row, column, number] = (patch * kernels.values[..., number]).sum()
    if kernels.biases is not None:
        output += kernels.biases
    return output.astype(np.float32)


def keras_layer(kind: str, image: Values, **options: Any) -> tuple[dict[str, Values], Values, LayerInfo]:
    """Random weights, the output for values, and the description of a Keras layer."""
    import keras

    layer = getattr(keras.layers, kind)(**options)
    layer.build((None, *image.shape))
    for weight in layer.weights:
        weight.assign(random_values(*weight.shape))
    output = np.asarray(layer(image[None]))[0]
    weights = {weight.name: np.asarray(weight) for weight in layer.weights}
    return weights, output, LayerInfo("made", kind, output.shape, ("input",))


@pytest.mark.parametrize(
    ("kind", "shape", "options"),
    [
        ("Conv2D", (6, 7, 4), {"filters": 5, "kernel_size": 3}),
        ("Conv2D", (6, 7, 4), {"filters": 6, "kernel_size": (2, 3), "groups": 2, "use_bias": False}),
        ("DepthwiseConv2D", (6, 7, 4), {"kernel_size": 3, "depth_multiplier": 2}),
        ("SeparableConv2D", (6, 7, 4), {"filters": 3, "kernel_size": 3, "depth_multiplier": 2}),
        ("Conv1D", (7, 4), {"filters": 6, "kernel_size": 3, "groups": 2}),
        ("DepthwiseConv1D", (7, 4), {"kernel_size": 3, "depth_multiplier": 2}),
        ("SeparableConv1D", (7, 4), {"filters": 3, "kernel_size": 3, "depth_multiplier": 2}),
    ],
)
def test_kernels_give_the_output_of_keras(kind: str, shape: tuple[int, ...], options: dict[str, Any]) -> None:
    values = random_values(*shape)
    weights, output, layer = keras_layer(kind, values, **options)
    filters = filters_of(network_of(LayerInfo("input", "InputLayer", shape), layer), "made", weights)
    assert isinstance(filters, Kernels)
    assert filters.count == output.shape[-1]
    assert not filters.is_rgb
    image = values.reshape(-1, *shape[-2:])
    expected = output.reshape(-1, *output.shape[-2:])
    np.testing.assert_allclose(convolved(filters, image), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("kind", "shape"), [("Conv2DTranspose", (1, 1, 4)), ("Conv1DTranspose", (1, 4))])
def test_transposed_convolution_of_one_pixel_is_its_filter(kind: str, shape: tuple[int, ...]) -> None:
    pixel = np.zeros(shape, dtype=np.float32)
    pixel[..., 2] = 1
    weights, output, layer = keras_layer(kind, pixel, filters=3, kernel_size=3, use_bias=False)
    filters = filters_of(network_of(LayerInfo("input", "InputLayer", shape), layer), "made", weights)
    assert isinstance(filters, Kernels)
    np.testing.assert_allclose(filters.values[:, :, 2], output.reshape(-1, *output.shape[-2:]), rtol=1e-5)


def test_einsum_dense_kernels_are_not_shown_as_convolutions() -> None:
    weights, _, layer = keras_layer(
        "EinsumDense", random_values(5, 4), equation="abc,cde->abde", output_shape=(5, 2, 3)
    )
    assert weights["kernel"].shape == (4, 2, 3)
    filters = filters_of(network_of(LayerInfo("input", "InputLayer", (5, 4)), layer), "made", weights)
    assert filters is None


DENSE = (
    LayerInfo("input", "InputLayer", (4, 5, 3)),
    LayerInfo("flatten", "Flatten", (60,), ("input",)),
    LayerInfo("drop", "Dropout", (60,), ("flatten",)),
    LayerInfo("dense", "Dense", (7,), ("drop",), 427),
    LayerInfo("last", "Dense", (2,), ("dense",), 16),
)


def test_dense_weights_behind_flatten_are_kernels() -> None:
    kernel, bias, image = random_values(60, 7), random_values(7), random_values(4, 5, 3)
    filters = filters_of(network_of(*DENSE), "dense", {"kernel": kernel, "bias": bias})
    assert isinstance(filters, Kernels)
    assert filters.is_folded
    assert filters.is_rgb
    np.testing.assert_allclose(convolved(filters, image)[0, 0], image.ravel() @ kernel + bias, rtol=1e-4)


def test_remaining_dense_weights_and_kernels_of_one_pixel_are_matrices() -> None:
    dense = filters_of(network_of(*DENSE), "last", {"kernel": random_values(7, 2), "bias": random_values(2)})
    assert isinstance(dense, Matrix)
    np.testing.assert_array_equal(dense.values, random_values(7, 2))
    pointwise = LayerInfo("one", "Conv2D", (4, 5, 6), ("input",))
    kernel = random_values(1, 1, 3, 6)
    filters = filters_of(network_of(DENSE[0], pointwise), "one", {"kernel": kernel})
    assert isinstance(filters, Matrix)
    np.testing.assert_array_equal(filters.values, kernel[0, 0])
    assert filters.biases is None


def test_kernels_over_sequences_have_one_row() -> None:
    layers = (LayerInfo("input", "InputLayer", (9, 3)), LayerInfo("line", "Conv1D", (7, 4), ("input",)))
    filters = filters_of(network_of(*layers), "line", {"kernel": random_values(3, 3, 4)})
    assert isinstance(filters, Kernels)
    assert filters.values.shape == (1, 3, 3, 4)
    assert not filters.is_rgb


def test_batch_normalization_weights_are_in_display_order() -> None:
    weights = {
        "moving_variance": random_values(4),
        "beta": random_values(4),
        "gamma": random_values(4),
        "moving_mean": random_values(4),
    }
    layers = (
        LayerInfo("input", "InputLayer", (2, 2, 4)),
        LayerInfo("n", "BatchNormalization", (2, 2, 4), ("input",)),
    )
    filters = filters_of(network_of(*layers), "n", weights)
    assert isinstance(filters, Vectors)
    assert list(filters.values) == ["gamma", "beta", "moving_mean", "moving_variance"]
    assert filters.count == 4


def test_prelu_slopes_are_shown_if_there_is_one_for_each_channel() -> None:
    layers = (LayerInfo("input", "InputLayer", (2, 2, 4)), LayerInfo("p", "PReLU", (2, 2, 4), ("input",)))
    filters = filters_of(network_of(*layers), "p", {"alpha": random_values(1, 1, 4)})
    assert isinstance(filters, Vectors)
    np.testing.assert_array_equal(filters.values["alpha"], random_values(1, 1, 4)[0, 0])
    assert filters_of(network_of(*layers), "p", {"alpha": random_values(2, 2, 4)}) is None


@pytest.mark.parametrize(
    "weights", [{}, {"kernel": random_values(2, 2, 2, 2, 2)}, {"seed": np.zeros((), np.float32)}]
)
def test_other_weights_are_not_shown(weights: dict[str, Values]) -> None:
    filters: Filters | None = filters_of(network_of(*DENSE), "flatten", weights)
    assert filters is None


@pytest.mark.parametrize(
    ("before", "is_rgb"),
    [
        ((), True),
        (
            (
                LayerInfo("s", "Rescaling", (8, 8, 3), ("input",)),
                LayerInfo("d", "Dropout", (8, 8, 3), ("s",)),
            ),
            True,
        ),
        ((LayerInfo("r", "ReLU", (8, 8, 3), ("input",)),), False),
    ],
)
def test_kernels_of_the_model_input_are_rgb(before: tuple[LayerInfo, ...], is_rgb: bool) -> None:
    first = LayerInfo("input", "InputLayer", (8, 8, 3))
    name = before[-1].name if before else "input"
    patches = LayerInfo("patches", "Conv2D", (2, 2, 5), (name,), 0, 0, {"strides": [4, 4]})
    filters = filters_of(
        network_of(first, *before, patches), "patches", {"kernel": random_values(4, 4, 3, 5)}
    )
    assert isinstance(filters, Kernels)
    assert filters.is_rgb is is_rgb


def test_norms_are_euclidean() -> None:
    kernels = Kernels(random_values(3, 2, 4, 5), None, np.zeros(5, dtype=np.int64))
    expected = [[np.linalg.norm(kernels.values[:, :, i, f]) for f in range(5)] for i in range(4)]
    np.testing.assert_allclose(kernel_norms(kernels), expected, rtol=1e-5)
    whole = [np.linalg.norm(kernels.values[..., f].ravel()) for f in range(5)]
    np.testing.assert_allclose(filter_norms(kernels), whole, rtol=1e-5)


def test_rgb_kernels_have_grey_zero_and_span_the_range() -> None:
    values = np.zeros((1, 3, 3, 1), dtype=np.float32)
    values[0, 0, :, 0] = 2, -1, 0
    colours = rgb_kernels(Kernels(values, None, np.zeros(1, dtype=np.int64), is_rgb=True))
    assert colours[0, 0].tolist() == [[255, 64, 128], [128, 128, 128], [128, 128, 128]]
