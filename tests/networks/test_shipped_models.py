"""Tests of the shipped models: they load, recognize the sample files, and have results in their cards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.core import paths
from desktop_app.ink.open_page import load_page
from desktop_app.ink.strokes import Ink
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.reading import Verdict

SAMPLES = {"five.jpg": "5", "four.png": "4", "seven.inkml": "7", "three.inkml": "3"}

FOLDERS = sorted(path for path in paths.models_dir().iterdir() if path.is_dir())


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_samples_are_recognized(folder: Path) -> None:
    recognizer = open_recognizer(folder)
    for file, label in SAMPLES.items():
        reading = recognizer.read(load_page(paths.resources_dir() / "samples" / file))
        assert (reading.verdict, reading.label) == (Verdict.READ, label), file


def test_dot_is_not_a_digit(folder: Path) -> None:
    assert open_recognizer(folder).read(Ink.from_points([[(5, 5)]])).label is None


def test_parameters_match_the_weights(folder: Path) -> None:
    card = read_card(folder)
    weights = read_weights(folder, card)
    counted = sum(layer.trainable + layer.fixed for layer in card.info.layers)
    assert counted == sum(weight.size for weight in weights.values())
    assert counted == json.loads((folder / "card.json").read_text(encoding="utf-8"))["parameters"]


def test_card_has_the_accuracy_for_each_data_file(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert [figures["data"] for figures in card["figures"]] == [source["file"] for source in card["data"]]
    assert all(figures["accuracy"] > 0.9 for figures in card["figures"])
    assert card["name"] == folder.name
