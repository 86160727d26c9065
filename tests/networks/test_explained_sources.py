"""The source of an explanation is the input with the largest contribution, whatever its sign."""

from __future__ import annotations

import numpy as np
import pytest
from keras import layers

from tests.networks.keras_networks import operation_of


@pytest.mark.parametrize("sign", [1, -1])
def test_source_of_a_window_sum_is_the_channel_with_the_largest_sum(sign: int) -> None:
    layer = layers.Conv2D(1, 3, padding="same")
    layer.build((None, 5, 5, 3))
    kernel = np.zeros((3, 3, 3, 1), dtype=np.float32)
    kernel[:, :, 0], kernel[:, :, 1], kernel[:, :, 2] = 0.5 * sign, -2.0 * sign, 1.0 * sign
    layer.set_weights([kernel, np.zeros(1, dtype=np.float32)])
    operation = operation_of(layer, [(5, 5, 3)])
    assert operation is not None
    explanation = operation.explain((2, 2, 0), [np.ones((5, 5, 3), dtype=np.float32)])
    assert explanation.sources == (("input0", (2, 2, 1)),)


@pytest.mark.parametrize("sign", [1, -1])
def test_source_of_a_weighted_sum_is_the_input_with_the_largest_product(sign: int) -> None:
    layer = layers.Dense(1)
    layer.build((None, 3))
    kernel = np.array([[1.0], [-4.0], [2.0]], dtype=np.float32) * sign
    layer.set_weights([kernel, np.zeros(1, dtype=np.float32)])
    operation = operation_of(layer, [(3,)])
    assert operation is not None
    explanation = operation.explain((0,), [np.ones(3, dtype=np.float32)])
    assert explanation.sources == (("input0", (1,)),)
