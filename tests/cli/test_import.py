"""Tests of the `import` command."""

import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop_app.cli import import_model
from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.networks.library import library_entries
from desktop_app.training import import_process


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """File with an untrained network."""
    path = tmp_path_factory.mktemp("elsewhere") / "My Network (2).keras"
    layers = [
        keras.layers.Input((28, 28, 1)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Conv2D(4, 5, strides=3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10),
    ]
    keras.Sequential(layers).save(path)
    return path


@pytest.fixture
def fast(monkeypatch):
    """Convert in this process, which has already imported Keras."""

    def convert_here(path, command, *_):
        copy, draft, title, labels = command[3:]
        import_process.convert_model(Path(copy), Path(draft), title, labels)

    monkeypatch.setattr(import_process, "_run", convert_here)


def library():
    folder = paths.user_models_dir()
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_imported_model_can_be_used(network, tmp_path, capsys):
    assert main(["import", str(network), "--name", "mine", "--title", "My first"]) == 0
    assert "recognize --model mine" in capsys.readouterr().out
    assert library() == ["mine"]
    assert ("mine", "My first") in [(entry.name, entry.title) for entry in library_entries()]
    image = Image.new("L", (150, 180), 255)
    ImageDraw.Draw(image).line([(30, 30), (110, 30), (60, 150)], fill=0, width=14)
    image.save(tmp_path / "seven.png")
    assert main(["recognize", "--model", "mine", str(tmp_path / "seven.png")]) == 0
    assert "seven.png" in capsys.readouterr().out


def test_name_defaults_to_file_name(network, fast, capsys):
    assert main(["import", str(network)]) == 0
    assert library() == ["my-network-2"]
    assert [entry.title for entry in library_entries()][-1] == "My Network (2)"
    assert "0123456789, inputs of 28×28×1" in capsys.readouterr().out


def test_labels_can_be_letters(network, fast, capsys):
    assert main(["import", str(network), "--name", "letters", "--labels", "abcdefghi"]) == 0
    assert "abcdefghi, inputs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--name", "digits"], "already a model called digits"),
        (["--name", "../elsewhere"], "lowercase letters, digits"),
        (["--name", ".hidden"], "lowercase letters, digits"),
        (["--name", "a" * 41], "lowercase letters, digits"),
        (["--title", "x" * 61], "Titles have 1 to 60"),
        (["--title", "\n "], "Titles have 1 to 60"),
        (["--labels", "0123456788"], "The label 8 is there more than once"),
        (["--labels", "cat,, dog"], "A label is empty"),
        (["--labels", "abc"], "differs from that of the outputs (10)"),
    ],
)
def test_invalid_options_print_one_error_line(network, fast, capsys, options, message):
    assert main(["import", str(network), *options]) == 1
    error = capsys.readouterr().err
    assert error.startswith("handwriting: ")
    assert error.count("\n") == 1
    assert message in error
    assert library() == []


def test_existing_name_is_rejected(network, fast, capsys):
    assert main(["import", str(network), "--name", "mine"]) == 0
    before = (paths.user_models_dir() / "mine" / "card.json").stat().st_mtime_ns
    assert main(["import", str(network), "--name", "mine"]) == 1
    assert "already a model called mine" in capsys.readouterr().err
    assert (paths.user_models_dir() / "mine" / "card.json").stat().st_mtime_ns == before


def test_other_file_is_rejected(tmp_path, capsys):
    np.save(tmp_path / "array.npy", np.zeros(3))
    assert main(["import", str(tmp_path / "array.npy")]) == 1
    assert "array.npy is not a model saved by Keras" in capsys.readouterr().err
    assert library() == []


def test_missing_training_libraries_print_what_to_install(network, monkeypatch, capsys):
    monkeypatch.setattr(import_model, "find_spec", lambda name: None if name == "tensorflow" else sys)
    assert main(["import", str(network)]) == 1
    assert capsys.readouterr().err.endswith("Install handwriting[training].\n")
