"""Where an explanation leads on to: the input that did most, whatever its sign."""

from __future__ import annotations

import numpy as np
import pytest
from keras import layers

from tests.networks.keras_networks import operation_of


@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_of_windows_leads_to_the_channel_that_did_most(sign: int) -> None:
    layer = layers.Conv2D(1, 3, padding="same")
    layer.build((None, 5, 5, 3))
    kernel = np.zeros((3, 3, 3, 1), dtype=np.float32)
    kernel[:, :, 0], kernel[:, :, 1], kernel[:, :, 2] = 0.5 * sign, -2.0 * sign, 1.0 * sign
    layer.set_weights([kernel, np.zeros(1, dtype=np.float32)])
    operation = operation_of(layer, [(5, 5, 3)])
    assert operation is not None
    told = operation.explain((2, 2, 0), [np.ones((5, 5, 3), dtype=np.float32)])
    assert told.sources == (("input0", (2, 2, 1)),)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_weighted_sum_leads_to_the_input_that_did_most(sign: int) -> None:
    layer = layers.Dense(1)
    layer.build((None, 3))
    kernel = np.array([[1.0], [-4.0], [2.0]], dtype=np.float32) * sign
    layer.set_weights([kernel, np.zeros(1, dtype=np.float32)])
    operation = operation_of(layer, [(3,)])
    assert operation is not None
    told = operation.explain((0,), [np.ones(3, dtype=np.float32)])
    assert told.sources == (("input0", (1,)),)
