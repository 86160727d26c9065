"""Tests of the `bank` command."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.networks.feature_bank import BANK_FILE
from desktop_app.networks.model_folder import RECIPE_FILE, copy_model, read_card, write_card
from desktop_app.runs.recipe import DataPart, Recipe, recipe_to_json
from desktop_app.runs.zoo.characters import dense


@pytest.fixture
def model():
    """A model of the library."""
    folder = paths.user_models_dir() / "mine"
    copy_model(paths.models_dir() / "dense", folder)
    return folder


@pytest.mark.parametrize("validation", [0, 3])
def test_a_model_with_few_validation_samples_gets_no_bank(model, tmp_path, capsys, validation):
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 10:16] = 255
    np.savez(tmp_path / "ones.npz", x=images, y=np.ones(10, np.uint8))
    data = (DataPart(str(tmp_path / "ones.npz"), validation, 0),)
    text = recipe_to_json(Recipe(data=data, layers=dense(8, 8, 0.1))).encode()
    (model / RECIPE_FILE).write_bytes(text)
    card = read_card(model)
    write_card(model, replace(card, files={**card.files, RECIPE_FILE: hashlib.sha256(text).hexdigest()}))
    assert main(["bank", "mine"]) == 1
    assert capsys.readouterr().err == (
        f"handwriting: The model {card.title} has too few validation samples for a feature bank: "
        f"{validation}.\n"
    )
    assert not (model / BANK_FILE).exists()


def test_a_model_without_recipe_gets_no_bank(model, capsys):
    card = read_card(model)
    files = {name: sha256 for name, sha256 in card.files.items() if name != RECIPE_FILE}
    write_card(model, replace(card, files=files))
    assert main(["bank", "mine"]) == 1
    assert capsys.readouterr().err.startswith(
        f"handwriting: The model {card.title} has no recipe, which names the data to train with; "
    )
