"""Tests of the line network."""

from __future__ import annotations

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from desktop_app.networks.library import find_model
from desktop_app.networks.line_network import LineNetwork
from desktop_app.networks.model_folder import read_card
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
    assert names == [*(f"{kind}{number}" for number in range(1, 13) for kind in ("conv", "norm")), "logits"]
    for width in (4, 43, 200):
        outputs = np.asarray(model(np.ones((2, 32, width, 3), np.float32)))
        assert outputs.shape == (2, width // 4, 6)
        np.testing.assert_allclose(outputs.sum(axis=2), 1, atol=1e-5)


def test_converted_network_reads_lines_of_any_width():
    model = with_random_statistics(6)
    interpreter = Interpreter(model_content=as_litert(model), num_threads=1)
    (given,), (output,) = interpreter.get_input_details(), interpreter.get_output_details()
    assert given["shape_signature"].tolist() == [1, 32, -1, 3]
    for width in (4, 301, 90, 600):
        line = np.random.default_rng(width).random((1, 32, width, 3), dtype=np.float32)
        interpreter.resize_tensor_input(given["index"], line.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(given["index"], line)
        interpreter.invoke()
        np.testing.assert_allclose(
            interpreter.get_tensor(output["index"]), np.asarray(model(line)), atol=1e-4
        )


def without_directions(outputs: int) -> keras.Model:
    """Return a small network of the kind of earlier versions, which sees only ink."""
    inputs = keras.Input((32, None, 1))
    x = keras.layers.Conv2D(outputs, (32, 4), strides=(1, 4), name="logits")(inputs)
    x = keras.layers.Reshape((-1, outputs))(x)
    return keras.Model(inputs, keras.layers.Softmax()(x))


def test_network_of_earlier_versions_sees_no_directions():
    model = without_directions(11)
    network = LineNetwork(read_card(find_model("digits")), as_litert(model))
    image = np.random.default_rng(1).random((32, 128, 3), dtype=np.float32)
    columns = network.columns(image)
    np.testing.assert_allclose(np.exp(columns), np.asarray(model(image[None, ..., :1]))[0], atol=1e-5)
    seen = network.seen(image)
    np.testing.assert_array_equal(seen[..., 0], image[..., 0])
    assert not seen[..., 1:].any()
    np.testing.assert_array_equal(network.columns(seen), columns)
