from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.runs.answers import Answers, read_answers, write_answers
from tests.user_errors import user_error


def arrays(count: int = 5, classes: int = 3) -> dict[str, Any]:
    random = np.random.default_rng(count)
    values = random.random((count, classes)).astype(np.float32)
    return {
        "probabilities": values / values.sum(axis=1, keepdims=True),
        "classes": random.integers(0, classes, count),
        "inputs": random.integers(0, 256, (count, 28, 28, 1), dtype=np.uint8),
    }


@pytest.mark.parametrize("count", [0, 1, 40])
def test_answers_are_written_and_read(tmp_path: Path, count: int) -> None:
    written = Answers(**arrays(count))
    write_answers(tmp_path / "test.npz", written)
    read = read_answers(tmp_path / "test.npz")
    assert len(read) == count
    for name in ("probabilities", "classes", "inputs"):
        before, after = getattr(written, name), getattr(read, name)
        assert after.dtype == before.dtype
        assert np.array_equal(before, after)


def test_existing_answers_are_replaced(tmp_path: Path) -> None:
    write_answers(tmp_path / "test.npz", Answers(**arrays(3)))
    write_answers(tmp_path / "test.npz", Answers(**arrays(4)))
    assert len(read_answers(tmp_path / "test.npz")) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["test.npz"]


@pytest.mark.parametrize(
    "change",
    [
        {"classes": np.zeros(4, dtype=np.int64)},
        {"classes": np.zeros(5, dtype=np.int32)},
        {"classes": np.full(5, 3)},
        {"classes": np.full(5, -1)},
        {"inputs": np.zeros((5, 784), dtype=np.uint8)},
        {"inputs": np.zeros((5, 0, 28, 1), dtype=np.uint8)},
        {"inputs": np.zeros((5, 28, 28, 0), dtype=np.uint8)},
        {"inputs": np.zeros((5, 28, 28, 1), dtype=np.float32)},
        {"probabilities": np.full((5, 3), 0.5, dtype=np.float32)},
        {"probabilities": np.full((5, 3), np.nan, dtype=np.float32)},
        {"probabilities": np.tile(np.array([1.5, -0.5, 0], dtype=np.float32), (5, 1))},
        {"probabilities": np.zeros((5, 0), dtype=np.float32)},
    ],
)
def test_inconsistent_arrays_raise_user_error(tmp_path: Path, change: dict[str, Any]) -> None:
    with user_error():
        Answers(**arrays() | change)
    path = tmp_path / "test.npz"
    np.savez(path, **arrays() | change)
    with user_error(r"test\.npz of this run is damaged"):
        read_answers(path)


@pytest.mark.parametrize(("total", "fits"), [(0.985, False), (0.995, True), (1.005, True), (1.015, False)])
def test_probabilities_may_be_rounded_to_half_precision(total: float, fits: bool) -> None:
    values = arrays() | {
        "probabilities": np.full((5, 1), total, dtype=np.float32),
        "classes": np.zeros(5, int),
    }
    if fits:
        assert len(Answers(**values)) == 5
    else:
        with user_error():
            Answers(**values)


def test_answers_without_classes_raise_user_error() -> None:
    nothing = arrays(0)
    assert len(Answers(**nothing)) == 0
    with user_error():
        Answers(**nothing | {"probabilities": np.zeros((0, 0), dtype=np.float32)})


def test_too_many_answers_are_not_written(tmp_path: Path) -> None:
    count = 1_300_000
    inputs = np.broadcast_to(np.zeros((1, 28, 28, 1), np.uint8), (count, 28, 28, 1))
    answers = Answers(np.ones((count, 1), np.float32), np.zeros(count, np.int64), inputs)
    with user_error():
        write_answers(tmp_path / "test.npz", answers)
    assert list(tmp_path.iterdir()) == []


def test_declared_sizes_are_checked_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "test.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for name, shape, dtype in (
            ("probabilities", (10**9, 10), np.float32),
            ("classes", (10**9,), np.int64),
            ("inputs", (10**9, 28, 28, 1), np.uint8),
        ):
            file = io.BytesIO()
            np.lib.format.write_array_header_1_0(
                file, {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
            )
            archive.writestr(f"{name}.npy", file.getvalue())
    with user_error("damaged"):
        read_answers(path)


def test_python_objects_are_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "test.npz"
    np.savez(path, **arrays() | {"classes": np.array([None] * 5)})
    with user_error("damaged"):
        read_answers(path)


def test_missing_and_additional_arrays_raise_user_error(tmp_path: Path) -> None:
    path = tmp_path / "test.npz"
    np.savez(path, more=np.zeros(2), **arrays())
    with user_error("damaged"):
        read_answers(path)
    few = arrays()
    del few["inputs"]
    np.savez(path, **few)
    with user_error("damaged"):
        read_answers(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with user_error("does not exist"):
        read_answers(tmp_path / "test.npz")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "test.npz"
    write_answers(path, Answers(**arrays()))
    return path


@given(st.data())
def test_damaged_files_raise_user_error(written: Path, data: st.DataObject) -> None:
    content = bytearray(written.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    damaged = written.with_name("damaged.npz")
    damaged.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    with contextlib.suppress(UserError):
        assert len(read_answers(damaged)) == 5


def test_answers_of_earlier_versions_get_one_channel(tmp_path: Path) -> None:
    older = arrays(3)
    older["inputs"] = older["inputs"][..., 0]
    np.savez(tmp_path / "test.npz", **older)
    answers = read_answers(tmp_path / "test.npz")
    np.testing.assert_array_equal(answers.inputs[..., 0], older["inputs"])
