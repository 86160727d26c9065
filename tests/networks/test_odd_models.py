"""Tests of exported models with many kinds of layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.ink.strokes import Ink
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.reading import Verdict
from tests.odd_models import ODD_MODELS

SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)]])


def keras_model(folder: Path) -> Any:
    import keras

    return keras.models.load_model(folder / "model.keras", safe_mode=True, compile=False)


@pytest.mark.parametrize("name", ODD_MODELS)
def test_activations_equal_those_of_keras(odd_model: Callable[[str], Path], name: str) -> None:
    import keras

    folder = odd_model(name)
    recognizer = open_recognizer(folder)
    observation = recognizer.observe(SEVEN)
    assert observation.prepared is not None
    model = keras_model(folder)
    outputs = keras.Model(model.inputs, [operation.output for operation in model.operations])(
        observation.prepared.model_input[None]
    )
    assert list(observation.activations) == [operation.name for operation in model.operations]
    for layer, output in zip(recognizer.info.layers, outputs, strict=True):
        expected = np.asarray(output)[0]
        assert layer.shape == expected.shape
        np.testing.assert_allclose(
            observation.activations[layer.name], expected, atol=4e-5, err_msg=layer.name
        )


@pytest.mark.parametrize("name", ODD_MODELS)
def test_card_equals_the_keras_model(odd_model: Callable[[str], Path], name: str) -> None:
    folder = odd_model(name)
    info = open_recognizer(folder).info
    model = keras_model(folder)
    counts = {
        layer.name: (
            sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights),
            sum(int(np.prod(w.shape)) for w in layer.non_trainable_weights if "seed" not in w.name),
        )
        for layer in model.layers
    }
    by_name = {layer.name: layer for layer in info.layers}
    assert {name: (by_name[name].trainable, by_name[name].fixed) for name in counts} == counts
    assert {name: by_name[name].kind for name in counts} == {
        layer.name: type(layer).__name__ for layer in model.layers
    }


@pytest.mark.parametrize("name", ODD_MODELS)
def test_weights_of_all_layers_are_stored(odd_model: Callable[[str], Path], name: str) -> None:
    folder = odd_model(name)
    recognizer = open_recognizer(folder)
    weights = read_weights(folder, recognizer.card)
    expected = {
        f"{layer.name}/{weight.name}": np.asarray(weight)
        for layer in keras_model(folder).layers
        for weight in layer.weights
        if weight.name != "seed_generator_state"
    }
    assert weights.keys() == expected.keys()
    for key, weight in expected.items():
        np.testing.assert_array_equal(weights[key], weight)


@pytest.mark.parametrize("name", ODD_MODELS)
def test_predict_equals_keras_and_run(odd_model: Callable[[str], Path], name: str) -> None:
    folder = odd_model(name)
    card = read_card(folder)
    network = Network(card, read_network(folder, card))
    inputs = np.random.default_rng(0).random((19, *card.info.input_shape), dtype=np.float32)
    outputs = network.predict(inputs)
    np.testing.assert_allclose(outputs, np.asarray(keras_model(folder)(inputs)), atol=1e-5)
    np.testing.assert_allclose(outputs[-1], network.run(inputs[-1])[0], atol=1e-6)


def test_several_inputs_keep_their_order(odd_model: Callable[[str], Path]) -> None:
    info = open_recognizer(odd_model("residual")).info
    assert info.layer("add1").inputs == ("conv1", "stem")
    assert info.layer("concatenate3").inputs == ("multiply3", "elu1")
    assert info.layer("padding").options["padding"] == [[2, 1], [0, 3]]
    assert info.layer("leaky").options["negative_slope"] == pytest.approx(0.2)
    assert info.layer("conv2").options["activation"] == "silu"


def test_operations_that_are_not_layers_have_a_prefix(odd_model: Callable[[str], Path]) -> None:
    kinds = {layer.kind for layer in open_recognizer(odd_model("unknown")).info.layers}
    assert "ops.Multiply" in kinds


def test_ink_has_the_same_value_in_all_channels(odd_model: Callable[[str], Path]) -> None:
    observation = open_recognizer(odd_model("colour")).observe(SEVEN)
    image = observation.activations["input"]
    assert image.shape == (32, 32, 3)
    assert (image == image[..., :1]).all()
    assert observation.activations["sequence"].shape == (64, 24)


def test_network_that_does_not_reject_always_has_a_label(odd_model: Callable[[str], Path]) -> None:
    recognizer = open_recognizer(odd_model("named"))
    reading = recognizer.read(SEVEN)
    assert reading.verdict in (Verdict.READ, Verdict.UNSURE)
    assert tuple(reading.probabilities) == ("yes", "no")
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reading.label == max(reading.probabilities, key=lambda label: reading.probabilities[label])
