"""Tests of commands whose answers are restricted to a set of characters."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from desktop_app.cli.main import main
from desktop_app.core.paths import user_models_dir
from desktop_app.networks.library import find_model
from desktop_app.networks.model_folder import read_card, write_card


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    image = Image.new("L", (100, 120), 255)
    ImageDraw.Draw(image).line([(20, 20), (80, 20), (45, 100)], 0, 8)
    path = tmp_path / "seven.png"
    image.save(path)
    return path


@pytest.fixture
def renamed() -> str:
    """Name of a copy of the digits model whose labels 7, 8 and 9 are letters."""
    digits, folder = find_model("digits"), user_models_dir() / "renamed"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir()
    for file in digits.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    card = read_card(folder)
    task = replace(card.task, labels=(*"0123456", "X", "Y", "Z"))
    write_card(folder, replace(card, name="renamed", task=task))
    return "renamed"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["recognize", *arguments, "--json"]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_answers_are_restricted(seven: Path, renamed: str, capsys: pytest.CaptureFixture[str]) -> None:
    everything = answer(capsys, str(seven), "--model", renamed)
    assert everything["label"] == "X"
    capitals = answer(capsys, str(seven), "--model", renamed, "--characters", "capitals")
    assert capitals["label"] == "X"
    assert list(capitals["probabilities"]) == ["X", "Y", "Z"]
    digits = answer(capsys, str(seven), "--model", renamed, "--characters", "digits")
    assert list(digits["probabilities"]) == list("0123456")
    assert digits["label"] is None  # a character outside the set


def test_set_that_the_model_does_not_have_is_refused(seven: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recognize", str(seven), "--characters", "capitals"]) == 1
    assert "cannot be restricted to capitals; choose one of these: all." in capsys.readouterr().err
    assert main(["evaluate", "uci-digits", "--characters", "letters"]) == 1
    assert "cannot be restricted to letters" in capsys.readouterr().err
