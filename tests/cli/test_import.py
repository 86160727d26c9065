"""Tests of the `import` command."""

import json
import sys

import keras
import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop_app.cli import import_model
from desktop_app.cli.main import main
from desktop_app.core import paths
from desktop_app.core.installation import install_advice
from desktop_app.networks.keras_export import keras_with_card
from desktop_app.networks.library import library_entries
from desktop_app.networks.model_folder import read_card
from desktop_app.tasks.task import Task
from desktop_app.training import import_process
from desktop_app.training.export import CardFacts, export_model
from tests.convert_here import convert_here
from tests.foreign_digits import digit_model


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """File with a network that reads digits."""
    path = tmp_path_factory.mktemp("elsewhere") / "My Network (2).keras"
    digit_model("dark 0-255").save(path)
    return path


@pytest.fixture
def fast(monkeypatch):
    """Convert in this process, which has already imported Keras."""
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
    (tmp_path / "7").mkdir()
    image.save(tmp_path / "7" / "a.png")
    image.save(tmp_path / "7" / "b.png")
    (tmp_path / "seven.png").unlink()
    assert main(["evaluate", str(tmp_path), "--model", "mine", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["model"], report["count"], report["confusion"][7][7]) == ("mine", 2, 2)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_steps_are_printed_to_a_terminal(network, monkeypatch, capsys, is_terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    assert main(["import", str(network)]) == 0
    steps = [
        "Checking the file…",
        "Loading TensorFlow…",
        "Loading the network…",
        "Reading sample digits with the network…",
        "Converting the network…",
    ]
    printed = capsys.readouterr().err.splitlines()
    # A step that takes less than a tenth of a second may be left out.
    assert printed == ([step for step in steps if step in printed] if is_terminal else [])
    assert set(printed) >= (set(steps[:2]) if is_terminal else set())


def test_name_defaults_to_file_name(network, fast, capsys):
    assert main(["import", str(network)]) == 0
    assert library() == ["my-network-2"]
    assert "My Network (2)" in [entry.title for entry in library_entries()]
    output = capsys.readouterr().out
    assert "0123456789, inputs of 28×28×1" in output
    assert "Input: dark ink on a light background, values from 0 to 255.\n" in output
    assert "Sample digits read correctly: 100 %.\n" in output


def test_labels_can_be_letters(network, fast, capsys):
    assert main(["import", str(network), "--name", "marks", "--labels", "abcdefghi"]) == 0
    assert "abcdefghi, inputs" in capsys.readouterr().out


def test_saved_model_keeps_title_labels_and_task(fast, tmp_path, capsys):
    task = Task("picture", 8, 8, 3, "crop", ("ice cream", "salt, pepper"))
    layers = [
        keras.layers.Input((8, 8, 3)),
        keras.layers.Flatten(),
        keras.layers.Dense(2, activation="softmax"),
    ]
    export_model(keras.Sequential(layers), CardFacts("food", "Food", task), tmp_path / "food")
    (tmp_path / "a.keras").write_bytes(keras_with_card(tmp_path / "food"))
    assert main(["import", str(tmp_path / "a.keras")]) == 0
    output = capsys.readouterr().out
    assert "ice cream, salt, pepper, inputs of 8×8×3" in output
    assert "Task and thresholds are those of the model card in the file.\n" in output
    assert ("a", "Food") in [(entry.name, entry.title) for entry in library_entries()]
    assert read_card(paths.user_models_dir() / "a").task == task
    options = ["--name", "b", "--title", "Mine", "--labels", "sweet salty"]
    assert main(["import", str(tmp_path / "a.keras"), *options]) == 0
    assert "Other labels: thresholds and results of the model card are left out.\n" in capsys.readouterr().out
    assert ("b", "Mine") in [(entry.name, entry.title) for entry in library_entries()]


def test_three_channels_of_characters_are_said_to_be_grey(fast, tmp_path, capsys):
    layers = [
        keras.layers.Input((8, 8, 3)),
        keras.layers.Flatten(),
        keras.layers.Dense(2, activation="softmax"),
    ]
    keras.Sequential(layers).save(tmp_path / "a.keras")
    assert main(["import", str(tmp_path / "a.keras"), "--labels", "xy"]) == 0
    grey = "All channels get the same grey ink, without directions of the pen.\n"
    assert grey in capsys.readouterr().out
    assert main(["import", str(tmp_path / "a.keras"), "--name", "b", "--labels", "cat dog"]) == 0
    assert grey not in capsys.readouterr().out


def test_labels_can_be_words(network, fast, capsys):
    words = "zero,one,two,three,four,five,six,seven,eight,nine"
    assert main(["import", str(network), "--name", "words", "--labels", words]) == 0
    assert "zero, one, two, three" in capsys.readouterr().out


def test_labels_must_be_given_if_the_network_reads_no_digits(fast, tmp_path, capsys):
    layers = [keras.layers.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    keras.utils.set_random_seed(0)
    keras.Sequential(layers).save(tmp_path / "marks.keras")
    assert main(["import", str(tmp_path / "marks.keras")]) == 1
    assert "does not read the sample digits; give the labels of its 10 outputs" in capsys.readouterr().err
    assert library() == []
    assert main(["import", str(tmp_path / "marks.keras"), "--labels", "abcdefghij"]) == 0
    assert "enter the labels" not in capsys.readouterr().out


def test_autoencoder_is_evaluated_against_its_input(fast, tmp_path, capsys):
    layers = [keras.layers.Input((28, 28, 1)), keras.layers.Conv2D(1, 3, padding="same")]
    keras.Sequential(layers).save(tmp_path / "denoise.keras")
    assert main(["import", str(tmp_path / "denoise.keras")]) == 0
    images = np.zeros((2, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    np.savez(tmp_path / "ones.npz", x=images, y=[1, 1])
    capsys.readouterr()
    assert main(["evaluate", str(tmp_path / "ones.npz"), "--model", "denoise"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.split("\n\n")[1].splitlines()[1:]] == [
        *("input", "network", "original")
    ]
    assert "PSNR above the input" in out
    assert "bicubic" not in out


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
    assert "array.npy contains arrays and no network" in capsys.readouterr().err
    assert library() == []


def test_missing_training_libraries_print_what_to_install(network, monkeypatch, capsys):
    monkeypatch.setattr(import_model, "find_spec", lambda name: None if name == "tensorflow" else sys)
    assert main(["import", str(network)]) == 1
    assert capsys.readouterr().err.endswith(f"{install_advice()}\n")
