"""Tests of the shipped models: they load, recognize the sample files, and have results in their cards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core import paths
from desktop_app.ink.open_page import load_page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink
from desktop_app.lines.text_reading import TextReading
from desktop_app.networks.feature_bank import read_bank
from desktop_app.networks.last_layer import last_layer
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.character_sets import CharacterSet
from desktop_app.tasks.reading import Verdict
from desktop_app.tasks.task import TaskName

SAMPLES = {"five.jpg": "5", "four.png": "4", "seven.inkml": "7", "three.inkml": "3"}

FOLDERS = sorted(path for path in paths.models_dir().iterdir() if path.is_dir())
KINDS: dict[TaskName, list[Path]] = {}
for each in FOLDERS:
    KINDS.setdefault(read_card(each).task.kind, []).append(each)


def of_kind(kind: TaskName) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("folder", KINDS[kind], ids=lambda folder: folder.name)


def figures_of(folder: Path) -> list[dict[str, Any]]:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    figures: list[dict[str, Any]] = card["figures"]
    assert [each["data"] for each in figures] == [source["file"] for source in card["data"]]
    assert card["name"] == folder.name
    return figures


@of_kind("character")
def test_samples_are_recognized(folder: Path) -> None:
    recognizer = open_recognizer(folder)
    recognizer.restrict("digits")
    for file, label in SAMPLES.items():
        reading = recognizer.read(load_page(paths.resources_dir() / "samples" / file))
        assert reading.label == label, file
        assert reading.verdict is Verdict.READ, file


@pytest.mark.parametrize("name", ["digits", "letters"])
def test_the_models_for_people_learn_from_corrections(name: str) -> None:
    folder = paths.models_dir() / name
    card = read_card(folder)
    bank = read_bank(folder, card)
    # Of most classes there are enough samples to notice that one is read worse.
    assert np.median(np.bincount(bank.classes, minlength=len(card.task.labels))) >= 20
    right = last_layer(card.info, read_weights(folder, card)).logits_of(bank.features).argmax(axis=1)
    assert (right == bank.classes).mean() > 0.85


def test_a_set_of_characters_has_its_own_threshold() -> None:
    recognizer = open_recognizer(paths.models_dir() / "letters")
    page = load_page(paths.resources_dir() / "samples" / "three.inkml")
    verdicts = {}
    for name in ("all", "digits"):
        recognizer.restrict(name)
        reading = recognizer.read(page)
        threshold = recognizer.card.thresholds.of(name)
        assert (reading.verdict is Verdict.READ) == (reading.confidence >= threshold)
        verdicts[name] = reading.verdict
    assert verdicts == {"all": Verdict.UNSURE, "digits": Verdict.READ}


@pytest.mark.parametrize("shift", [0, 20])
def test_a_bar_is_an_i_among_capitals_and_an_l_among_small_letters(shift: int) -> None:
    recognizer = open_recognizer(paths.models_dir() / "letters")
    answers: list[tuple[CharacterSet, str]] = [("capitals", "I"), ("small-letters", "l"), ("digits", "1")]
    for name, label in answers:
        recognizer.restrict(name)
        bar = Ink.from_points([[(shift - shift * y / 100, y) for y in range(0, 101, 5)]])
        assert recognizer.read(bar).label == label


@of_kind("character")
def test_dot_is_not_read(folder: Path) -> None:
    recognizer = open_recognizer(folder)
    reading = recognizer.read(Ink.from_points([[(5, 5)]]))
    assert reading.verdict is not Verdict.READ
    # A dot may be a small letter l for a model of letters.
    assert reading.label is None or "I" in recognizer.task.labels


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_parameters_match_the_weights(folder: Path) -> None:
    card = read_card(folder)
    weights = read_weights(folder, card)
    counted = sum(layer.trainable + layer.fixed for layer in card.info.layers)
    assert counted == sum(weight.size for weight in weights.values())
    assert counted == json.loads((folder / "card.json").read_text(encoding="utf-8"))["parameters"]


@of_kind("character")
def test_card_has_the_accuracy_for_each_data_file(folder: Path) -> None:
    for figures in figures_of(folder):
        # Numbers are read as a whole; letters have 47 classes.
        name = "string_accuracy" if "string_accuracy" in figures else "accuracy"
        least = 0.87 if name == "string_accuracy" or folder.name == "letters" else 0.9
        assert figures[name] > least


@of_kind("picture")
def test_card_has_the_accuracy_on_pictures(folder: Path) -> None:
    assert all(figures["accuracy"] > 0.88 for figures in figures_of(folder))


@of_kind("picture")
def test_pictures_are_classified(folder: Path) -> None:
    blue = np.full((48, 64, 3), (90, 150, 220), np.uint8)
    reading = open_recognizer(folder).read(Picture(blue, np.zeros((48, 64), np.float32)))
    assert set(reading.probabilities) == set(read_card(folder).task.labels)
    assert sum(reading.probabilities.values()) == pytest.approx(1, abs=1e-4)


@of_kind("restoration")
def test_card_compares_enlarged_images_with_interpolation(folder: Path) -> None:
    for figures in figures_of(folder):
        methods = figures["enlargements"]
        assert methods["network"]["psnr"] - methods["bicubic"]["psnr"] > 12.5
        assert methods["network"]["ssim"] > 0.975
        assert methods["network"]["accuracy"] > methods["lanczos"]["accuracy"]


def test_line_of_capitals_is_a_text_also_if_it_looks_like_a_letter() -> None:
    recognizer = open_recognizer(paths.models_dir() / "letters")
    h = [[(0, 0), (0, 100)], [(60, 0), (60, 100)], [(0, 50), (60, 50)]]
    a = [[(0, 100), (30, 0), (60, 100)], [(12, 62), (48, 62)]]
    n = [[(0, 100), (0, 0), (60, 100), (60, 0)]]
    k = [[(0, 0), (0, 100)], [(60, 0), (3, 50), (60, 100)]]
    e = [[(60, 0), (0, 0), (0, 100), (60, 100)], [(0, 50), (48, 50)]]
    strokes = [
        [(x + 95 * number, y) for x, y in stroke]
        for number, letter in enumerate([h, a, n, k, e])
        for stroke in letter
    ]
    reading = recognizer.read_page(Ink.from_points(strokes))
    assert isinstance(reading, TextReading)
