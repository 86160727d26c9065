"""Tests of reading the weights of a model."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.weights import read_weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model that tests may damage."""
    return Path(shutil.copytree(paths.models_dir() / "digits", tmp_path / "digits"))


def replace_weights(folder: Path, data: bytes) -> None:
    """Replace the weights and their hash in the card."""
    (folder / "weights.npz").write_bytes(data)
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["files"]["weights.npz"] = hashlib.sha256(data).hexdigest()
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def npz_bytes(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def npz_with_member(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def npy_header(shape: tuple[int, ...]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return stream.getvalue()


def test_all_weights_are_read(folder: Path) -> None:
    card = read_card(folder)
    weights = read_weights(folder, card)
    kernel = weights["conv1/kernel"]
    assert kernel.shape == (5, 5, 3, 32)
    assert kernel.dtype == np.float32
    for layer in card.info.layers:
        size = sum(weight.size for key, weight in weights.items() if key.startswith(f"{layer.name}/"))
        assert size == layer.trainable + layer.fixed
    with pytest.raises(ValueError, match="read-only"):
        kernel[0] = 1


def test_weights_that_do_not_match_the_card_are_rejected(folder: Path) -> None:
    card = read_card(folder)
    (folder / "weights.npz").write_bytes(npz_bytes(**{"conv1/kernel": np.zeros(3, np.float32)}))
    with pytest.raises(UserError, match="damaged"):
        read_weights(folder, card)
    (folder / "weights.npz").unlink()
    with pytest.raises(UserError, match="does not exist"):
        read_weights(folder, card)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an archive",
        npz_bytes(**{"conv1/kernel": np.array([1, np.nan], np.float32)}),
        npz_bytes(**{"conv1/kernel": np.array([np.inf], np.float32)}),
        npz_bytes(**{"conv1/kernel": np.zeros(3, np.float64)}),
        npz_bytes(**{"conv1/kernel": np.array([{}], dtype=object)}),
        npz_bytes(**{"elsewhere/kernel": np.zeros(3, np.float32)}),
        npz_with_member("conv1/kernel.npy", npy_header((1 << 40,))),
        npz_with_member("conv1/kernel.npy", npy_header((-5,))),
        npz_with_member("conv1/kernel.npy", npy_header((100,)) + b"1234"),
        npz_with_member("conv1/kernel.npy", b"\x93NUMPY\x01"),
    ],
)
def test_invalid_weights_are_rejected(folder: Path, data: bytes) -> None:
    replace_weights(folder, data)
    with pytest.raises(UserError, match="Digits cannot be used"):
        read_weights(folder, read_card(folder))


def test_card_without_weights_is_rejected(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    del card["files"]["weights.npz"]
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(UserError, match="damaged"):
        read_weights(folder, read_card(folder))
