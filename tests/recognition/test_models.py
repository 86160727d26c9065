"""Model folders: cards, hashes, the library and the network behind them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app import paths
from desktop_app.core.errors import Refusal
from desktop_app.core.ink import Ink
from desktop_app.core.picture import Picture
from desktop_app.core.reading import Verdict
from desktop_app.recognition.card import read_card, read_network
from desktop_app.recognition.library import find_model, model_folders
from desktop_app.recognition.recognizer import Recognizer, open_recognizer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model that may be spoilt."""
    return Path(shutil.copytree(paths.models_dir() / "digits", tmp_path / "digits"))


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return open_recognizer(paths.models_dir() / "digits")


def change(folder: Path, **values: Any) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | values), encoding="utf-8")


def test_a_flipped_byte_is_found(folder: Path) -> None:
    data = bytearray((folder / "network.tflite").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "network.tflite").write_bytes(data)
    with pytest.raises(Refusal, match="damaged"):
        open_recognizer(folder)


def test_another_normalization_is_refused_plainly(folder: Path) -> None:
    change(folder, normalization_version=999)
    with pytest.raises(Refusal, match="another version"):
        read_card(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"labels": []},
        {"labels": ["1", "1"]},
        {"labels": "0123456789"},
        {"labels": list("01234")},
        {"format": 3},
        {"format": "2"},
        {"rejects": False},
        {"rejects": 1},
        {"layers": []},
        {"layers": {}},
        {"thresholds": {"read": 2}},
        {"thresholds": {}},
        {"thresholds": None},
        {"input": {"shape": [32, 32, 3]}},
        {"files": {}},
        {"files": {"network.tflite": None}},
        {"data": [{"file": 1}]},
        {"name": 7},
    ],
)
def test_a_card_that_contradicts_itself_is_refused(folder: Path, values: dict[str, Any]) -> None:
    change(folder, **values)
    with pytest.raises(Refusal, match="damaged"):
        read_card(folder)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_card_is_refused(folder: Path, text: bytes) -> None:
    (folder / "card.json").write_bytes(text)
    with pytest.raises(Refusal):
        read_card(folder)


def test_a_missing_file_is_refused(folder: Path) -> None:
    card = read_card(folder)
    (folder / "network.tflite").unlink()
    with pytest.raises(Refusal):
        read_network(folder, card)
    (folder / "card.json").unlink()
    with pytest.raises(Refusal):
        read_card(folder)


def test_a_network_that_shows_other_layers_is_refused(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    layers = card["layers"]
    layers[2]["inputs"] = ["input"]
    change(folder, layers=[layers[0], *layers[2:]])
    with pytest.raises(Refusal, match="does not fit"):
        open_recognizer(folder)


def test_the_users_model_comes_before_the_bundled_one(folder: Path) -> None:
    assert find_model("digits") == paths.models_dir() / "digits"
    own = paths.user_models_dir() / "digits"
    shutil.copytree(folder, own)
    assert find_model("digits") == own
    assert "digits" in model_folders()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Refusal, match="digits"):
        find_model("hieroglyphs")


def test_no_ink_is_said_of_an_empty_paper(recognizer: Recognizer) -> None:
    observation = recognizer.read(Ink())
    assert observation.reading.verdict is Verdict.NO_INK
    assert observation.normalized is None
    assert not observation.activations


def test_a_tap_is_no_digit(recognizer: Recognizer) -> None:
    assert recognizer.read(Ink.from_points([[(5, 5)]])).reading.label is None


def test_an_observation_shows_every_layer(recognizer: Recognizer) -> None:
    observation = recognizer.read(Ink.from_points([[(10, 10), (60, 12), (30, 90)]]))
    assert observation.reading.verdict is Verdict.READ
    assert observation.reading.label == "7"
    assert {layer.name: layer.shape for layer in recognizer.info.layers} == {
        name: activation.shape for name, activation in observation.activations.items()
    }
    reading = observation.reading
    assert sum(reading.probabilities.values()) + reading.not_a_character == pytest.approx(1.0)


def test_ink_and_its_picture_are_read_alike(recognizer: Recognizer) -> None:
    from desktop_app.imaging.rasterize import rasterize

    ink = Ink.from_points([[(10, 10), (60, 12), (30, 90)]])
    ink_map = rasterize(ink)
    picture = Picture(np.zeros((*ink_map.shape, 3), np.uint8), ink_map, "seven")
    drawn, seen = recognizer.read(ink).reading, recognizer.read(picture).reading
    assert dict(drawn.probabilities) == pytest.approx(dict(seen.probabilities))


def test_reading_writes_nothing_to_the_terminal() -> None:
    # In a process of its own: the library greets only once.
    script = """
from desktop_app import paths
from desktop_app.core.ink import Ink
from desktop_app.recognition.recognizer import open_recognizer

open_recognizer(paths.models_dir() / "digits").read(Ink.from_points([[(1, 1), (1, 9)]]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
