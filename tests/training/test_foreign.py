"""Tests of the validation and import of Keras model files."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.ink.image_file import picture_from_pixels
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.training import foreign_conversion, foreign_file, import_process
from desktop_app.training.foreign_config import image_shape
from desktop_app.training.foreign_file import check_foreign, replace_config
from desktop_app.training.import_process import prepare_import

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
L = keras.layers


def network_of(folder):
    """Return the network of a model folder."""
    card = read_card(folder)
    return Network(card, read_network(folder, card))


def small(*layers: Any, shape: tuple[int, ...] = (8, 8, 1), name: str = "small") -> Any:
    return keras.Sequential([L.Input(shape), *layers], name=name)


def digits(**options: Any) -> Any:
    return L.Dense(10, name="answers", **options)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the same trained network as plain.keras and plain.h5."""
    folder = tmp_path_factory.mktemp("saved")
    model = small(
        L.Conv2D(4, 3, activation="relu", kernel_regularizer="l2", name="conv"),
        L.MaxPooling2D(name="pool"),
        L.BatchNormalization(name="norm"),
        L.Dropout(0.5, seed=2**40, name="dropout"),
        L.Flatten(name="flat"),
        digits(activation="softmax"),
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(np.random.rand(8, 8, 8, 1), np.arange(8), verbose=0)  # noqa: NPY002 (seeded for every test)
    for suffix in ("keras", "h5"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("absl.logging.warning", lambda *_: None)
            model.save(folder / f"plain.{suffix}")
    return folder


@pytest.fixture
def parts(saved: Path) -> dict[str, bytes]:
    """The three members of plain.keras."""
    with zipfile.ZipFile(saved / "plain.keras") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_file(path: Path, parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def assert_user_error(path: Path, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        check_foreign(path)
    sentence = str(caught.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")


def test_files_saved_by_keras_are_valid(saved):
    for name in ("plain.keras", "plain.h5"):
        check_foreign(saved / name)


def test_format_does_not_depend_on_the_file_name(saved, tmp_path):
    renamed = tmp_path / "renamed.h5"
    renamed.write_bytes((saved / "plain.keras").read_bytes())
    check_foreign(renamed)


def test_training_configuration_is_ignored(parts, tmp_path):
    config = json.loads(parts[CONFIG])
    config["compile_config"] = {"loss": {"module": "mine", "class_name": "Loss", "registered_name": "Loss"}}
    check_foreign(archive_file(tmp_path / "a.keras", parts | {CONFIG: json.dumps(config).encode()}))


# --------------------------------------------------------------------------------------- the file


def test_other_files_raise_user_error(saved, tmp_path):
    assert_user_error(tmp_path, "is a folder; choose a .keras or .h5 file in it")
    assert_user_error(tmp_path / "missing.keras", "does not exist")
    os.mkfifo(tmp_path / "pipe.keras")
    assert_user_error(tmp_path / "pipe.keras", "not an ordinary file")
    text = tmp_path / "text.keras"
    text.write_text("no network")
    assert_user_error(text, "text.keras is not a model saved by Keras")


def test_too_large_file_raises_user_error(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_file, "LARGEST_FILE", 1000)
    assert_user_error(saved / "plain.keras", "larger than")


@pytest.mark.parametrize("name", ["plain.keras", "plain.h5"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.97])
def test_truncated_file_raises_user_error(saved, tmp_path, name, kept):
    data = (saved / name).read_bytes()
    part = tmp_path / name
    part.write_bytes(data[: int(len(data) * kept)])
    assert_user_error(part, "damaged")


@pytest.mark.parametrize(
    "extra", ["assets/words.txt", "../../.bashrc", "/etc/passwd", "model.pkl", "évil\n.py"]
)
def test_additional_member_raises_user_error(parts, tmp_path, extra):
    assert_user_error(
        archive_file(tmp_path / "a.keras", parts | {extra: b"x"}), "is not part of a Keras model"
    )


def test_missing_member_raises_user_error(parts, tmp_path):
    del parts[WEIGHTS]
    assert_user_error(archive_file(tmp_path / "a.keras", parts), "missing or duplicated")


def test_duplicate_member_raises_user_error(parts, tmp_path):
    path = archive_file(tmp_path / "a.keras", parts)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(CONFIG, b"{}")
    assert_user_error(path, "missing or duplicated")


def test_decompression_bomb_raises_user_error(parts, tmp_path):
    bomb = parts | {WEIGHTS: bytes(50_000_000)}
    path = archive_file(tmp_path / "a.keras", bomb, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    assert_user_error(path, "is compressed")


def test_wrong_declared_size_raises_user_error(parts, tmp_path):
    path = archive_file(tmp_path / "a.keras", parts)
    data = bytearray(path.read_bytes())
    # Change both sizes of the second entry in the directory at the end of the archive.
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    data[entry + 20 : entry + 28] = struct.pack("<II", 3_900_000, 3_900_000)
    path.write_bytes(data)
    assert_user_error(path, "damaged|too large")


def test_too_long_configuration_raises_user_error(parts, tmp_path):
    assert_user_error(
        archive_file(tmp_path / "a.keras", parts | {CONFIG: b" " * 4_000_001}), "config.json .* too large"
    )


# ------------------------------------------------------------------------------- the configuration


def edited(parts: dict[str, bytes], path: Path, edit: Any) -> Path:
    """Write the file with a changed configuration."""
    config = json.loads(parts[CONFIG])
    edit(config["config"]["layers"])
    return archive_file(path, parts | {CONFIG: json.dumps(config).encode()})


def lambda_layer(layers: Any) -> None:
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAA=="}}
    layers[1] |= {"class_name": "Lambda", "config": {"name": "a", "function": code}}


def with_module(layers: Any) -> None:
    layers[1] |= {"module": "os", "class_name": "Dense"}


def with_registered_name(layers: Any) -> None:
    layers[1]["registered_name"] = "Evil>Conv2D"


def hidden_function(layers: Any) -> None:
    layers[1]["config"]["activation"] = {"module": "builtins", "class_name": "function", "config": "eval"}


def numpy_object(layers: Any) -> None:
    layers[1]["config"]["kernel"] = {
        "class_name": "__numpy__",
        "config": {"value": [1], "dtype": "O"},
    }


def reads_files(layers: Any) -> None:
    layers[1] |= {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}}


def foreign_model(layers: Any) -> None:
    layers[1] |= {"class_name": "TFSMLayer", "config": {"filepath": "somewhere"}}


def list_as_class_name(layers: Any) -> None:
    layers[1]["class_name"] = ["Dense"]


def lambda_inside(layers: Any) -> None:
    lambda_layer(layers)
    layers[1] = {"module": "keras", "class_name": "Sequential", "config": {"layers": [layers[1]]}}


def keras_1(layers: Any) -> None:
    layers[1]["config"]["border_mode"] = "valid"


def many_inside(layers: Any) -> None:
    layers[1] = {"module": "keras", "class_name": "Sequential", "config": {"layers": [layers[1]] * 400}}


def wide(layers: Any) -> None:
    layers[-1]["config"]["units"] = 2**40
    layers[-1].pop("build_config", None)


def built_wide(layers: Any) -> None:
    layers[-1]["build_config"]["input_shape"] = [None, 900_000]
    layers[-1]["config"]["units"] = 9000


def not_a_number(layers: Any) -> None:
    layers[4]["config"]["rate"] = float("nan")


def many(layers: Any) -> None:
    layers += [layers[2]] * 400


def deep(layers: Any) -> None:
    inner: Any = 1
    for _ in range(60):
        inner = {"inner": inner}
    layers[1]["config"]["name_scope"] = inner


def half_precision(layers: Any) -> None:
    layers[1]["config"]["dtype"] = {"class_name": "DTypePolicy", "config": {"name": "int8_from_float32"}}


def slash_in_name(layers: Any) -> None:
    layers[1]["config"]["name"] = "../../conv"


def long_text(layers: Any) -> None:
    layers[1]["config"]["padding"] = "v" * 1000


def two_inputs(layers: Any) -> None:
    layers.insert(1, layers[0])


def no_input(layers: Any) -> None:
    layers[0]["config"]["batch_shape"] = None


def not_square(layers: Any) -> None:
    layers[0]["config"]["batch_shape"] = [None, 8, 28, 1]


def flat(layers: Any) -> None:
    layers[0]["config"]["batch_shape"] = [None, 785]


def huge_input(layers: Any) -> None:
    layers[0]["config"]["batch_shape"] = [None, 5000, 5000, 3]


def of_any_size(layers: Any) -> None:
    layers[0]["config"]["batch_shape"] = [None, None, None, 1]


def text_as_shape(layers: Any) -> None:
    layers[0]["config"]["batch_shape"] = "28"


def text_as_layers(layers: Any) -> None:
    layers[:] = ["Dense"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda_layer, "a Lambda layer, which runs arbitrary code"),
        (with_module, "Dense, which is not part of Keras"),
        (with_registered_name, "Conv2D, which is not part of Keras"),
        (hidden_function, "function, which is not part of Keras"),
        (numpy_object, "__numpy__, which cannot be imported"),
        (reads_files, "StringLookup, which cannot be imported"),
        (foreign_model, "TFSMLayer, which cannot be imported"),
        (list_as_class_name, "not Keras' own|cannot be imported"),
        (lambda_inside, "a Lambda layer, which runs arbitrary code"),
        (keras_1, "saved by Keras 1"),
        (many_inside, "layers, more than 300"),
        (wide, r"units of this network is 1.1e\+12; choose a number of at most 10,000"),
        (built_wide, "layer answers is too large"),
        (not_a_number, "rate of this network is nan"),
        (many, "407 layers, more than 300"),
        (deep, "nested too deeply"),
        (half_precision, "computes in int8_from_float32"),
        (slash_in_name, "cannot be used; use names of"),
        (long_text, "padding.* is too long"),
        (two_inputs, "several inputs"),
        (no_input, "input shape of this network is unknown"),
        (not_square, "Inputs of shape 8×28×1 are"),
        (flat, "Inputs of shape 785 "),
        (huge_input, "Inputs of shape 5,000×5,000×3 are"),
        (of_any_size, r"Inputs of shape \?×\?×1"),
        (text_as_shape, "Inputs of shape"),
        (text_as_layers, "not (contain )?a graph of layers"),
    ],
)
def test_unsafe_configurations_raise_user_error(parts, tmp_path, edit, message):
    assert_user_error(edited(parts, tmp_path / "a.keras", edit), message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{" * 100_000, "damaged"),
        (b"[" * 100_000 + b"]" * 100_000, "damaged"),
        (b"[]", "not (contain )?a graph of layers"),
        (b'{"class_name": "Sequential"}', "not (contain )?a graph of layers"),
        (b'{"class_name": "Dense", "config": {}}', "not (contain )?a graph of layers"),
        (b'{"class_name": "Sequential", "config": {"layers": [' + b"9" * 5000 + b"]}}", "damaged"),
        (b"\xff\xfe", "damaged"),
    ],
)
def test_invalid_configurations_raise_user_error(parts, tmp_path, text, message):
    assert_user_error(archive_file(tmp_path / "a.keras", parts | {CONFIG: text}), message)


def test_hdf5_files_are_checked_in_the_same_way(saved, tmp_path):
    for edit, message in ((lambda_layer, "Lambda"), (wide, "units"), (flat, "785")):
        path = tmp_path / "a.h5"
        path.write_bytes((saved / "plain.h5").read_bytes())
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            edit(config["config"]["layers"])
            file.attrs["model_config"] = json.dumps(config)
        assert_user_error(path, message)


def test_weights_without_configuration_raise_user_error(parts, tmp_path):
    path = tmp_path / "alone.h5"
    path.write_bytes(parts[WEIGHTS])
    assert_user_error(path, "weights without a network")
    with h5py.File(path, "w") as file:
        file["x_train"] = np.zeros((3, 784))
    assert_user_error(path, "data and no network")


# ------------------------------------------------------------------------------------- the weights


def linked_file(file: Any) -> None:
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")


def soft_link(file: Any) -> None:
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/conv2d/vars/0")


def other_data(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (10,), "f4", external=[("/etc/passwd", 0, 40)])


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((10,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (10,))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def objects(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", data=["a", "b"], dtype=h5py.string_dtype())


def records(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", data=np.zeros(2, [("a", "f4"), ("b", "i4")]))


def compressed(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (1000, 1000), "f4", compression="gzip")


def declared(file: Any) -> None:
    file.create_dataset("layers/dense/vars/0", (10**6, 10**6), "f4")


def nothing(file: Any) -> None:
    file["layers/dense/vars/0"] = h5py.Empty("f4")


def types(file: Any) -> None:
    file["layers/dense/vars/0"] = np.dtype("f4")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (linked_file, "weights 0 are in another file"),
        (soft_link, "weights 0 are a link"),
        (other_data, "are in another file"),
        (virtual, "are in another file"),
        (objects, "not plain numbers"),
        (records, "not plain numbers"),
        (compressed, "stored in chunks or compressed"),
        (declared, "weights .* are missing"),
        (nothing, "not plain numbers"),
        (types, "not an array of numbers"),
    ],
)
def test_weights_other_than_plain_arrays_raise_user_error(parts, tmp_path, edit, message):
    stream = io.BytesIO(parts[WEIGHTS])
    with h5py.File(stream, "r+") as file:
        del file["layers/dense/vars/0"]
        edit(file)
    assert_user_error(archive_file(tmp_path / "a.keras", parts | {WEIGHTS: stream.getvalue()}), message)


def test_circular_groups_are_read_once(parts, tmp_path):
    stream = io.BytesIO(parts[WEIGHTS])
    with h5py.File(stream, "r+") as file:
        file["layers/dense/back"] = file["layers"]
    check_foreign(archive_file(tmp_path / "a.keras", parts | {WEIGHTS: stream.getvalue()}))


def test_too_many_groups_raise_user_error(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop_app.training.foreign_weights._MOST_OBJECTS", 3)
    assert_user_error(archive_file(tmp_path / "a.keras", parts), "more than 3 parts")


# ---------------------------------------------------------------------------------- the conversion


def accept(folder: Path) -> None:
    """Accept the model."""


def import_file(path: Path, folder: Path, title: str = "Mine", try_out: Any = accept, **options: Any) -> None:
    """Import a file with the labels of digits."""
    with prepare_import(path, folder.parent, **options) as found:
        found.add(folder, title, tuple("0123456789"), try_out)


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


def random_images(*shape: int) -> Any:
    return np.random.default_rng(1).random((3, *(shape or (8, 8, 1)))).astype(np.float32)


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


# -------------------------------------------------------------------------- the conversion process

STARTED = "import os, pathlib; pathlib.Path(os.environ['TMPDIR'], 'started').touch()"
BUSY = f"{STARTED}\nfrom desktop_app.training import import_process; import_process._set_limits(0.5)"


@pytest.mark.parametrize(
    ("code", "seconds", "message"),
    [
        ("import threading; threading.Event().wait()", 1.0, "took too long"),
        (f"{STARTED}; import signal; os.kill(os.getpid(), signal.SIGKILL)", 60.0, "too much memory or time"),
        (f"{BUSY}\nwhile True: pass", 60.0, "too much memory or time"),
        (f"{BUSY}\nb = bytearray(10**10)", 60.0, "Keras cannot load plain.keras"),
        (f"{STARTED}; raise SystemExit(1)", 60.0, "Keras cannot load plain.keras"),
        ("raise SystemExit(1)", 60.0, "could not start"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 60.0, "could not start"),
    ],
)
def test_failed_process_leaves_no_files(saved, tmp_path, monkeypatch, code, seconds, message):
    monkeypatch.setattr(import_process, "TIMEOUT", seconds)
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code])
    folder = tmp_path / "library" / "mine"
    with pytest.raises(UserError, match=message):
        import_file(saved / "plain.keras", folder)
    assert list(folder.parent.iterdir()) == []


def test_cancelled_conversion_leaves_no_files(saved, tmp_path, monkeypatch):
    code = "import pathlib, sys, threading; pathlib.Path(sys.argv[1]).touch(); threading.Event().wait()"
    begun, folder = tmp_path / "begun", tmp_path / "library" / "mine"
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code, str(begun)])
    with pytest.raises(Stopped):
        import_file(saved / "plain.keras", folder, should_stop=begun.exists)
    assert list(folder.parent.iterdir()) == []


def test_a_crash_on_windows_is_no_damaged_file(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", STARTED])
    monkeypatch.setattr(subprocess.Popen, "wait", crashed := wait_for(0xC0000005))
    with pytest.raises(UserError, match="was not imported"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")
    assert crashed.calls


def wait_for(code: int) -> Any:
    """Popen.wait with an exit code that only Windows gives."""
    real = subprocess.Popen.wait

    def wait(process: Any, timeout: float | None = None) -> int:
        real(process, timeout)
        wait.calls += 1  # type: ignore[attr-defined]
        return code

    wait.calls = 0  # type: ignore[attr-defined]
    return wait


def test_a_process_that_the_system_does_not_start_is_said(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(import_process, "_command", lambda *_: [str(tmp_path / "missing")])
    with pytest.raises(UserError, match="could not start"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")


@pytest.mark.parametrize("platform", ["darwin", "linux"])
def test_limits_that_the_system_refuses_are_done_without(monkeypatch, platform):
    import resource

    asked = []

    def refuse(kind: int, limits: tuple[int, int]) -> None:
        asked.append(kind)
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(sys, "platform", platform)
    import_process._set_limits(10)  # noqa: SLF001
    assert (resource.RLIMIT_AS in asked) == (platform == "linux")
    assert {resource.RLIMIT_CPU, resource.RLIMIT_CORE} <= set(asked)


def test_error_of_the_process_is_raised(parts, tmp_path):
    path = edited(parts, tmp_path / "a.keras", lambda_layer)
    folder = tmp_path / "library" / "mine"
    with pytest.raises(UserError, match="Lambda layer, which runs arbitrary code; build it without"):
        import_file(path, folder)
    assert list(folder.parent.iterdir()) == []


def test_process_has_limits_and_a_clean_environment(saved, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    code = (
        "import os, sys, resource as r; from desktop_app.training import import_process;"
        "import_process._set_limits(import_process.TIMEOUT);"
        "ok = 'SECRET' not in os.environ and os.environ['KERAS_BACKEND'] == 'tensorflow'"
        " and sys.stdin.read() == '' and r.getrlimit(r.RLIMIT_AS)[0] <= import_process._MEMORY"
        " and r.getrlimit(r.RLIMIT_CPU)[0] <= import_process.TIMEOUT + 60"
        " and 'tensorflow' not in sys.modules;"
        "raise SystemExit(1 if ok else 2)"
    )
    wait = subprocess.Popen.wait
    codes = set()

    def record_code(*args: Any) -> Any:
        codes.add(wait(*args))
        return wait(*args)

    monkeypatch.setattr(subprocess.Popen, "wait", record_code)
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code])
    with pytest.raises(UserError):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")
    assert codes == {1}


@pytest.fixture
def quick(monkeypatch):
    """Convert in this process, which has imported Keras."""
    monkeypatch.setattr(import_process, "_run", lambda _, command, *__: import_process.main(command[3:]))
    monkeypatch.setattr(import_process, "_set_limits", lambda _: None)


def test_existing_model_is_not_overwritten(saved, tmp_path, quick):
    folder = tmp_path / "mine"
    folder.mkdir()
    with pytest.raises(UserError, match="already a model called mine"):
        import_file(saved / "plain.keras", folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_model_that_cannot_be_opened_is_not_kept(saved, tmp_path, quick):
    def refuse(folder: Path) -> None:
        raise UserError("No.")

    with pytest.raises(UserError, match="No"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine", try_out=refuse)
    assert list((tmp_path / "library").iterdir()) == []


def test_unwritable_library_raises_user_error(saved, tmp_path):
    (tmp_path / "library").write_text("in the way")
    with pytest.raises(UserError, match="cannot be added to the library"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")


# ------------------------------------------------------------------------------- colour networks


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
