"""Tests of the conversion of Keras models to networks of the program."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.networks.import_facts import CONVERSIONS, Values
from desktop_app.training.describe import describe_layers
from desktop_app.training.export import write_network
from desktop_app.training.foreign_graph import (
    flat_graph,
    outputs_of,
    with_conversion,
    with_image_input,
    with_probabilities,
)

L = keras.layers


def images(count: int = 3) -> Any:
    return np.random.default_rng(1).random((count, 8, 8, 1)).astype(np.float32)


def sequential(*layers: Any) -> Any:
    return keras.Sequential([L.Input((8, 8, 1)), *layers])


def kinds_of(graph: Any) -> list[str]:
    return [layer.kind for layer in describe_layers(graph)]


def nested_sequential() -> Any:
    augmentation = sequential(L.RandomRotation(0.1), L.RandomZoom(0.1), L.RandomContrast(0.1))
    head = keras.Sequential([L.Flatten(), L.Dense(10, name="dense")])
    body = sequential(L.Conv2D(3, 3, name="dense"), L.BatchNormalization())
    return sequential(augmentation, L.GaussianNoise(0.1), body, head)


def functional_inside_sequential() -> Any:
    image = keras.Input((8, 8, 1))
    branches = [L.Conv2D(2, size, padding="same")(image) for size in (1, 3)]
    return sequential(keras.Model(image, L.Add()(branches)), L.Flatten(), L.Dense(10))


def sequential_inside_functional() -> Any:
    image = keras.Input((8, 8, 1))
    block = sequential(L.Conv2D(2, 3, activation="relu"), L.MaxPooling2D())
    return keras.Model(image, L.Dense(10)(L.Flatten()(block(image) * 2.0)))


def shared_layer() -> Any:
    image = keras.Input((8, 8, 1))
    block = sequential(L.Conv2D(1, 3, padding="same", activation="relu"))
    return keras.Model(image, L.Dense(10)(L.Flatten()(block(block(image)))))


@pytest.mark.parametrize(
    "make", [nested_sequential, functional_inside_sequential, sequential_inside_functional, shared_layer]
)
def test_models_as_layers_become_one_graph(make: Any) -> None:
    model = make()
    graph = flat_graph(model)
    assert not {"Sequential", "Functional"} & set(kinds_of(graph))
    assert not any(kind.startswith("Random") for kind in kinds_of(graph))
    np.testing.assert_allclose(
        outputs_of(graph, images()), np.asarray(model(images(), training=False)), atol=1e-5
    )


@pytest.mark.parametrize("axis", [None, -1, (1, 2, 3)])
@pytest.mark.parametrize("invert", [False, True])
def test_normalization_becomes_batch_normalization(axis: Any, invert: bool) -> None:
    normalization = L.Normalization(axis=axis, invert=invert)
    normalization.adapt(images(20) * 255 + 3)
    model = sequential(normalization, L.Flatten(), L.Dense(10))
    graph = flat_graph(model)
    assert "BatchNormalization" in kinds_of(graph)
    np.testing.assert_allclose(outputs_of(graph, images()), np.asarray(model(images())), rtol=1e-4, atol=1e-4)


def test_models_with_several_inputs_are_rejected() -> None:
    first, second = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    with pytest.raises(UserError, match="several inputs or outputs"):
        flat_graph(keras.Model([first, second], L.Dense(10)(L.Flatten()(first + second))))


def test_sigmoids_are_divided_by_their_sum(tmp_path: Any) -> None:
    from ai_edge_litert.interpreter import Interpreter

    model = sequential(L.Flatten(), L.Dense(10, activation="sigmoid"))
    graph, is_normalized = with_probabilities(flat_graph(model))
    assert is_normalized
    sigmoids = np.asarray(model(images()))
    wanted = sigmoids / sigmoids.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(outputs_of(graph, images()), wanted, atol=1e-6)
    # All sigmoids may be 0 in float32.
    model.layers[-1].bias.assign([-1000.0] * 10)
    graph, _ = with_probabilities(flat_graph(model))
    np.testing.assert_allclose(outputs_of(graph, images()), np.full((3, 10), 0.1), atol=1e-6)
    write_network(graph, tmp_path / "network.tflite")
    run = Interpreter(str(tmp_path / "network.tflite")).get_signature_runner()
    (name,) = run.get_input_details()
    outputs = run(**{name: images(1)})[describe_layers(graph)[-1].name]
    np.testing.assert_allclose(outputs, np.full((1, 10), 0.1), atol=1e-6)


@pytest.mark.parametrize("values", list(CONVERSIONS))
@pytest.mark.parametrize("first", [None, L.Rescaling(1 / 255), L.Rescaling([0.5], [-1.0])])
def test_conversions_of_the_input_are_exact(values: Values, first: Any) -> None:
    first = [] if first is None else [type(first).from_config(first.get_config())]
    model = sequential(*first, L.Flatten(), L.Dense(10))
    factor, offset = CONVERSIONS[values]
    graph = with_conversion(flat_graph(model), factor, offset, "converted")
    np.testing.assert_allclose(
        outputs_of(graph, images()), np.asarray(model(images() * factor + offset)), rtol=1e-4, atol=1e-4
    )
    assert kinds_of(graph).count("Rescaling") == (1 if first or values != "light" else 0)


def test_flat_inputs_get_a_reshape_and_no_other_layer() -> None:
    model = keras.Sequential([L.Input((64,)), L.Dense(10)])
    graph = with_image_input(flat_graph(model))
    assert kinds_of(graph) == ["InputLayer", "Reshape", "Dense"]
    np.testing.assert_allclose(
        outputs_of(graph, images()), np.asarray(model(images().reshape(3, 64))), atol=1e-6
    )
