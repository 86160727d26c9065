"""Keras models in files, and their import."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import pytest

from desktop_app.core.errors import UserError
from desktop_app.training.foreign_file import check_foreign
from desktop_app.training.import_process import prepare_import

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"

L = keras.layers


def small(*layers: Any, shape: tuple[int, ...] = (8, 8, 1), name: str = "small") -> Any:
    return keras.Sequential([L.Input(shape), *layers], name=name)


def digits(**options: Any) -> Any:
    return L.Dense(10, name="answers", **options)


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


def edited(parts: dict[str, bytes], path: Path, edit: Any) -> Path:
    """Write the file with a changed configuration."""
    config = json.loads(parts[CONFIG])
    edit(config["config"]["layers"])
    return archive_file(path, parts | {CONFIG: json.dumps(config).encode()})


def lambda_layer(layers: Any) -> None:
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAA=="}}
    layers[1] |= {"class_name": "Lambda", "config": {"name": "a", "function": code}}


def accept(folder: Path) -> None:
    """Accept the model."""


def import_file(path: Path, folder: Path, title: str = "Mine", try_out: Any = accept, **options: Any) -> None:
    """Import a file with the labels of digits."""
    with prepare_import(path, folder.parent, **options) as found:
        found.add(folder, title, tuple("0123456789"), try_out)
