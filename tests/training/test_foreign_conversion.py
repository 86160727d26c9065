"""Keras models become models of the library that compute the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.training import foreign_conversion
from desktop_app.training.foreign_config import image_shape
from desktop_app.training.foreign_file import check_foreign, replace_config
from desktop_app.training.import_process import prepare_import
from tests.training.foreign_models import L, accept, digits, import_file, small


def network_of(folder):
    """Return the network of a model folder."""
    card = read_card(folder)
    return Network(card, read_network(folder, card))


def converted(model: Any, folder: Path) -> Any:
    """Convert a model in this process; return the Keras model of the folder."""
    path = folder / "original.keras"
    model.save(path)
    return converted_file(path, folder)


def converted_file(path: Path, folder: Path) -> Any:
    facts_of(path, folder)
    return keras.models.load_model(folder / "mine" / "model.keras", compile=False)


def facts_of(path: Path, folder: Path) -> Any:
    """Check and convert a file in this process, as the conversion process does."""
    replace_config(path, check_foreign(path))
    return foreign_conversion.convert_model(path, folder / "mine")


@pytest.mark.parametrize("name", ["plain.keras", "plain.h5"])
def test_imported_network_computes_the_same_as_keras(saved, tmp_path, name):
    folder = tmp_path / "library" / "mine"
    opened: list[Path] = []
    import_file(saved / name, folder, "My network", opened.append)
    assert list(folder.parent.iterdir()) == [folder]
    assert len(opened) == 1
    assert opened[0] != folder
    recognizer = open_recognizer(folder)
    info = recognizer.info
    assert (info.name, info.title, info.labels, info.rejects) == (
        "mine",
        "My network",
        tuple("0123456789"),
        False,
    )
    original = keras.models.load_model(saved / name, compile=False)
    everything = keras.Model(original.inputs, {layer.name: layer.output for layer in original.layers})
    model_input = np.random.default_rng(1).random((8, 8, 1)).astype(np.float32)
    wanted = everything(model_input[None], training=False)
    network = network_of(folder)
    probabilities, activations = network.run(model_input)
    for layer, value in wanted.items():
        np.testing.assert_allclose(activations[layer], np.asarray(value)[0], atol=1e-5)
    np.testing.assert_allclose(probabilities, np.asarray(wanted["answers"])[0], atol=1e-5)


def test_softmax_is_appended_to_logits(tmp_path):
    model = small(L.Flatten(), digits())
    made = converted(model, tmp_path)
    x = np.random.default_rng(1).random((3, 8, 8, 1)).astype(np.float32)
    sums = np.asarray(model(x), dtype=np.float64)
    wanted = np.exp(sums) / np.exp(sums).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(made(x), wanted, atol=1e-6)
    assert made.layers[-1].name == "probabilities"


@pytest.mark.parametrize(("scale", "offset"), [(1 / 255, 0.0), (1 / 127.5, -1.0)])
def test_rescaling_of_raw_images_is_adapted(tmp_path, scale, offset):
    model = small(L.Rescaling(scale, offset), L.Flatten(), digits(activation="softmax"))
    made = converted(model, tmp_path)
    x = np.random.default_rng(1).random((3, 8, 8, 1)).astype(np.float32)
    np.testing.assert_allclose(made(x), model(255 * x), atol=1e-5)


def test_other_rescaling_is_kept(tmp_path):
    model = small(L.Rescaling(2.0, -1.0), L.Flatten(), digits(activation="softmax"))
    x = np.random.default_rng(1).random((3, 8, 8, 1)).astype(np.float32)
    np.testing.assert_allclose(converted(model, tmp_path)(x), model(x), atol=1e-6)


@pytest.mark.parametrize(
    ("labels", "rejects"), [(("a", "b", "c"), False), (("a", "b"), True), (("cat", "dog", "bird"), False)]
)
def test_labels_of_outputs(tmp_path, labels, rejects):
    model = small(L.Flatten(), L.Dense(3, activation="softmax"))
    model.save(tmp_path / "three.keras")
    with prepare_import(tmp_path / "three.keras", tmp_path / "library") as found:
        assert (found.facts.labels, found.facts.accuracy) == ((), None)
        assert "enter the labels of its 3 outputs" in str(found.facts.sentences()[1])
        for wrong in ((), ("a",), ("cat", "dog"), ("a", "b", "c", "d")):
            with pytest.raises(UserError, match=r"labels \(\d\) differs from that of the outputs \(3\)"):
                found.add(tmp_path / "library" / "mine", "Mine", wrong, accept)
        found.add(tmp_path / "library" / "mine", "Mine", labels, accept)
    info = open_recognizer(tmp_path / "library" / "mine").info
    assert (info.labels, info.rejects) == (labels, rejects)
    assert list((tmp_path / "library").iterdir()) == [tmp_path / "library" / "mine"]


@pytest.mark.parametrize("shape", [(8, 8), (64,)])
def test_inputs_without_channels_are_reshaped(tmp_path, shape):
    model = small(L.Flatten(), L.Dense(5, activation="relu"), digits(activation="softmax"), shape=shape)
    made = converted(model, tmp_path)
    x = np.random.default_rng(1).random((3, 8, 8, 1)).astype(np.float32)
    np.testing.assert_allclose(made(x), model(x.reshape(3, *shape)), atol=1e-6)
    recognizer = open_recognizer(tmp_path / "mine")
    assert recognizer.info.input_shape == (8, 8, 1)
    probabilities, _ = network_of(tmp_path / "mine").run(x[0])
    np.testing.assert_allclose(probabilities, np.asarray(made(x))[0], atol=1e-6)


def test_shapes_other_than_square_images_raise_user_error():
    lengths = [(63,), (10**9,), (8, 8, 1, 1), ()]
    for shape in [*lengths, (7, 7), (8, 9), (8, 8, 2), (129, 129), (True, 8, 1), (None, None), "8"]:
        with pytest.raises(UserError, match="Inputs of shape"):
            image_shape(shape)
    assert image_shape([28, 28, 3]) == (28, 28, 3)
    assert image_shape((784,)) == image_shape([28, 28]) == (28, 28, 1)


def with_nan() -> Any:
    model = small(L.Flatten(), digits(activation="softmax"))
    model.layers[-1].bias.assign([np.nan] + [0.0] * 9)
    return model


def with_overflow() -> Any:
    model = small(L.Flatten(), digits())
    model.layers[-1].bias.assign([3e38] * 10)
    return small(*model.layers, L.Rescaling(1e6))


def large_activations() -> Any:
    shape = (128, 128, 1)
    return small(L.UpSampling2D(8), L.UpSampling2D(4), L.GlobalAveragePooling2D(), digits(), shape=shape)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (with_nan, "Weights of the layer answers are not finite numbers"),
        (with_overflow, "output of this network is not a number"),
        (large_activations, "values for one input, more than 16,000,000"),
        (
            lambda: small(L.Flatten(), digits(activation="tanh")),
            r"The output of this network \(tanh\) does not",
        ),
        (lambda: small(L.Flatten(), digits(), L.ReLU()), r"The output of this network \(ReLU\) does not"),
        (
            lambda: small(L.Conv2D(10, 3, activation="softmax")),
            r"The output image of 6×6×10 does not fit the input of 8×8×1",
        ),
        (lambda: small(L.Flatten(), L.Dense(1, activation="sigmoid")), "The number of outputs is 1;"),
    ],
)
def test_unsuitable_networks_raise_user_error(tmp_path, make, message):
    with pytest.raises(UserError, match=message):
        converted(make(), tmp_path)
    assert not (tmp_path / "mine").exists()


CIFAR = "airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck"


def small_convolutional() -> Any:
    """Return a network like that of Keras' CIFAR-10 example."""
    parts = [keras.Input((32, 32, 3))]
    for filters in (8, 12):
        parts += [
            keras.layers.Conv2D(filters, 3, padding="same"),
            keras.layers.Activation("relu"),
            keras.layers.Conv2D(filters, 3),
            keras.layers.Activation("relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Dropout(0.25),
        ]
    return keras.Sequential([*parts, keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])


def small_residual() -> Any:
    """Return a network like Keras' ResNet example for CIFAR-10."""
    x = inputs = keras.Input((32, 32, 3))
    for filters, strides in ((8, 1), (12, 2)):
        y = keras.layers.Conv2D(filters, 3, strides=strides, padding="same")(x)
        y = keras.layers.ReLU()(keras.layers.BatchNormalization()(y))
        y = keras.layers.BatchNormalization()(keras.layers.Conv2D(filters, 3, padding="same")(y))
        x = keras.layers.Conv2D(filters, 1, strides=strides, padding="same")(x)
        x = keras.layers.Activation("relu")(keras.layers.add([x, y]))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(pool_size=8)(x))
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


def small_mixer() -> Any:
    """Return a network like Keras' ConvMixer example, for inputs in 0..255."""

    def activated(x: Any) -> Any:
        return keras.layers.BatchNormalization()(keras.layers.Activation("gelu")(x))

    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Rescaling(scale=1.0 / 255)(inputs)
    x = activated(keras.layers.Conv2D(16, kernel_size=2, strides=2)(x))
    for _ in range(2):
        y = activated(keras.layers.DepthwiseConv2D(kernel_size=5, padding="same")(x))
        x = activated(keras.layers.Conv2D(16, kernel_size=1)(keras.layers.Add()([y, x])))
    x = keras.layers.GlobalAvgPool2D()(x)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


def small_normalized() -> Any:
    """Return a network with a Normalization layer adapted to values in 0..255."""
    normalization = keras.layers.Normalization()
    normalization.adapt(np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3)).astype(np.float32))
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Conv2D(8, 3, activation="relu")(normalization(inputs))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


@pytest.mark.parametrize(
    ("make", "largest"),
    [(small_convolutional, 1), (small_residual, 1), (small_mixer, 255), (small_normalized, 255)],
)
def test_colour_networks_with_words_as_labels_classify_images(
    make: Any, largest: float, tmp_path: Path, quick: None
) -> None:
    path, folder = tmp_path / "network.keras", tmp_path / "library" / "mine"
    model = make()
    model.compile("rmsprop", "categorical_crossentropy")
    model.save(path)
    with prepare_import(path, tmp_path / "library") as found:
        found.add(folder, "Mine", tuple(CIFAR.split(", ")), accept)
    recognizer = open_recognizer(folder)
    assert recognizer.info.task.kind == "picture"
    assert recognizer.info.labels == tuple(CIFAR.split(", "))
    pixels = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)
    reading = recognizer.read(picture_from_pixels(pixels, "noise"))
    expected = np.asarray(model(pixels[None].astype(np.float32) / 255 * largest))[0]
    np.testing.assert_allclose(list(reading.probabilities.values()), expected, atol=1e-4)
