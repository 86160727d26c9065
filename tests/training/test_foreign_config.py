"""The configuration in a file of a Keras model is checked before Keras builds it."""

from __future__ import annotations

import json
from typing import Any

import h5py
import numpy as np
import pytest

from tests.training.foreign_models import (
    CONFIG,
    WEIGHTS,
    archive_file,
    assert_user_error,
    edited,
    lambda_layer,
)


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


def embedding(layers: Any) -> None:
    layers[1]["class_name"] = "Embedding"
    layers[1]["config"] = {"name": "embedding", "input_dim": 100, "output_dim": 8}


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
        (embedding, "Embedding, which cannot be imported"),
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
