"""Tests of model files that other versions of Keras wrote, made by rewriting the configuration of a file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.training.foreign_file import check_foreign, replace_config

L = keras.layers
Config = dict[str, Any]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the same network as plain.keras and plain.h5."""
    folder = tmp_path_factory.mktemp("saved")
    model = keras.Sequential(
        [
            L.Input((8, 8, 1)),
            L.DepthwiseConv2D(3, depth_multiplier=2, activation="relu", name="depthwise"),
            L.BatchNormalization(name="norm"),
            L.LeakyReLU(0.25, name="leaky"),
            L.Flatten(name="flat"),
            L.Dense(10, activation="softmax", kernel_regularizer="l2", name="answers"),
        ],
        name="small",
    )
    for suffix in ("keras", "h5"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("absl.logging.warning", lambda *_: None)
            model.save(folder / f"plain.{suffix}")
    return folder


def edited_copy(source: Path, target: Path, edit: Callable[[Config], None]) -> Path:
    """Copy a model file with a changed configuration."""
    data = source.read_bytes()
    target.write_bytes(data)
    if source.suffix == ".h5":
        with h5py.File(target, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            edit(config)
            file.attrs["model_config"] = json.dumps(config)
        return target
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    edit(config)
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in (parts | {"config.json": json.dumps(config).encode()}).items():
            archive.writestr(name, part)
    return target


def options_of(config: Config) -> dict[str, Config]:
    return {layer["config"]["name"]: layer["config"] for layer in config["config"]["layers"]}


def without_input_layer(config: Config) -> None:
    first, *others = config["config"]["layers"]
    others[0]["config"]["batch_input_shape"] = first["config"]["batch_shape"]
    config["config"]["layers"] = others


def as_list(config: Config) -> None:
    without_input_layer(config)
    config["config"] = config["config"]["layers"]


def with_build_shape_only(config: Config) -> None:
    del config["config"]["layers"][0]
    config["config"]["build_input_shape"] = [32, 8, 8, 1]


def with_old_shape_of_input(config: Config) -> None:
    options = config["config"]["layers"][0]["config"]
    options["batch_input_shape"] = options.pop("batch_shape")


def with_fixed_batch(config: Config) -> None:
    config["config"]["layers"][0]["config"]["batch_shape"] = [16, 8, 8, 1]


def with_float_policy(config: Config) -> None:
    for layer in config["config"]["layers"]:
        layer["config"]["dtype"] = {
            "module": "keras",
            "class_name": "FloatDTypePolicy",
            "config": {"name": "float32"},
            "registered_name": None,
        }


def with_old_policy(config: Config) -> None:
    for layer in config["config"]["layers"]:
        layer["config"]["dtype"] = {"class_name": "Policy", "config": {"name": "mixed_float16"}}


def with_precision_of_initializers(config: Config) -> None:
    initializer = {"class_name": "VarianceScaling", "config": {"distribution": "normal", "dtype": "float32"}}
    options_of(config)["answers"]["kernel_initializer"] = initializer


def with_own_regularizer(config: Config) -> None:
    options_of(config)["answers"]["kernel_regularizer"] = {
        "module": "mine",
        "class_name": "Mine",
        "config": {},
    }


def with_names_of_tensorflow(config: Config) -> None:
    options_of(config)["answers"]["activation"] = "softmax_v2"
    options_of(config)["depthwise"]["activation"] = {
        "module": "builtins",
        "class_name": "function",
        "config": "relu",
        "registered_name": "function",
    }


def with_renamed_class(config: Config) -> None:
    layer = next(layer for layer in config["config"]["layers"] if layer["config"]["name"] == "norm")
    layer["class_name"] = "BatchNormalizationV1"
    layer["config"] |= {"axis": [3], "renorm": False, "virtual_batch_size": None}


def with_array_as_number(config: Config) -> None:
    options_of(config)["leaky"]["negative_slope"] = {"type": "ndarray", "value": 0.25}


def with_unused_options(config: Config) -> None:
    options_of(config)["depthwise"] |= {"groups": 1, "kernel_initializer": None, "future": None}
    options_of(config)["answers"] |= {"quantization_config": None, "future": False}


def with_old_modules(config: Config) -> None:
    if "module" in config:
        config["module"] = "keras.src.engine.sequential"
        for layer in config["config"]["layers"]:
            layer["module"] = "keras.src.layers.core"


@pytest.mark.parametrize("suffix", ["h5", "keras"])
@pytest.mark.parametrize(
    "edit",
    [
        without_input_layer,
        as_list,
        with_build_shape_only,
        with_old_shape_of_input,
        with_fixed_batch,
        with_float_policy,
        with_old_policy,
        with_precision_of_initializers,
        with_own_regularizer,
        with_names_of_tensorflow,
        with_renamed_class,
        with_array_as_number,
        with_unused_options,
        with_old_modules,
    ],
)
def test_files_of_other_versions_compute_the_same(
    saved: Path, tmp_path: Path, suffix: str, edit: Callable[[Config], None]
) -> None:
    path = edited_copy(saved / f"plain.{suffix}", tmp_path / f"a.{suffix}", edit)
    replace_config(path, check_foreign(path))
    loaded, original = (
        keras.models.load_model(file, compile=False) for file in (path, saved / f"plain.{suffix}")
    )
    assert loaded.inputs[0].shape == (None, 8, 8, 1)
    x = np.random.default_rng(1).random((3, 8, 8, 1)).astype(np.float32)
    np.testing.assert_allclose(loaded(x), original(x), atol=1e-6)


def test_files_of_keras_1_are_named(saved: Path, tmp_path: Path) -> None:
    def edit(config: Config) -> None:
        options_of(config)["answers"]["output_dim"] = 10

    with pytest.raises(UserError, match="saved by Keras 1"):
        check_foreign(edited_copy(saved / "plain.h5", tmp_path / "a.h5", edit))
