"""Tests of MATLAB files, written by SciPy as MATLAB writes them."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from contextlib import suppress

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from tests.user_errors import user_error

scipy_io = pytest.importorskip("scipy.io")


@pytest.fixture
def saved(tmp_path):
    """Function that saves variables as a .mat file."""

    def saved(name="digits.mat", compressed=True, **variables):
        scipy_io.savemat(tmp_path / name, variables, do_compression=compressed)
        return tmp_path / name

    return saved


@pytest.fixture(scope="module")
def colours():
    """Twelve images in colour, uint8 (12, 32, 32, 3)."""
    return np.random.default_rng(2).integers(0, 256, (12, 32, 32, 3)).astype(np.uint8)


def matrix(shape, kind=9, count=None, body=b"", name=b"X"):
    """An uncompressed matrix of doubles with any shape and number of bytes."""
    axes = struct.pack(f"<{len(shape)}i", *shape)
    axes = struct.pack("<2I", 5, len(axes)) + axes + bytes(-len(axes) % 8)
    names = struct.pack("<2I", 1, len(name)) + name + bytes(-len(name) % 8)
    count = len(body) if count is None else count
    data = struct.pack("<2I", kind, count) + body
    content = struct.pack("<4I", 6, 8, 6, 0) + axes + names + data
    return struct.pack("<2I", 14, len(content) + count - len(body)) + content


def mat(*elements, version=0x0100):
    return b"MATLAB 5.0".ljust(124) + struct.pack("<H", version) + b"IM" + b"".join(elements)


def compressed(content):
    packed = zlib.compress(content)
    return struct.pack("<2I", 15, len(packed)) + packed


# ------------------------------------------------------------------------------------------ reading


@pytest.mark.parametrize("packed", [True, False])
def test_svhn_is_read_with_its_test_part(saved, opened, colours, packed):
    labels = np.array([10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1], np.uint8)[:, None]
    path = saved("train_32x32.mat", packed, X=colours.transpose(1, 2, 3, 0), y=labels)
    saved("test_32x32.mat", packed, X=colours[:5].transpose(1, 2, 3, 0), y=labels[:5])
    source = opened(path)
    assert np.array_equal(source.images, np.concatenate([colours, colours[:5]]))
    assert source.labels[:12].tolist() == ["0", *"123456789", "0", "1"]
    assert source.is_test.tolist() == [False] * 12 + [True] * 5


def test_emnist_is_read_with_its_characters(saved, opened, images):
    flat = np.pad(images[..., 0], ((0, 0), (9, 9), (9, 10))).reshape(12, 784)
    mapping = np.array([[0, 48], [1, 65], [2, 97]])
    codes = (np.arange(12) % 3).astype(float)[:, None]
    parts = {
        part: {"images": flat[rows], "labels": codes[rows], "writers": codes[rows]}
        for part, rows in (("train", slice(0, 8)), ("test", slice(8, 12)))
    }
    source = opened(saved(dataset=parts | {"mapping": mapping}))
    assert np.array_equal(source.images[..., 0].reshape(12, 784), flat)
    assert source.labels.tolist() == ["0", "A", "a"] * 4
    assert source.is_test.tolist() == [False] * 8 + [True] * 4


CASES = {
    "X, y": lambda x, y: {"X": x.reshape(len(x), -1) / 255, "y": y[:, None].astype(float)},
    "MNIST original": lambda x, y: {"data": x.reshape(len(x), -1).T, "label": y[None]},
    "USPS": lambda x, y: {
        "train_patterns": x.reshape(len(x), -1).T / 127.5 - 1,
        "train_labels": 2.0 * np.eye(10)[y].T - 1,
    },
    "notMNIST": lambda x, y: {"images": x.transpose(1, 2, 0), "labels": y},
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_other_layouts_are_read(saved, opened, case, packed):
    images = np.random.default_rng(4).integers(0, 256, (30, 16, 16)).astype(np.uint8)
    images[0, 0, :2] = 0, 255
    labels = np.arange(30) % 7
    source = opened(saved(compressed=packed, **CASES[case](images, labels)))
    assert np.array_equal(source.images[..., 0], images)
    assert source.labels.tolist() == [str(label) for label in labels]
    assert source.is_test is None


@pytest.mark.parametrize("packed", [True, False])
def test_an_array_for_each_class_is_read(saved, opened, packed):
    flat = np.random.default_rng(4).integers(0, 256, (30, 256)).astype(np.uint8)
    flat[0, :2] = 0, 255
    classes = {
        f"{part}{label}": flat[first + label : first + count : 3]
        for part, first, count in (("train", 0, 21), ("test", 21, 9))
        for label in range(3)
    }
    classes = {name: array[: len(flat)] for name, array in classes.items()}
    source = opened(saved("mnist_all.mat", packed, **classes, affNISTdata=np.zeros((2, 2))))
    expected = [classes[f"{part}{label}"] for part in ("train", "test") for label in range(3)]
    assert np.array_equal(source.images.reshape(-1, 256), np.concatenate(expected))
    counts = [len(each) for each in expected]
    assert source.labels.tolist() == np.repeat([*"012", *"012"], counts).tolist()
    assert source.is_test.sum() == sum(counts[3:])


def test_variables_of_other_kinds_are_skipped(saved, opened, images, labels):
    others = {
        "A": "text",
        "cells": np.array(["a", {"b": 1}], object),
        "imaginary": np.array([1j]),
        "empty": np.zeros((0, 0)),
    }
    source = opened(saved(**others, X=images[..., 0], y=labels))
    assert np.array_equal(source.images, images)


# ------------------------------------------------------------------------------------------- errors


def test_matlab_7_3_is_named_with_advice(tmp_path, opened):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "digits.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["X"] = np.zeros(3)
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + struct.pack("<H", 0x0200) + b"IM")
    with user_error(r"version 7\.3 \(HDF5\); save it with save\(…, '-v7'\)"):
        opened(path)


def test_matlab_4_is_named_with_advice(tmp_path, opened):
    scipy_io.savemat(tmp_path / "digits.mat", {"X": np.zeros((3, 64))}, format="4")
    with user_error("no MATLAB file of version 5 to 7"):
        opened("digits.mat")


def test_unknown_names_raise_user_error(saved, opened):
    with user_error("no arrays with known names"):
        opened(saved(fea=np.zeros((3, 64))))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MATLAB",
        mat(b"\x0f"),
        mat(matrix((60_000, 28, 28), count=60_000 * 784 * 8)),
        mat(matrix((2**30, 2**30, 2**30), count=2**31)),
        mat(matrix((4, -1))),
        mat(matrix((4, 64), kind=77, body=bytes(8))),
        mat(matrix((1,) * 20, body=bytes(8))),
        mat(matrix((1,), name=b"X" * 3000, body=bytes(8))),
        mat(compressed(matrix((8000, 28, 28), body=bytes(1000)))),
        mat(compressed(bytes(50_000_000))),
        mat(struct.pack("<2I", 15, 20) + bytes(20)),
    ],
)
def test_malicious_files_raise_user_error_and_cost_little(tmp_path, opened, content):
    (tmp_path / "digits.mat").write_bytes(content)
    tracemalloc.start()
    try:
        with user_error(r"digits\.mat"):
            opened("digits.mat")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_bytes_that_are_changed_raise_user_errors_only(saved, opened, images, labels):
    path = saved(X=images[..., 0], y=labels, dataset={"train": {"images": images[..., 0]}})
    data = path.read_bytes()
    rng = np.random.default_rng(7)
    for _ in range(150):
        changed = np.frombuffer(data, np.uint8).copy()
        changed[rng.integers(0, len(data), 3)] = rng.integers(0, 256, 3)
        path.write_bytes(changed[: rng.integers(100, len(data) + 1)].tobytes())
        with suppress(UserError):
            opened(path)


def test_reading_can_be_stopped(saved, opened):
    path = saved(X=np.zeros((5000, 784)), y=np.zeros(5000))
    with pytest.raises(Stopped):
        opened(path, should_stop=iter([False, False, False, True]).__next__)
