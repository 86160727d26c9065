"""Tests of checkpoints."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.runs.checkpoint import Progress, read_checkpoint, write_checkpoint
from tests.user_errors import user_error

ARRAYS: list[NDArray[Any]] = [
    np.arange(6, dtype=np.float32).reshape(2, 3),
    np.zeros((0, 4)),
    np.array(7),
    np.array([1, 2], np.uint8),
]
PROGRESS = Progress(epochs=3, best=0.25, best_epoch=2, waited=1, plateau=4, seconds=12.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "last.npz"


@pytest.mark.parametrize("progress", [PROGRESS, Progress()])
@pytest.mark.parametrize("count", [0, 1, 4])
def test_arrays_and_progress_are_written_and_read(path: Path, count: int, progress: Progress) -> None:
    write_checkpoint(path, ARRAYS[:count], progress)
    arrays, read = read_checkpoint(path)
    assert read == progress
    assert len(arrays) == count
    for before, after in zip(ARRAYS[:count], arrays, strict=True):
        assert (after.dtype, after.shape) == (before.dtype, before.shape)
        np.testing.assert_array_equal(after, before)


def test_more_than_nine_arrays_keep_their_order(path: Path) -> None:
    write_checkpoint(path, [np.array(number) for number in range(25)], PROGRESS)
    arrays, _ = read_checkpoint(path)
    assert [int(array) for array in arrays] == list(range(25))


def test_missing_checkpoint_raises_user_error(path: Path) -> None:
    with user_error():
        read_checkpoint(path)


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9])
def test_damaged_checkpoint_raises_user_error(path: Path, position: float) -> None:
    write_checkpoint(path, [np.arange(5000)], PROGRESS)
    content = bytearray(path.read_bytes())
    content[int(len(content) * position)] ^= 1
    path.write_bytes(content)
    with user_error():
        read_checkpoint(path)


@pytest.mark.parametrize("progress", [b"", b"[]", b'{"epochs": "three"}'])
def test_invalid_progress_raises_user_error(path: Path, progress: bytes) -> None:
    np.savez(path, progress=np.frombuffer(progress, np.uint8), a0=np.zeros(3))
    with user_error():
        read_checkpoint(path)


def test_arrays_with_other_names_raise_user_error(path: Path) -> None:
    np.savez(path, progress=np.frombuffer(b"{}", np.uint8), weights=np.zeros(3))
    with user_error():
        read_checkpoint(path)


def test_declared_sizes_are_checked_before_reading(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, shape in (("progress", (2,)), ("a0", (10**9,))):
            file = io.BytesIO()
            header = {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            archive.writestr(f"{name}.npy", file.getvalue())
    with user_error("too large"):
        read_checkpoint(path)
