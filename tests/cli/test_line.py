"""Tests of the `line` command."""

from __future__ import annotations

import hashlib
import shutil
import signal
from dataclasses import replace

import numpy as np
import pytest

from desktop_app.cli.line import Reporter
from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.core.messages import message
from desktop_app.networks.card import LINE_FILE
from desktop_app.networks.library import remove_model
from desktop_app.networks.line_network import LineNetwork, read_line_network
from desktop_app.networks.model_folder import RECIPE_FILE, read_card, write_card
from desktop_app.runs.recipe import DataPart, Recipe, recipe_to_json
from desktop_app.runs.training_events import SamplesLeftOut
from desktop_app.runs.zoo.characters import dense
from tests.training_fixtures import write_ink_set, write_small_mnist

RECIPE = Recipe(name="lines", title="Lines", data=(DataPart("ink", 0.4, 0.2),), layers=dense(8, 8, 0.1))


@pytest.fixture
def model(tmp_path):
    """A model of the library with a recipe whose data has ink."""
    folder = paths.user_models_dir() / "lines"
    folder.mkdir(parents=True)
    shipped = paths.models_dir() / "digits"
    for file in ("model.keras", "network.tflite", "weights.npz"):
        shutil.copy(shipped / file, folder / file)
    write_ink_set(tmp_path / "ink.npz", "0123456789" * 2, writers=5, seed=1)
    change_recipe(folder, RECIPE, tmp_path / "ink.npz")
    return folder


def change_recipe(folder, recipe, data):
    recipe = replace(recipe, data=(replace(recipe.data[0], source=str(data)),))
    text = recipe_to_json(recipe).encode()
    (folder / RECIPE_FILE).write_bytes(text)
    card = read_card(paths.models_dir() / "digits")
    kept = {name: card.files[name] for name in ("model.keras", "network.tflite", "weights.npz")}
    files = {**kept, RECIPE_FILE: hashlib.sha256(text).hexdigest()}
    write_card(folder, replace(card, name="lines", title="Lines", files=files))


def command(*options):
    return ["line", "lines", "--epochs", "1", "--numbers", "100", *options]


def test_line_network_is_trained_and_listed_in_the_card(model, capsys):
    assert main(command()) == 0
    captured = capsys.readouterr()
    epoch, path = captured.out.splitlines()
    assert epoch.startswith("epoch 1 of 1: loss ")
    assert "% of validation lines read" in epoch
    assert path == str(model / LINE_FILE)
    card = read_card(model)
    for name in (LINE_FILE, "line.keras"):
        assert card.files[name] == hashlib.sha256((model / name).read_bytes()).hexdigest()
    network = read_line_network(model, card)
    assert network is not None
    assert LineNetwork(card, network).columns(np.zeros((32, 100, 3), np.float32)).shape[1] == 11
    # Nothing is left of the training.
    assert list(paths.line_networks_dir().iterdir()) == []


@pytest.mark.slow
def test_a_model_that_is_removed_during_the_training_stays_removed(model, monkeypatch, capsys):
    monkeypatch.setattr(Reporter, "end_epoch", lambda *_: remove_model("lines"))
    assert main(command()) == 1
    assert capsys.readouterr().err.endswith("There is no longer a model called lines; choose another.\n")
    assert not model.exists()
    # The checkpoint is there for a model of the same recipe.
    assert [path.name for path in paths.line_networks_dir().iterdir()] == ["lines-1-100"]


def test_what_is_left_out_of_the_data_is_listed(capsys):
    Reporter().prepare(SamplesLeftOut("scans", (("7/a.png", message("The file is empty.")),)))
    assert (
        capsys.readouterr().err == "handwriting: Not all of scans is used:\n  7/a.png: The file is empty.\n"
    )


def network_of_another_version(outputs):
    import keras

    return keras.Sequential([keras.Input((32, None, 3)), keras.layers.Dense(outputs)])


@pytest.mark.slow
def test_stopped_training_is_resumed_by_the_same_command(model, tmp_path, monkeypatch, capsys):
    from desktop_app.cli import line
    from desktop_app.training import train_line_network

    real = line.Reporter.end_epoch

    def interrupt(self, event):
        real(self, event)
        if event.epoch == 1:
            signal.raise_signal(signal.SIGINT)

    run = tmp_path / "run"
    options = [*command("--run", str(run)), "--epochs", "2"]
    with monkeypatch.context() as patch:
        patch.setattr(line.Reporter, "end_epoch", interrupt)
        assert main(options) == 0
    output = capsys.readouterr().out.splitlines()
    assert output[-1] == f"stopped after epoch 1 of 2; resume with the same command (checkpoint: {run})"
    assert not (model / LINE_FILE).exists()
    assert main([*options, "--numbers", "101"]) == 1
    assert "belongs to another training" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr(train_line_network, "line_network", network_of_another_version)
        assert main(options) == 1
    assert "belongs to another training" in capsys.readouterr().err
    assert main(options) == 0
    assert capsys.readouterr().out.startswith("epoch 2 of 2: ")
    assert (model / LINE_FILE).exists()


def test_models_without_characters_or_recipe_are_refused(model, capsys):
    card = read_card(model)
    files = {name: sha256 for name, sha256 in card.files.items() if name != RECIPE_FILE}
    write_card(model, replace(card, files=files))
    assert main(command()) == 1
    assert "has no recipe" in capsys.readouterr().err
    assert main(["line", "super-resolution"]) == 1
    assert "does not read characters" in capsys.readouterr().err
    assert main(["line", "no-such-model"]) == 1
    assert "no model called no-such-model" in capsys.readouterr().err


def test_missing_data_and_data_without_ink_are_refused(model, tmp_path, capsys):
    change_recipe(model, RECIPE, tmp_path / "gone.npz")
    assert main(command()) == 1
    assert "gone.npz" in capsys.readouterr().err
    write_small_mnist(tmp_path / "mnist.npz", 100, 10)
    change_recipe(model, RECIPE, tmp_path / "mnist.npz")
    assert main(command()) == 1
    assert "has no ink, of which lines are composed" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [("--epochs", "0"), ("--numbers", "99"), ("--numbers", "many")])
def test_numbers_are_limited(option, value, capsys):
    assert main(["line", "digits", option, value]) == 2
    assert "must be a whole number from" in capsys.readouterr().err
