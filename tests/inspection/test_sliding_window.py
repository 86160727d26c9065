from __future__ import annotations

import numpy as np
import pytest

from desktop_app.inspection.sliding_window import MAXIMUM, MEAN, SUM, SlidingWindow, with_value

ROW = np.array([[0, 0, 3, 3, 3, 0, 0, 5, 0, 1]], dtype=np.float32)
KERNELS = [[-1, 1], [1 / 3, 1 / 3, 1 / 3], [-0.5, 2, -0.5], [1, 2, 3, 4]]


def row_of(numbers: list[float]) -> np.ndarray:
    return np.array([numbers], dtype=np.float32)


@pytest.mark.parametrize("kernel", KERNELS)
def test_sum_over_a_row_is_a_cross_correlation(kernel: list[float]) -> None:
    window = SlidingWindow(SUM, ROW, row_of(kernel))
    assert window.result[0] == pytest.approx(np.correlate(ROW[0], kernel, "valid"), abs=1e-6)
    # A mathematical convolution flips the kernel.
    assert window.result[0] == pytest.approx(np.convolve(ROW[0], kernel[::-1], "valid"), abs=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", KERNELS)
def test_sum_over_a_row_equals_keras(kernel: list[float], stride: int, padding: str) -> None:
    import keras

    layer = keras.layers.Conv1D(1, len(kernel), strides=stride, padding=padding, use_bias=False)
    layer.build((None, ROW.shape[1], 1))
    layer.set_weights([np.array(kernel, dtype=np.float32)[:, None, None]])
    expected = np.asarray(layer(ROW[..., None]))[0, :, 0]
    window = SlidingWindow(SUM, ROW, row_of(kernel), stride, padding)
    assert window.shape == (1, len(expected))
    assert window.result[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(("operation", "kind"), [(MAXIMUM, "MaxPooling1D"), (MEAN, "AveragePooling1D")])
def test_pooling_of_a_row_equals_keras(
    operation: str, kind: str, size: int, stride: int, padding: str
) -> None:
    import keras

    values = ROW - 2
    layer = getattr(keras.layers, kind)(size, strides=stride, padding=padding)
    expected = np.asarray(layer(values[..., None]))[0, :, 0]
    window = SlidingWindow(operation, values, np.ones((1, size), dtype=np.float32), stride, padding)
    assert window.result[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("stride", [1, 2])
def test_sum_over_an_image_equals_keras(stride: int, padding: str) -> None:
    import keras

    rng = np.random.default_rng(5)
    values, kernel = rng.normal(size=(5, 5)).astype(np.float32), rng.normal(size=(3, 3)).astype(np.float32)
    layer = keras.layers.Conv2D(1, 3, strides=stride, padding=padding, use_bias=False)
    layer.build((None, 5, 5, 1))
    layer.set_weights([kernel[..., None, None]])
    expected = np.asarray(layer(values[None, ..., None]))[0, :, :, 0]
    assert SlidingWindow(SUM, values, kernel, stride, padding).result == pytest.approx(expected, abs=1e-5)


def test_step_has_the_numbers_in_its_window() -> None:
    window = SlidingWindow(SUM, ROW, row_of([-1, 1]))
    step = window.step(1)
    assert (step.box.left, step.box.right) == (1, 3)
    assert step.patch.tolist() == [[0, 3]]
    assert step.products.tolist() == [[0, 3]]
    assert step.result == 3
    assert step.maximum is None


def test_padding_is_zero_in_sums_and_ignored_by_pooling() -> None:
    values = row_of([-4, -2, -6])
    kernel = np.ones((1, 3), dtype=np.float32)
    first = SlidingWindow(SUM, values, kernel, padding="same").step(0)
    assert first.inside.tolist() == [[False, True, True]]
    assert first.patch.tolist() == [[0, -4, -2]]
    assert first.result == -6
    largest = SlidingWindow(MAXIMUM, values, kernel, padding="same").step(0)
    assert largest.maximum == (0, 2)
    assert largest.result == -2
    assert SlidingWindow(MEAN, values, kernel, padding="same").step(0).result == -3


def test_changing_a_value_leaves_the_original_unchanged() -> None:
    changed = with_value(ROW, 0, 2, 7.5)
    assert changed[0, 2] == 7.5
    assert ROW[0, 2] == 3
    assert SlidingWindow(SUM, changed, row_of([-1, 1])).result[0, 1] == 7.5
