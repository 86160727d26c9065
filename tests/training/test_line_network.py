"""Tests of the line network."""

from __future__ import annotations

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from desktop_app.training.line_network import as_litert, line_network


def with_random_statistics(outputs: int) -> keras.Model:
    """Return a line network whose batch normalization changes values."""
    model, rng = line_network(outputs), np.random.default_rng(1)
    for variable in model.weights:
        if len(variable.shape) == 1:
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
    return model


def test_each_column_of_four_pixels_has_probabilities():
    model = line_network(6)
    names = [layer.name for layer in model.layers if layer.weights]
    assert names == [*(f"{kind}{number}" for number in range(1, 10) for kind in ("conv", "norm")), "logits"]
    for width in (4, 43, 200):
        outputs = np.asarray(model(np.ones((2, 32, width, 1), np.float32)))
        assert outputs.shape == (2, width // 4, 6)
        np.testing.assert_allclose(outputs.sum(axis=2), 1, atol=1e-5)


def test_converted_network_reads_lines_of_any_width():
    model = with_random_statistics(6)
    interpreter = Interpreter(model_content=as_litert(model), num_threads=1)
    (given,), (output,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert given["shape_signature"].tolist() == [1, 32, -1, 1]
    for width in (4, 301, 90, 600):
        line = np.random.default_rng(width).random((1, 32, width, 1), dtype=np.float32)
        interpreter.resize_tensor_input(given["index"], line.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(given["index"], line)
        interpreter.invoke()
        np.testing.assert_allclose(
            interpreter.get_tensor(output["index"]), np.asarray(model(line)), atol=1e-4
        )
