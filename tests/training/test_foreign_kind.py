"""Tests of the sentences about files that are no Keras models."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.training.foreign_file import check_foreign


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return stream.getvalue()


def array() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.zeros(3))
    return stream.getvalue()


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("model.h5"))
    return stream.getvalue()


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n"
ARCHITECTURE = json.dumps({"class_name": "Sequential", "config": []}).encode()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.h5", LFS, "a Git LFS pointer and not the model itself; fetch the model with “git lfs pull”"),
        ("a.keras", b"\n<!DOCTYPE html><html></html>", "a web page; download the model file itself"),
        ("model.json", ARCHITECTURE, "the architecture of a model without its weights"),
        ("model.json", b'{"modelTopology": {}, "weightsManifest": []}', "a TensorFlow.js model"),
        ("model.json", b'{"a": 1}', "not a model saved by Keras"),
        ("a.ipynb", b'{"cells": []}', "a notebook; run it"),
        ("a.py", b"import keras", "a program; run it"),
        ("a.pth", zipped("archive/data.pkl", "archive/data/0"), "a PyTorch model"),
        ("a.pt", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "a PyTorch model"),
        ("a.pkl", b"\x80\x04\x95\x06\0\0\0\0\0\0\0]K\x01a.", "a pickle, which can run any code"),
        ("a.onnx", b"\x08\x07\x12\x07pytorch", "an ONNX model"),
        ("a.tflite", b"\x1c\0\0\0TFL3", "a converted network"),
        ("saved_model.pb", b"\x08\x01", "a SavedModel of TensorFlow"),
        ("a.zip", zipped("model/saved_model.pb"), "a SavedModel of TensorFlow"),
        ("a.zip", zipped("my/model.h5"), "an archive; unpack it"),
        ("a.tar", tar(), "an archive; unpack it"),
        ("a.npz", zipped("x.npy", "y.npy"), "contains arrays and no network"),
        ("a.npy", array(), "contains arrays and no network"),
        ("a.ckpt.data-00000-of-00001", b"\0\1", "a checkpoint with weights alone"),
        ("a.safetensors", b"\x10\0\0\0\0\0\0\0{}", "contains weights without a network"),
        ("a.keras", b"\x89PNG\r\n\x1a\n", "an image and not a model"),
        ("a.keras", b"", "is empty"),
    ],
)
def test_other_files_are_named(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    check_sentence(path, expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("saved_model.pb", "a SavedModel of TensorFlow"),
        ("config.json", "the folder of an unpacked .keras file"),
        ("card.json", "the folder of a model of this program"),
        ("checkpoint", "a checkpoint"),
        ("a.txt", "is a folder; choose"),
    ],
)
def test_folders_are_named(tmp_path: Path, content: str, expected: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / content).touch()
    check_sentence(folder, expected)


def check_sentence(path: Path, expected: str) -> None:
    with pytest.raises(UserError, match=expected) as caught:
        check_foreign(path)
    sentence = str(caught.value)
    assert sentence.startswith(path.name)
    assert sentence.endswith(".")
    assert len(sentence) < 200
