"""Tests of model cards, the library, and recognition with LiteRT."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core import paths
from desktop_app.core.errors import UserError
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.networks.library import (
    LibraryEntry,
    find_model,
    library_entries,
    library_errors,
    model_folders,
)
from desktop_app.networks.model_folder import read_card, read_network, write_card
from desktop_app.networks.network import Network
from desktop_app.networks.recognizer import Recognizer, open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.task import Task

TASK = {"kind": "character", "height": 28, "labels": list("0123456789"), "rejects": True}
"""The task of the shipped model."""

FORMAT_2 = Path(__file__).parents[1] / "fixtures" / "model_format_2"

SEVEN = Ink.from_points([[(10, 10), (60, 12), (30, 90)]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model that tests may damage."""
    return Path(shutil.copytree(paths.models_dir() / "digits", tmp_path / "digits"))


@pytest.fixture
def format_2(tmp_path: Path) -> Path:
    """A copy of a model with a card of format 2 that tests may damage."""
    return Path(shutil.copytree(FORMAT_2, tmp_path / "older"))


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return open_recognizer(paths.models_dir() / "digits")


def change_card(folder: Path, **values: Any) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").write_text(json.dumps(card | values), encoding="utf-8")


def test_flipped_byte_is_detected(folder: Path) -> None:
    data = bytearray((folder / "network.tflite").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "network.tflite").write_bytes(data)
    with pytest.raises(UserError, match="damaged"):
        open_recognizer(folder)


def test_other_preparation_version_is_rejected(folder: Path) -> None:
    change_card(folder, preparation_version=999)
    with pytest.raises(UserError, match="another version"):
        read_card(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"task": TASK | {"labels": []}},
        {"task": TASK | {"labels": ["1", "1", *"23456789"]}},
        {"task": TASK | {"labels": "0123456789"}},
        {"task": TASK | {"labels": list("01234")}},
        {"task": TASK | {"rejects": False}},
        {"task": TASK | {"rejects": 1}},
        {"task": TASK | {"kind": "picture"}},
        {"task": TASK | {"kind": "restoration"}},
        {"task": TASK | {"preparation": "fit"}},
        {"task": TASK | {"height": 32, "width": 32, "channels": 3}},
        {"task": TASK | {"labels": list("\n123456789")}},
        {"task": None},
        {"format": 4},
        {"format": "3"},
        {"layers": []},
        {"layers": {}},
        {"thresholds": {"read": 2}},
        {"thresholds": {}},
        {"thresholds": None},
        {"thresholds": {"read": 0.9, "read_of_sets": {"digits": 2}}},
        {"thresholds": {"read": 0.9, "read_of_sets": {"runes": 0.5}}},
        {"thresholds": {"read": 0.9, "read_of_sets": {"letters": 0.5}}},
        {"thresholds": {"read": 0.9, "read_of_sets": {"all": 0.5}}},
        {"set_offsets": {"all": [0.0] * 10}},
        {"set_offsets": {"runes": []}},
        {"set_offsets": {"digits": "0"}},
        {"files": {}},
        {"files": {"network.tflite": None}},
        {"files": {"network.tflite": "0", "../elsewhere": "0"}},
        {"files": {"weights.npz": "0"}},
        {"data": [{"file": 1}]},
        {"name": 7},
        {"name": "../elsewhere"},
    ],
)
def test_inconsistent_card_is_rejected(folder: Path, values: dict[str, Any]) -> None:
    change_card(folder, **values)
    with pytest.raises(UserError, match="damaged"):
        read_card(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"labels": []},
        {"labels": ["1", "1"]},
        {"labels": "ab"},
        {"labels": list("01234")},
        {"rejects": False},
        {"rejects": 1},
        {"input": {"shape": [32, 32, 3]}},
        {"input": {}},
        {"input": {"shape": []}},
        {"input": {"shape": [28, 28, "1\n"]}},
        {"input": {"shape": [28, 28, 10**300]}},
        {"input": {"shape": [1] * 1000}},
        {"input": {"shape": "28" * 1000}},
        {"layers": []},
        {"files": {}},
        {"format": 3},
    ],
)
def test_inconsistent_card_of_format_2_is_rejected(format_2: Path, values: dict[str, Any]) -> None:
    change_card(format_2, **values)
    with pytest.raises(UserError, match="damaged"):
        read_card(format_2)


def test_card_of_format_2_has_a_character_task(format_2: Path) -> None:
    recognizer = open_recognizer(format_2)
    card = recognizer.card
    assert card.task == Task("character", 8, 8, 1, "mnist", ("a", "b"), rejects=True, scale=1)
    assert (card.name, card.title, card.look_alikes, card.read_threshold) == ("tiny", "Tiny", ("d",), 0.4)
    assert set(recognizer.read(SEVEN).probabilities) == {"a", "b"}
    assert set(read_weights(format_2, card)) == {
        "conv/kernel",
        "conv/bias",
        "probabilities/kernel",
        "probabilities/bias",
    }
    write_card(format_2, card)
    assert read_card(format_2) == card
    assert json.loads((format_2 / "card.json").read_text(encoding="utf-8"))["format"] == 3


def layer_of(card: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(layer for layer in card["layers"] if layer["name"] == name)
    return found


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("conv1", {"name": "input"}),
        ("probabilities", {"name": "out\nput"}),
        ("conv1", {"kind": "Conv2D\x1b"}),
        ("conv1", {"inputs": []}),
        ("conv1", {"inputs": ["conv2"]}),
        ("conv1", {"inputs": ["nothing"]}),
        ("conv1", {"inputs": "input"}),
        ("conv1", {"inputs": ["input"] * 1000}),
        ("conv1", {"kind": "InputLayer"}),
        ("conv1", {"kind": ""}),
        ("conv1", {"shape": []}),
        ("conv1", {"shape": [24, 24, 0]}),
        ("conv1", {"shape": [24, 24, -32]}),
        ("conv1", {"shape": [24.0, 24, 32]}),
        ("conv1", {"shape": [24, 24, 10**9]}),
        ("conv1", {"shape": [2, 2, 2, 2, 2]}),
        ("conv1", {"trainable": -1}),
        ("conv1", {"trainable": True}),
        ("conv1", {"fixed": 1e3}),
        ("conv1", {"options": []}),
        ("conv1", {"options": {"strides": {}}}),
        ("conv1", {"options": {"strides": [{}]}}),
        ("conv1", {"options": {"strides": [1] * 1000}}),
        ("conv1", {"options": {"epsilon": float("nan")}}),
        ("conv1", {"options": {"activation": "x" * 1000}}),
        ("conv1", {"options": {"groups": 10**30}}),
        ("conv1", {"options": {str(number): 1 for number in range(100)}}),
        ("input", {"inputs": ["input"]}),
        ("input", {"kind": "Flatten"}),
        ("flatten", {"shape": [2047]}),
        ("flatten", {"inputs": ["relu6", "relu6"]}),
        ("probabilities", {"shape": [10]}),
        ("probabilities", {"shape": [1, 11]}),
    ],
)
def test_inconsistent_layers_are_rejected(folder: Path, name: str, values: dict[str, Any]) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    layer_of(card, name).update(values)
    change_card(folder, layers=card["layers"])
    with pytest.raises(UserError, match="damaged"):
        read_card(folder)


@pytest.mark.parametrize(("title", "expected"), [(" Di\ngits\x1b ", "Di\ufffdgits\ufffd"), (" \n", "digits")])
def test_title_is_one_printable_line(folder: Path, title: str, expected: str) -> None:
    change_card(folder, title=title)
    assert read_card(folder).title == expected


def test_card_of_format_1_is_rejected(folder: Path) -> None:
    change_card(folder, format=1)
    with pytest.raises(UserError, match="older version of this program; train or install it again"):
        read_card(folder)


@pytest.mark.parametrize("shape", [[28, 14, 1], [4, 4, 1], [256, 256, 1], [28, 28, 2], [784]])
def test_unsupported_input_shapes_are_rejected(format_2: Path, shape: list[int]) -> None:
    card = json.loads((format_2 / "card.json").read_text(encoding="utf-8"))
    card["layers"][0]["shape"] = card["input"]["shape"] = shape
    change_card(format_2, layers=card["layers"], input=card["input"])
    with pytest.raises(UserError, match="squares of 8 to 128 pixels with one or three channels"):
        read_card(format_2)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_invalid_card_files_are_rejected(folder: Path, text: bytes) -> None:
    (folder / "card.json").write_bytes(text)
    with pytest.raises(UserError):
        read_card(folder)


def test_missing_files_are_rejected(folder: Path) -> None:
    card = read_card(folder)
    (folder / "network.tflite").unlink()
    with pytest.raises(UserError):
        read_network(folder, card)
    (folder / "card.json").unlink()
    with pytest.raises(UserError):
        read_card(folder)


def test_network_with_other_layers_than_the_card_is_rejected(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    layers = card["layers"]
    layers[2]["inputs"] = ["input"]
    change_card(folder, layers=[layers[0], *layers[2:]])
    with pytest.raises(UserError, match="does not fit"):
        open_recognizer(folder)


def test_user_model_hides_the_bundled_one(folder: Path) -> None:
    assert find_model("digits") == paths.models_dir() / "digits"
    own = paths.user_models_dir() / "digits"
    shutil.copytree(folder, own)
    assert find_model("digits") == own
    assert "digits" in model_folders()


def test_library_lists_valid_models_and_errors(folder: Path) -> None:
    own = paths.user_models_dir()
    for name, title in (("mine", "Mine"), ("another", "Another")):
        shutil.copytree(folder, own / name)
        change_card(own / name, title=title)
    shutil.copytree(folder, own / "broken")
    (own / "broken" / "card.json").write_text("{", encoding="utf-8")
    found = library_entries()
    assert found[0].size > 1_000_000
    assert "mnist.npz" in found[0].data
    entries = [replace(entry, data="", size=0) for entry in found]
    digits = paths.models_dir() / "digits"
    assert entries[0] == LibraryEntry("digits", "Digits", digits, "character", 0.9969, "2026-11-29")
    titles = [entry.title for entry in entries[1:]]
    assert titles == sorted(titles)
    assert LibraryEntry("mine", "Mine", own / "mine", "character", 0.9969, "2026-11-29") in entries
    assert "broken" not in {entry.name for entry in entries}
    (error,) = library_errors()
    assert "broken" in str(error)


def test_error_for_an_unknown_name_lists_the_models() -> None:
    with pytest.raises(UserError, match="digits"):
        find_model("hieroglyphs")


def test_empty_canvas_has_no_ink(recognizer: Recognizer) -> None:
    observation = recognizer.observe(Ink())
    assert observation.reading is not None
    assert observation.reading.verdict is Verdict.NO_INK
    assert observation.prepared is None
    assert not observation.activations
    assert observation.placement is None


def test_dot_is_not_a_digit(recognizer: Recognizer) -> None:
    assert recognizer.read(Ink.from_points([[(5, 5)]])).label is None


def test_observation_has_activations_of_all_layers(recognizer: Recognizer) -> None:
    observation = recognizer.observe(SEVEN)
    assert observation.reading is not None
    assert observation.reading.verdict is Verdict.READ
    assert observation.reading.label == "7"
    assert {layer.name: layer.shape for layer in recognizer.info.layers} == {
        name: activation.shape for name, activation in observation.activations.items()
    }
    reading = observation.reading
    assert sum(reading.probabilities.values()) + reading.not_a_character == pytest.approx(1.0)


def test_identity_layers_share_memory(recognizer: Recognizer) -> None:
    observation = recognizer.observe(SEVEN)
    assert observation.prepared is not None
    seen = observation.activations
    assert list(seen) == [layer.name for layer in recognizer.info.layers]
    assert np.shares_memory(seen["dropout"], seen["relu6"])
    assert np.shares_memory(seen["input"], observation.prepared.model_input)
    np.testing.assert_array_equal(seen["flatten"], seen["relu6"].ravel())


@pytest.mark.parametrize("count", [0, 1, 16, 37])
def test_predict_equals_run(recognizer: Recognizer, count: int) -> None:
    normalized = recognizer.observe(SEVEN).prepared
    assert normalized is not None
    rng = np.random.default_rng(0)
    inputs = normalized.model_input * rng.random((count, 28, 28, 1), dtype=np.float32)
    network = Network(recognizer.card, read_network(paths.models_dir() / "digits", recognizer.card))
    answers = network.predict(inputs)
    assert answers.shape == (count, 11)
    assert answers.dtype == np.float32
    for model_input, answer in zip(inputs, answers, strict=True):
        np.testing.assert_allclose(answer, network.run(model_input)[0], atol=1e-6)


def test_placement_maps_the_model_input_to_the_canvas(recognizer: Recognizer) -> None:
    corners = [(30.0, 40.0), (170.0, 40.0), (170.0, 300.0), (30.0, 300.0)]
    observation = recognizer.observe(Ink.from_points([[corner] for corner in corners]))
    assert observation.prepared is not None
    placement = observation.placement
    assert placement is not None
    image = observation.prepared.model_input[..., 0]
    middle_x, middle_y = np.mean(corners, axis=0)
    rows, columns = np.indices(image.shape) + 0.5
    x, y = placement.point(columns, rows)
    for corner in corners:
        here = ((x < middle_x) == (corner[0] < middle_x)) & ((y < middle_y) == (corner[1] < middle_y))
        mass = image * here
        found = (mass * x).sum() / mass.sum(), (mass * y).sum() / mass.sum()
        assert found[0] == pytest.approx(corner[0], abs=placement.scale_x / 2)
        assert found[1] == pytest.approx(corner[1], abs=placement.scale_y / 2)


def test_placement_maps_the_model_input_to_the_image(recognizer: Recognizer) -> None:
    ink_map = np.zeros((300, 500), dtype=np.float32)
    ink_map[100:260, 200:240] = 1
    picture = Picture(np.zeros((300, 500, 3), np.uint8), ink_map, "one")
    observation = recognizer.observe(picture)
    assert observation.prepared is not None
    assert observation.placement is not None
    image = observation.prepared.model_input[..., 0]
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert observation.placement.point(columns[0], rows[0]) == pytest.approx((200, 100))
    assert observation.placement.point(columns[-1] + 1, rows[-1] + 1) == pytest.approx((240, 260))


def test_ink_and_its_image_have_the_same_reading_without_directions() -> None:
    from desktop_app.ink.rasterize import rasterize

    recognizer = open_recognizer(find_model("dense"))
    ink_map = rasterize(SEVEN)
    picture = Picture(np.zeros((*ink_map.shape, 3), np.uint8), ink_map, "seven")
    drawn, seen = recognizer.read(SEVEN), recognizer.read(picture)
    assert dict(drawn.probabilities) == pytest.approx(dict(seen.probabilities))


def test_inference_writes_nothing_to_the_terminal() -> None:
    # In a separate process, because LiteRT writes its message only once.
    script = """
import numpy as np
from desktop_app.core import paths
from desktop_app.networks.model_folder import read_card, read_network, write_card
from desktop_app.networks.network import Network

folder = paths.models_dir() / "digits"
card = read_card(folder)
network = Network(card, read_network(folder, card))
network.run(np.zeros(card.task.input_shape, dtype=np.float32))
network.predict(np.zeros((3, *card.task.input_shape), dtype=np.float32))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
