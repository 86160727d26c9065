"""Tests of the export of Keras models as model folders and HDF5 files."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.paths import models_dir
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.task import Task
from desktop_app.training.describe import as_graph, describe_layers, weights_of
from desktop_app.training.export import CardFacts, export_model, save_as_h5, save_keras
from desktop_app.training.fit import new_network

TASK = Task(height=8, width=8, labels=("yes", "no"))
INFO = CardFacts("mine", "Mine", TASK)


def image(*shape: int | None) -> Any:
    return keras.layers.Input(shape or (8, 8, 1), name="image")


def answers(x: Any) -> Any:
    return keras.layers.Dense(2, activation="softmax", name="answers")(keras.layers.Flatten(name="flat")(x))


def used_twice() -> Any:
    x = image()
    twice = keras.layers.Conv2D(1, 3, padding="same", name="twice")
    return keras.Model(x, answers(twice(twice(x))))


def with_nested_model() -> Any:
    x = image()
    inner = keras.Sequential([keras.layers.Conv2D(2, 3)], name="inner")
    return keras.Model(x, answers(inner(x)))


def of_any_size() -> Any:
    x = image(None, None, 1)
    y = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(2, 3)(x))
    return keras.Model(x, keras.layers.Softmax()(y))


def with_two_inputs() -> Any:
    x, y = image(), keras.layers.Input((8, 8, 1), name="other")
    return keras.Model([x, y], answers(keras.layers.Add()([x, y])))


def with_two_outputs() -> Any:
    x = image()
    return keras.Model(x, [answers(x), keras.layers.Flatten()(x)])


def with_a_layer_of_several_outputs() -> Any:
    x = image(8, 8)
    return keras.Model(x, answers(keras.layers.LSTM(4, return_state=True, name="several")(x)[1]))


def channels_first() -> Any:
    x = image(1, 8, 8)
    return keras.Model(x, answers(keras.layers.MaxPooling2D(data_format="channels_first", name="first")(x)))


class Subclassed(keras.Model):
    """A model with a call method."""

    def call(self, inputs: Any) -> Any:
        return inputs


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (used_twice, "twice is used more than once"),
        (with_nested_model, "inner is a model"),
        (of_any_size, "no fixed size"),
        (with_two_inputs, "several inputs or outputs"),
        (with_two_outputs, "several inputs or outputs"),
        (with_a_layer_of_several_outputs, "several has several outputs"),
        (channels_first, "first has its channels first"),
        (Subclassed, "functional API"),
        (lambda: keras.Sequential([keras.layers.Dense(2)]), "functional API"),
    ],
)
def test_other_models_raise_user_error(make: Callable[[], Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message):
        export_model(make(), INFO, tmp_path / "mine")
    assert list(tmp_path.iterdir()) == []


def test_wrong_number_of_labels_raises_user_error(tmp_path: Path) -> None:
    x = image()
    with pytest.raises(UserError, match=r"outputs of this model \(2\) differs from that of its labels \(3\)"):
        export_model(
            keras.Model(x, answers(x)),
            CardFacts("mine", "Mine", replace(TASK, rejects=True)),
            tmp_path / "mine",
        )


def test_sequential_model_is_exported_without_recipe(tmp_path: Path) -> None:
    model = keras.Sequential(name="sequential")
    model.add(keras.layers.Input((8, 8, 1), name="image"))
    for layer in (
        keras.layers.Conv2D(3, 3, activation=keras.layers.LeakyReLU(), name="conv"),
        keras.layers.Flatten(name="flat"),
        keras.layers.Dropout(0.5, name="dropout"),
        keras.layers.Dense(2, activation="softmax", name="answers"),
    ):
        model.add(layer)
    export_model(model, INFO, tmp_path / "mine")
    assert not (tmp_path / "mine" / "recipe.json").exists()
    card = read_card(tmp_path / "mine")
    assert (card.name, card.title, card.labels, card.data) == ("mine", "Mine", ("yes", "no"), ())
    assert [layer.name for layer in card.info.layers] == ["image", "conv", "flat", "dropout", "answers"]
    # An activation with options is stored as its class name.
    assert card.info.layer("conv").options["activation"] == "LeakyReLU"
    np.testing.assert_array_equal(
        read_weights(tmp_path / "mine", card)["conv/kernel"], model.get_layer("conv").kernel
    )
    inputs = np.random.default_rng(0).random((3, 8, 8, 1), dtype=np.float32)
    network = Network(card, read_network(tmp_path / "mine", card))
    np.testing.assert_allclose(network.predict(inputs), np.asarray(model(inputs)), atol=1e-6)


def test_weights_of_nested_layers_have_different_names() -> None:
    x = image(8, 8)
    graph = as_graph(keras.Model(x, answers(keras.layers.MultiHeadAttention(2, 4, name="heads")(x, x))))
    weights = weights_of(graph)
    assert weights["heads/query/kernel"].shape == (8, 2, 4)
    assert weights["heads/value/bias"].shape == (2, 4)
    assert sum(weight.size for weight in weights.values()) == graph.count_params()
    assert sum(layer.trainable for layer in describe_layers(graph)) == graph.count_params()


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_failed_save_keeps_existing_file(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = image()
    model, path = keras.Model(x, answers(x)), tmp_path / f"mine{suffix}"
    save_keras(model, path)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras.Model, "save", full)
    with pytest.raises(UserError, match="cannot be saved"):
        save_keras(model, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    loaded = keras.models.load_model(path, compile=False)
    np.testing.assert_array_equal(loaded.get_layer("answers").kernel, model.get_layer("answers").kernel)


@pytest.mark.parametrize("year", [1979, 2108])
def test_dates_that_keras_files_cannot_have_raise_user_error(
    year: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = image()
    model, path = keras.Model(x, answers(x)), tmp_path / "mine.keras"
    wrong = time.struct_time((year, 1, 2, 3, 4, 5, 0, 2, 0))
    monkeypatch.setattr(time, "localtime", lambda *_: wrong)
    with pytest.raises(UserError, match=f"is in the year {year}; set the date and time"):
        save_keras(model, path)
    save_keras(model, path.with_suffix(".h5"))
    assert list(tmp_path.iterdir()) == [path.with_suffix(".h5")]


KINDS = ("pooled", "normalized", "depthwise", "residual", "colour", "named")


@pytest.mark.parametrize("kind", KINDS)
def test_keras_computes_the_same_from_hdf5_file(
    kind: str, odd_model: Callable[[str], Path], tmp_path: Path
) -> None:
    folder, path = odd_model(kind), tmp_path / "there" / "mine.h5"
    save_as_h5(folder, path)
    card = read_card(folder)
    inputs = np.random.default_rng(0).random((4, *card.info.input_shape), dtype=np.float32)
    expected = Network(card, read_network(folder, card)).predict(inputs)
    for file in (path, folder / "model.keras"):
        outputs = np.asarray(keras.models.load_model(file, compile=False)(inputs))
        np.testing.assert_allclose(outputs, expected, atol=1e-4)
    assert [file.name for file in path.parent.iterdir()] == ["mine.h5"]


def test_saving_a_shipped_model_as_hdf5_causes_no_warning(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        save_as_h5(models_dir() / "dense", tmp_path / "dense.h5")
    assert (tmp_path / "dense.h5").stat().st_size > 100_000


def test_model_that_hdf5_cannot_represent_raises_user_error(
    odd_model: Callable[[str], Path], tmp_path: Path
) -> None:
    path = tmp_path / "mine.h5"
    path.write_bytes(b"existing")
    with pytest.raises(UserError, match=r"cannot store all of this network; save it as \.keras"):
        save_as_h5(odd_model("unknown"), path)
    assert path.read_bytes() == b"existing"


def damage(folder: Path, kind: str) -> None:
    if kind == "no card":
        (folder / "card.json").unlink()
    elif kind == "no model":
        (folder / "model.keras").unlink()
    elif kind == "other card":
        (folder / "card.json").write_text("[]", encoding="utf-8")
    elif kind == "other model":
        (folder / "model.keras").write_bytes(b"another")
    else:
        card = json.loads((folder / "card.json").read_bytes())
        (folder / "model.keras").write_bytes(b"no archive")
        card["files"]["model.keras"] = hashlib.sha256(b"no archive").hexdigest()
        (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


@pytest.mark.parametrize("kind", ["no card", "no model", "other card", "other model", "no archive"])
def test_model_that_differs_from_its_card_is_not_saved(
    kind: str, odd_model: Callable[[str], Path], tmp_path: Path
) -> None:
    folder, path = Path(shutil.copytree(odd_model("named"), tmp_path / "named")), tmp_path / "mine.h5"
    path.write_bytes(b"existing")
    damage(folder, kind)
    with pytest.raises(UserError, match="train or import it again"):
        save_as_h5(folder, path)
    assert path.read_bytes() == b"existing"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file size limit")
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_full_disk_keeps_existing_file(suffix: str, odd_model: Callable[[str], Path], tmp_path: Path) -> None:
    import resource

    model, path = keras.models.load_model(odd_model("pooled") / "model.keras"), tmp_path / f"mine{suffix}"
    path.write_bytes(b"existing")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(UserError, match=r"mine.* cannot be saved: .*; choose another folder"):
            save_keras(model, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"existing"
    assert list(tmp_path.iterdir()) == [path]


def test_network_for_colour_pictures_is_exported_and_used(tmp_path: Path) -> None:
    task = Task("picture", 8, 12, 3, "fit", ("dark", "light"))
    x = keras.layers.Input(task.input_shape, name="image")
    model = keras.Model(x, answers(x))
    export_model(model, CardFacts("pictures", "Pictures", task), tmp_path / "pictures")
    recognizer = open_recognizer(tmp_path / "pictures")
    assert recognizer.info.task == task
    page = Picture(np.full((30, 30, 3), 90, np.uint8), np.zeros((30, 30), np.float32))
    observation = recognizer.observe(page)
    assert observation.prepared is not None
    assert observation.image is None
    assert observation.reading is not None
    expected = np.asarray(model(observation.prepared.model_input[None]))[0]
    np.testing.assert_allclose(list(observation.reading.probabilities.values()), expected, atol=1e-5)
    assert recognizer.read(Ink()).verdict is Verdict.NO_INK


def test_network_with_image_output_is_exported_and_used(tmp_path: Path) -> None:
    task = Task("restoration", 8, 8, 1, "reduce", (), scale=2)
    x = image()
    same = keras.layers.Conv2D(1, 1, kernel_initializer="ones", name="same")(x)
    model = keras.Model(x, keras.layers.UpSampling2D(2, name="larger")(same))
    export_model(model, CardFacts("larger", "Larger", task), tmp_path / "larger")
    recognizer = open_recognizer(tmp_path / "larger")
    page = Picture(np.full((30, 30, 3), 90, np.uint8), np.zeros((30, 30), np.float32))
    observation = recognizer.observe(page)
    assert observation.reading is None
    assert observation.image is not None
    np.testing.assert_allclose(observation.image, np.full((16, 16, 1), 90 / 255), atol=1e-6)
    assert recognizer.observe(Ink()).image is None
    with pytest.raises(UserError, match="Larger outputs images, not labels"):
        recognizer.read(page)


def test_networks_with_several_upsampling_layers_are_exported_and_used(tmp_path: Path) -> None:
    recipe = zoo_entry("super-resolution-autoencoder").recipe
    model = new_network(recipe)
    export_model(model, CardFacts("larger", "Larger", recipe.task), tmp_path / "larger")
    inputs = np.random.default_rng(1).random((3, 14, 14, 1), np.float32)
    outputs = open_recognizer(tmp_path / "larger").predict(inputs)
    np.testing.assert_allclose(outputs, np.asarray(model(inputs)), atol=1e-5)
    # The exported Keras model is unchanged.
    loaded = keras.saving.load_model(tmp_path / "larger" / "model.keras", compile=False)
    np.testing.assert_allclose(np.asarray(loaded(inputs)), outputs, atol=1e-5)
