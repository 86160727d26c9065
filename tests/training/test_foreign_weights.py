"""The weights in a file of a Keras model must be plain arrays."""

from __future__ import annotations

import io
from typing import Any

import h5py
import numpy as np
import pytest

from desktop_app.training.foreign_file import check_foreign
from tests.training.foreign_models import WEIGHTS, archive_file, assert_user_error


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
