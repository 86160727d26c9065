from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.result_cache import ResultCache
from desktop_app.core.stopping import Stopped

NETWORK, OTHER = "a" * 64, "b" * 64


def arrays(value: int, count: int = 100) -> dict[str, np.ndarray]:
    random = np.random.default_rng(value)
    return {"pixels": random.integers(0, 255, count, dtype=np.uint8), "labels": np.array(["seven", "7"])}


def test_stored_arrays_are_returned(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "not yet")
    assert cache.get(NETWORK, "inputs of conv1") is None
    cache.put(NETWORK, "inputs of conv1", arrays(1))
    found = ResultCache(tmp_path / "not yet").get(NETWORK, "inputs of conv1")
    assert found is not None
    assert found.keys() == {"pixels", "labels"}
    np.testing.assert_array_equal(found["pixels"], arrays(1)["pixels"])
    assert found["labels"].tolist() == ["seven", "7"]


def test_networks_and_keys_are_separate(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put(NETWORK, "a/../b", arrays(1))
    assert cache.get(OTHER, "a/../b") is None
    assert cache.get(NETWORK, "b") is None
    cache.put(NETWORK, "a/../b", arrays(2))
    found = cache.get(NETWORK, "a/../b")
    assert found is not None
    np.testing.assert_array_equal(found["pixels"], arrays(2)["pixels"])
    assert len(list(tmp_path.rglob("*.npz"))) == 1


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no archive", None])
def test_damaged_files_count_as_missing(tmp_path: Path, damage: bytes | None) -> None:
    cache = ResultCache(tmp_path)
    cache.put(NETWORK, "key", arrays(1, 5000))
    (path,) = tmp_path.rglob("*.npz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data) if damage is None else damage)
    assert cache.get(NETWORK, "key") is None


def test_object_arrays_are_not_read(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put(NETWORK, "key", arrays(1))
    (path,) = tmp_path.rglob("*.npz")
    np.savez(path, pixels=np.array([object()]))
    assert cache.get(NETWORK, "key") is None


def test_least_recently_used_files_are_removed(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path, most_bytes=3500)
    for number, network in enumerate((NETWORK, OTHER, NETWORK)):
        cache.put(network, f"key {number}", arrays(number, 700))
        for path in tmp_path.rglob("*.npz"):
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**9))
    # Reading the oldest makes it the most recently used.
    assert cache.get(NETWORK, "key 0") is not None
    cache.put(NETWORK, "key 3", arrays(3, 700))
    is_cached = [
        cache.get(network, f"key {n}") is not None
        for n, network in enumerate((NETWORK, OTHER, NETWORK, NETWORK))
    ]
    assert is_cached == [True, False, True, True]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.npz")) <= 3500


def test_too_large_arrays_are_not_stored(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path, most_bytes=3500)
    cache.put(NETWORK, "small", arrays(1))
    cache.put(NETWORK, "large", arrays(1, 10_000))
    assert cache.get(NETWORK, "large") is None
    assert cache.get(NETWORK, "small") is not None


def test_storing_can_be_stopped(tmp_path: Path) -> None:
    cache, calls = ResultCache(tmp_path, is_compressed=False), iter([False] * 5)
    with pytest.raises(Stopped):
        cache.put("one", "key", {"values": np.zeros(30_000_000, np.uint8)}, lambda: next(calls, True))
    assert cache.get("one", "key") is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_unwritable_folder_raises_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError):
        ResultCache(tmp_path / "file").put(NETWORK, "key", arrays(1))
