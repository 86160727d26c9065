from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.result_cache import ResultCache

NETWORK, OTHER = "a" * 64, "b" * 64


def arrays(value: int, count: int = 100) -> dict[str, np.ndarray]:
    random = np.random.default_rng(value)
    return {"pixels": random.integers(0, 255, count, dtype=np.uint8), "labels": np.array(["seven", "7"])}


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path / "not yet")
    assert kept.get(NETWORK, "inputs of conv1") is None
    kept.put(NETWORK, "inputs of conv1", arrays(1))
    again = ResultCache(tmp_path / "not yet").get(NETWORK, "inputs of conv1")
    assert again is not None
    assert again.keys() == {"pixels", "labels"}
    np.testing.assert_array_equal(again["pixels"], arrays(1)["pixels"])
    assert again["labels"].tolist() == ["seven", "7"]


def test_networks_and_views_do_not_mix(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path)
    kept.put(NETWORK, "a/../b", arrays(1))
    assert kept.get(OTHER, "a/../b") is None
    assert kept.get(NETWORK, "b") is None
    kept.put(NETWORK, "a/../b", arrays(2))
    again = kept.get(NETWORK, "a/../b")
    assert again is not None
    np.testing.assert_array_equal(again["pixels"], arrays(2)["pixels"])
    assert len(list(tmp_path.rglob("*.npz"))) == 1


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no archive", None])
def test_damaged_files_are_as_good_as_none(tmp_path: Path, damage: bytes | None) -> None:
    kept = ResultCache(tmp_path)
    kept.put(NETWORK, "view", arrays(1, 5000))
    (path,) = tmp_path.rglob("*.npz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data) if damage is None else damage)
    assert kept.get(NETWORK, "view") is None


def test_objects_are_not_unpacked(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path)
    kept.put(NETWORK, "view", arrays(1))
    (path,) = tmp_path.rglob("*.npz")
    np.savez(path, pixels=np.array([object()]))
    assert kept.get(NETWORK, "view") is None


def test_files_that_were_not_used_for_longest_make_room(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path, most_bytes=3500)
    for number, network in enumerate((NETWORK, OTHER, NETWORK)):
        kept.put(network, f"view {number}", arrays(number, 700))
        for path in tmp_path.rglob("*.npz"):
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**9))
    # Looking at the oldest makes it the youngest.
    assert kept.get(NETWORK, "view 0") is not None
    kept.put(NETWORK, "view 3", arrays(3, 700))
    there = [
        kept.get(network, f"view {n}") is not None
        for n, network in enumerate((NETWORK, OTHER, NETWORK, NETWORK))
    ]
    assert there == [True, False, True, True]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.npz")) <= 3500


def test_what_is_larger_than_everything_is_not_kept(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path, most_bytes=3500)
    kept.put(NETWORK, "small", arrays(1))
    kept.put(NETWORK, "large", arrays(1, 10_000))
    assert kept.get(NETWORK, "large") is None
    assert kept.get(NETWORK, "small") is not None


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError):
        ResultCache(tmp_path / "file").put(NETWORK, "view", arrays(1))
